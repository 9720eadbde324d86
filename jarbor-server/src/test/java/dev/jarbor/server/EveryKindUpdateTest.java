package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

/**
 * What holds for random objects of every kind: what is accepted when it is created is accepted again when nothing changes,
 * in every version that serves it, and then nothing changes.
 */
class EveryKindUpdateTest {
    private static final Schemas SCHEMAS = Schemas.builtIn();
    private static final int CHANGES = 60;
    private static final long[] SEEDS = {1, 2, 3, 4};

    private TestServer cluster = fresh();

    private static TestServer fresh() {
        var cluster = new TestServer(ServerSettings.DEFAULT.withApis(RuntimeConfig.EVERYTHING));
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        return cluster;
    }

    private static List<ObjectValue> samples() throws Exception {
        String text;
        try (InputStream in = Objects.requireNonNull(EveryKindUpdateTest.class.getResourceAsStream("samples.yaml"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        byte[] request = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=a"), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded();
        String stub = Base64.getEncoder().encodeToString(request);
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\n" + stub + "\n-----END CERTIFICATE REQUEST-----\n";
        String authority =
                Pem.of(CertificateAuthority.create("a", new SimulatedRuntime(1)).certificate());
        return Yaml.documents(text.replace(
                                "REQUEST", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)))
                        .replace("STUB", stub)
                        .replace("AUTHORITY", "\"" + authority.replace("\n", "\\n") + "\""))
                .stream()
                .filter(ObjectValue.class::isInstance)
                .map(ObjectValue.class::cast)
                .toList();
    }

    private ServedResource resource(ObjectValue sample) {
        return cluster.server.registry().builtIn().served().stream()
                .filter(served -> served.isStored()
                        && served.kind().apiVersion().equals(sample.string("apiVersion"))
                        && served.kind().name().equals(sample.string("kind")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such kind: " + sample));
    }

    private Answer handle(Verb verb, ResourcePath path, Query query, Value body) {
        return cluster.server.handle(User.ADMIN, ApiRequest.of(verb, path, query, body));
    }

    private static ResourcePath path(ServedResource resource, String name) {
        return ResourcePath.collection(resource.kind(), resource.namespaced() ? "default" : "")
                .withName(name);
    }

    @Test
    void everyKindHasASample() throws Exception {
        List<String> sampled = samples().stream()
                .map(sample -> resource(sample).kind().resource())
                .toList();

        assertThat(cluster.server.registry().builtIn().served())
                .filteredOn(ServedResource::isStored)
                .extracting(served -> served.kind().resource())
                .allSatisfy(name -> assertThat(sampled).contains(name));
    }

    @Test
    void whatIsCreatedIsTheSameAfterAnUpdateThatChangesNothing() throws Exception {
        var accepted = new TreeMap<String, Integer>();
        var faults = new TreeMap<String, String>();
        for (long seed : SEEDS) {
            cluster = fresh();
            for (ObjectValue sample : samples()) {
                ServedResource resource = resource(sample);
                var random = new Random(seed);
                Grown grown = grown(resource, sample, new Mutations(SCHEMAS, random));
                accepted.merge(resource.kind().resource(), grown.changes(), Integer::sum);
                survives(resource, grown.object(), seed, faults);
            }
        }
        assertThat(faults).isEmpty();
        assertThat(accepted.values().stream().mapToInt(Integer::intValue).sum())
                .as("changes that were accepted: %s", accepted)
                .isGreaterThan(2_000);
    }

    /**
     * An object that is accepted.
     *
     * @param changes how many random changes are in it
     */
    private record Grown(ObjectValue object, int changes) {}

    /** Random changes one after another; what is refused is taken back. */
    private Grown grown(ServedResource resource, ObjectValue sample, Mutations mutations) {
        TypeSchema type =
                SCHEMAS.forKind(resource.definition().groupVersionKind()).orElseThrow();
        ObjectValue object = sample;
        int changes = 0;
        for (int i = 0; i < CHANGES; i++) {
            ObjectValue next = mutations.of(type, object);
            if (!next.equals(object) && isAccepted(resource, next)) {
                object = next;
                changes++;
            }
        }
        return new Grown(object, changes);
    }

    private boolean isAccepted(ServedResource resource, ObjectValue object) {
        try {
            handle(
                    Verb.CREATE,
                    path(resource, ""),
                    Query.NONE.with("dryRun", "All").with("fieldValidation", "Strict"),
                    object);
            return true;
        } catch (ApiException refused) {
            assertThat(refused.status().code())
                    .as("%s: %s", object, refused.getMessage())
                    .isBetween(400, 499);
            return false;
        }
    }

    /** @param faults is told what changes although nothing was asked for, by version */
    private void survives(ServedResource resource, ObjectValue object, long seed, Map<String, String> faults) {
        String name = object.object("metadata").string("name");
        handle(Verb.CREATE, path(resource, ""), Query.NONE, object);
        for (ServedResource version : versions(resource)) {
            String title = version.kind().apiVersion() + " " + version.kind().name() + ", seed " + seed;
            ResourcePath path = path(version, name);
            ObjectValue read =
                    handle(Verb.GET, path, Query.NONE, ObjectValue.EMPTY).body();
            same(title + ", update", read, faults, () -> ApiRequest.of(Verb.UPDATE, path, Query.NONE, read));
            same(
                    title + ", patch",
                    read,
                    faults,
                    () -> new ApiRequest(Verb.PATCH, path, Query.NONE, ObjectValue.EMPTY, PatchType.MERGE));
            if (version.definition().subresource("status").isPresent()) {
                ResourcePath status = path.withSubresource("status");
                same(title + ", status", read, faults, () -> ApiRequest.of(Verb.UPDATE, status, Query.NONE, read));
            }
        }
    }

    private void same(String title, ObjectValue read, Map<String, String> faults, Supplier<ApiRequest> request) {
        try {
            ObjectValue updated =
                    cluster.server.handle(User.ADMIN, request.get()).body();
            if (!updated.equals(read)) {
                faults.put(title, read + " became " + updated);
            }
        } catch (ApiException refused) {
            // An event of the old form may not have what events.k8s.io asks of those that it writes.
            if (title.startsWith("events.k8s.io/v1 Event") && refused.status().code() == 422) {
                return;
            }
            faults.put(title, read + " was refused: " + refused.getMessage());
        }
    }

    private List<ServedResource> versions(ServedResource resource) {
        return cluster.server.registry().builtIn().served().stream()
                .filter(other -> other.isStored() && other.storage().equals(resource.storage()))
                .toList();
    }
}

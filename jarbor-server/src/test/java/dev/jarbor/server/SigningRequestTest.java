package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.Requests;
import dev.jarbor.server.tls.SigningRequest;
import dev.jarbor.testing.Conformance;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** CertificateSigningRequests: asked, decided on, signed, each by its own way. */
class SigningRequestTest {
    private static final String PATH = "certificates.k8s.io/v1/certificatesigningrequests";

    private final TestServer cluster = new TestServer();

    private ObjectValue request(String signer) {
        return Json.object("{\"metadata\":{\"generateName\":\"e2e-example-csr-\"},\"spec\":{\"request\":\""
                + Requests.field("CN=e2e.example.com", "e2e.example.com") + "\",\"signerName\":\"" + signer
                + "\",\"expirationSeconds\":3600,\"usages\":[\"digital signature\",\"key encipherment\",\"server"
                + " auth\"]}}");
    }

    private ObjectValue create(ObjectValue request) {
        return cluster.handle(Verb.CREATE, PATH, Query.NONE, request).body();
    }

    private static ObjectValue with(ObjectValue request, String json) {
        List<Value> conditions =
                new ArrayList<>(request.object("status").list("conditions").items());
        conditions.add(Json.object(json));
        return request.with("status", request.object("status").with("conditions", ListValue.of(conditions)));
    }

    private String certificate() {
        String pem = CertificateAuthority.create("e2e", new SimulatedRuntime(1))
                .credential()
                .certificatePem();
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @Conformance("AU-01")
    void requestsAreCreatedReadWatchedPatchedDecidedOnSignedAndDeleted() {
        Query bySigner = new Query(new TreeMap<>(Map.of("fieldSelector", "spec.signerName=example.com/e2e")));
        create(request("example.com/e2e"));
        create(request("example.com/e2e"));
        ObjectValue created = create(request("example.com/e2e"));
        String name = created.object("metadata").string("name");
        String path = PATH + "/" + name;
        assertThat(name).startsWith("e2e-example-csr-");
        assertThat(cluster.get(path).object("spec").integer("expirationSeconds"))
                .isEqualTo(3600);
        assertThat(cluster.list(PATH, bySigner).list("items").size()).isEqualTo(3);
        var heard = new TestServer.Heard();
        cluster.watch(PATH, new Query(new TreeMap<>(Map.of("fieldSelector", "metadata.name=" + name))), heard);

        ObjectValue patched =
                cluster.patch(PatchType.MERGE, path, "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
        ObjectValue updated = cluster.update(
                path,
                patched.update(
                        "metadata", metadata -> metadata.update("annotations", all -> all.with("updated", "true"))));
        assertThat(updated.object("metadata").object("annotations").strings())
                .containsEntry("patched", "true")
                .containsEntry("updated", "true");
        cluster.runtime.runUntilIdle();
        assertThat(heard.take()).containsExactly("ADDED " + name, "MODIFIED " + name, "MODIFIED " + name);

        assertThat(cluster.get(path + "/approval").object("metadata").string("uid"))
                .isEqualTo(created.object("metadata").string("uid"));
        ObjectValue decided = cluster.patch(PatchType.MERGE, path + "/approval", """
                {"metadata":{"annotations":{"patchedapproval":"true"}},"status":{"conditions":[
                  {"type":"ApprovalPatch","status":"True","reason":"e2e"}]}}
                """);
        assertThat(decided.object("status").list("conditions").objects())
                .extracting(condition -> condition.string("type"))
                .containsExactly("ApprovalPatch");
        assertThat(decided.object("metadata").object("annotations").string("patchedapproval"))
                .isEqualTo("true");
        ObjectValue approved = cluster.update(
                path + "/approval",
                with(decided, "{\"type\":\"Approved\",\"status\":\"True\",\"reason\":\"E2E\",\"message\":\"Set\"}"));
        assertThat(approved.object("status").list("conditions").objects().get(1).string("lastUpdateTime"))
                .isEqualTo("2030-01-01T00:00:00Z");

        assertThat(cluster.get(path + "/status").object("metadata").string("uid"))
                .isEqualTo(created.object("metadata").string("uid"));
        String certificate = certificate();
        ObjectValue signed = cluster.patch(
                PatchType.MERGE,
                path + "/status",
                "{\"metadata\":{\"annotations\":{\"patchedstatus\":\"true\"}},\"status\":{\"certificate\":\""
                        + certificate + "\"}}");
        assertThat(signed.object("status").string("certificate")).isEqualTo(certificate);
        assertThat(signed.object("metadata").object("annotations").string("patchedstatus"))
                .isEqualTo("true");
        ObjectValue noted = cluster.update(
                path + "/status", with(signed, "{\"type\":\"StatusUpdate\",\"status\":\"True\",\"reason\":\"E2E\"}"));
        assertThat(noted.object("status").list("conditions").size()).isEqualTo(3);

        cluster.delete(path, "{}");
        assertThatThrownBy(() -> cluster.get(path)).hasMessageContaining("not found");
        assertThat(cluster.list(PATH, bySigner).list("items").size()).isEqualTo(2);
        cluster.server.handle(
                User.ADMIN, ApiRequest.of(Verb.DELETECOLLECTION, TestServer.path(PATH), bySigner, ObjectValue.EMPTY));
        assertThat(cluster.list(PATH, bySigner).list("items").isEmpty()).isTrue();
    }

    @Test
    void whoAsksIsWrittenByTheServer() {
        ObjectValue created =
                create(request("example.com/s").update("spec", spec -> spec.with("username", "somebody-else")));

        assertThat(created.object("spec").string("username")).isEqualTo(User.ADMIN.name());
    }

    @Test
    void aRequestThatNobodyCouldSignIsInvalid() {
        assertThatThrownBy(() -> create(Json.object("""
                        {"metadata":{"name":"c"},"spec":{"request":"YQ==","signerName":"nobody","expirationSeconds":60,
                          "usages":["flying","client auth","client auth"]}}
                        """)))
                .hasMessageContaining("PEM block type must be CERTIFICATE REQUEST")
                .hasMessageContaining("spec.usages[0]: Unsupported value: \"flying\"")
                .hasMessageContaining("spec.usages[2]: Duplicate value: \"client auth\"")
                .hasMessageContaining("spec.signerName: Invalid value: \"nobody\": must be a fully qualified domain and"
                        + " path of the form 'example.com/signer-name'")
                .hasMessageContaining("spec.expirationSeconds: Invalid value: 60: may not specify a duration less than"
                        + " 600 seconds (10 minutes)");
        assertThatThrownBy(() -> create(request("kubernetes.io/legacy-unknown")))
                .hasMessageContaining("the legacy signerName is not allowed via this API version");
    }

    @Test
    void aSignatureThatIsNoSignatureAtAllIsInvalidAndNoFault() {
        byte[] request = Base64.getMimeDecoder().decode(Requests.pem("CN=e2e").replaceAll("-----[A-Z ]+-----", ""));
        Arrays.fill(request, request.length - 60, request.length, (byte) 0);
        assertThatThrownBy(() -> SigningRequest.ofDer(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x509: signature does not belong to the key of the request");
    }

    @Test
    void aRequestThatIsBrokenAnywhereIsInvalidAndNoFault() {
        byte[] whole = Base64.getMimeDecoder().decode(Requests.pem("CN=e2e").replaceAll("-----[A-Z ]+-----", ""));
        List<Throwable> refusals = IntStream.range(0, whole.length * 8)
                .mapToObj(bit -> {
                    byte[] broken = whole.clone();
                    broken[bit / 8] ^= (byte) (1 << bit % 8);
                    return Optional.ofNullable(catchThrowable(() -> SigningRequest.ofDer(broken)));
                })
                .flatMap(Optional::stream)
                .toList();

        // What its algorithm has no use for is not covered by the signature.
        assertThat(refusals.size()).isGreaterThan(whole.length * 7);
        assertThat(refusals.stream().map(Throwable::toString).distinct())
                .containsExactlyInAnyOrder(
                        "java.lang.IllegalArgumentException: x509: malformed certificate request",
                        "java.lang.IllegalArgumentException: x509: signature does not belong to the key of the request");
    }

    @Test
    void whoSignsDoesNotDecideAndDecisionsStay() {
        String path =
                PATH + "/" + create(request("example.com/s")).object("metadata").string("name");
        String approved = "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"}]}}";

        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, path + "/status", approved))
                .hasMessageContaining(
                        "status.conditions: Forbidden: updates may not add a condition of type" + " \"Approved\"");
        assertThatThrownBy(() -> cluster.patch(
                        PatchType.MERGE,
                        path + "/approval",
                        "{\"status\":{\"certificate\":\"" + certificate() + "\"}}"))
                .hasMessageContaining("status.certificate: Forbidden: updates may not set certificate content");
        cluster.patch(PatchType.MERGE, path + "/approval", approved);
        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, path + "/approval", "{\"status\":{\"conditions\":[]}}"))
                .hasMessageContaining("updates may not remove a condition of type \"Approved\"");
        assertThatThrownBy(() -> cluster.patch(
                        PatchType.MERGE,
                        path + "/approval",
                        "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"},"
                                + "{\"type\":\"Denied\",\"status\":\"True\"}]}}"))
                .hasMessageContaining("Approved and Denied conditions are mutually exclusive");
    }

    @Test
    void anAuthoritySignsWhatIsAskedForTheUsesThatAreAsked() throws CertificateParsingException {
        CertificateAuthority authority = CertificateAuthority.create("signer", cluster.runtime);
        SigningRequest asked = SigningRequest.parse(Requests.pem("O=system:nodes,CN=system:node:n1", "n1.example.com"));

        X509Certificate signed = authority.sign(
                asked, List.of("digital signature", "key encipherment", "server auth"), Duration.ofHours(2));

        assertThat(signed.getSubjectX500Principal().getName()).contains("CN=system:node:n1", "O=system:nodes");
        assertThat(signed.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(signed.getKeyUsage()[0]).isTrue();
        assertThat(signed.getKeyUsage()[2]).isTrue();
        assertThat(signed.getSubjectAlternativeNames()).containsExactly(List.of(2, "n1.example.com"));
        assertThat(signed.getNotAfter().toInstant()).isEqualTo(SimulatedRuntime.EPOCH.plus(Duration.ofHours(2)));
        assertThat(Pem.certificates(Pem.of(signed))).containsExactly(signed);
    }
}

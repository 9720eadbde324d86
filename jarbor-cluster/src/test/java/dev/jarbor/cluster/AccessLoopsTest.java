package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Settings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.Credentials;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server and control loops together: tokens in Secrets, and certificates of nodes that nobody has to approve. */
class AccessLoopsTest {
    private static final User MACHINE = User.of("system:bootstrap:abcdef", "system:bootstrappers", User.AUTHENTICATED);

    private final SimulatedRuntime world = new SimulatedRuntime(1);
    private final CertificateAuthority authority = CertificateAuthority.create("cluster", world);
    private final ApiServer server = new ApiServer(new MemoryStore(), world, ServerSettings.DEFAULT);
    private Optional<ControlPlane> plane = Optional.empty();

    @BeforeEach
    void start() {
        server.start();
        var made = new ControlPlane(
                server,
                new NodeDirectory(),
                world,
                Settings.of("root certificate").withSigning(new AuthoritySigning(authority, Duration.ofDays(365))),
                ControllerChoice.EVERYTHING,
                false,
                false);
        plane = Optional.of(made);
        made.startLoops();
        settle();
    }

    @AfterEach
    void stop() {
        plane.ifPresent(ControlPlane::close);
    }

    private void settle() {
        world.advance(Duration.ofSeconds(5));
    }

    private ObjectValue as(User user, Verb verb, ResourcePath path, ObjectValue body) {
        return server.handle(user, ApiRequest.of(verb, path, Query.NONE, body)).body();
    }

    private ObjectValue create(ResourcePath path, String json) {
        ObjectValue made = as(User.ADMIN, Verb.CREATE, path, Json.object(json));
        settle();
        return made;
    }

    private static ResourcePath core(String plural, String name) {
        return new ResourcePath("", "v1", plural, "default", name, "");
    }

    private static ResourcePath requests(String name) {
        return new ResourcePath("certificates.k8s.io", "v1", "certificatesigningrequests", "", name, "");
    }

    private ObjectValue get(ResourcePath path) {
        return as(User.ADMIN, Verb.GET, path, ObjectValue.EMPTY);
    }

    private ObjectValue tokenSecret(String account) {
        create(core("secrets", ""), """
                {"metadata":{"name":"robot-token","annotations":{"kubernetes.io/service-account.name":"%s"}},
                 "type":"kubernetes.io/service-account-token"}""".formatted(account));
        return get(core("secrets", "robot-token"));
    }

    private static String decoded(ObjectValue secret, String key) {
        return new String(Base64.getDecoder().decode(secret.object("data").string(key)), StandardCharsets.UTF_8);
    }

    @Test
    void aSecretForTokensIsFilledAndItsTokenIsTheAccounts() {
        ObjectValue account = create(core("serviceaccounts", ""), "{\"metadata\":{\"name\":\"robot\"}}");

        ObjectValue secret = tokenSecret("robot");

        String uid = account.object("metadata").string("uid");
        assertThat(secret.object("metadata").object("annotations").string("kubernetes.io/service-account.uid"))
                .isEqualTo(uid);
        assertThat(decoded(secret, "namespace")).isEqualTo("default");
        assertThat(decoded(secret, "ca.crt")).isEqualTo("root certificate");
        Identity found = server.authenticator().authenticate(Credentials.ofToken(decoded(secret, "token"), List.of()));
        assertThat(found).isInstanceOfSatisfying(Identity.Known.class, known -> {
            assertThat(known.user().name()).isEqualTo("system:serviceaccount:default:robot");
            assertThat(known.user().uid()).isEqualTo(uid);
            assertThat(known.user().groups()).contains("system:serviceaccounts:default");
        });
    }

    @Test
    void aSecretSaysWhenItsTokenWasUsedLastAndOneThatIsMarkedInvalidDoesNotCount() {
        create(core("serviceaccounts", ""), "{\"metadata\":{\"name\":\"robot\"}}");
        String token = decoded(tokenSecret("robot"), "token");
        server.authenticator().authenticate(Credentials.ofToken(token, List.of()));
        settle();

        ObjectValue used = get(core("secrets", "robot-token"));
        assertThat(used.object("metadata").object("labels").string("kubernetes.io/legacy-token-last-used"))
                .isEqualTo(world.now().toString().substring(0, 10));
        as(
                User.ADMIN,
                Verb.UPDATE,
                core("secrets", "robot-token"),
                used.update(
                        "metadata",
                        metadata -> metadata.update(
                                "labels",
                                labels -> labels.with("kubernetes.io/legacy-token-invalid-since", "2030-01-01"))));
        assertThat(server.authenticator().authenticate(Credentials.ofToken(token, List.of())))
                .isInstanceOfSatisfying(
                        Identity.Refused.class,
                        refused -> assertThat(refused.reason()).contains("has been marked invalid. Use tokens from"));
    }

    @Test
    void aSecretForTokensGoesWithItsAccount() {
        create(core("serviceaccounts", ""), "{\"metadata\":{\"name\":\"robot\"}}");
        String token = decoded(tokenSecret("robot"), "token");
        as(User.ADMIN, Verb.DELETE, core("serviceaccounts", "robot"), ObjectValue.EMPTY);
        settle();

        assertThat(as(User.ADMIN, Verb.LIST, core("secrets", ""), ObjectValue.EMPTY)
                        .list("items")
                        .objects())
                .noneMatch(secret -> secret.object("metadata").string("name").equals("robot-token"));
        assertThat(server.authenticator().authenticate(Credentials.ofToken(token, List.of())))
                .isEqualTo(new Identity.Refused("[invalid bearer token, Token has been invalidated]"));
    }

    private static String request(String name, String subject) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            byte[] encoded = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
            String pem = "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END CERTIFICATE REQUEST-----\n";
            ObjectValue spec = ObjectValue.builder()
                    .put("signerName", "kubernetes.io/kube-apiserver-client-kubelet")
                    .put("usages", ListValue.ofStrings(List.of("digital signature", "client auth")))
                    .put("request", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))
                    .build();
            return Json.text(ObjectValue.EMPTY
                    .with("metadata", ObjectValue.EMPTY.with("name", name))
                    .with("spec", spec));
        } catch (GeneralSecurityException | OperatorCreationException | IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void grant(String role, String kind, String name) {
        create(new ResourcePath("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "", "", ""), """
                {"metadata":{"name":"%s"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"%s"},
                 "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"%s","name":"%s"}]}""".formatted(
                        "grant-" + role.replaceAll("[^a-z]", "-"), role, kind, name));
    }

    private List<String> conditions(String name) {
        return get(requests(name)).object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type") + " " + condition.string("message"))
                .toList();
    }

    @Test
    void aMachineThatJoinsGetsItsCertificateOnceItMayAskForIt() {
        grant("system:node-bootstrapper", "Group", "system:bootstrappers");
        as(MACHINE, Verb.CREATE, requests(""), Json.object(request("n1", "O=system:nodes,CN=system:node:n1")));
        settle();
        assertThat(conditions("n1")).isEmpty();

        grant("system:certificates.k8s.io:certificatesigningrequests:nodeclient", "Group", "system:bootstrappers");
        world.advance(Duration.ofSeconds(31));

        assertThat(conditions("n1"))
                .containsExactly("Approved Auto approving kubelet client certificate after SubjectAccessReview.");
        String issued = new String(
                Base64.getDecoder().decode(get(requests("n1")).object("status").string("certificate")),
                StandardCharsets.UTF_8);
        assertThat(Pem.certificates(issued).getFirst().getSubjectX500Principal().getName())
                .isEqualTo("CN=system:node:n1,O=system:nodes");
    }

    @Test
    void aNodeRenewsItsOwnCertificateAndNoOthers() {
        grant("system:node-bootstrapper", "Group", "system:nodes");
        grant("system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", "Group", "system:nodes");
        User node = User.of("system:node:n1", "system:nodes", User.AUTHENTICATED);
        as(node, Verb.CREATE, requests(""), Json.object(request("own", "O=system:nodes,CN=system:node:n1")));
        as(node, Verb.CREATE, requests(""), Json.object(request("other", "O=system:nodes,CN=system:node:n2")));
        world.advance(Duration.ofSeconds(31));

        assertThat(conditions("own"))
                .containsExactly("Approved Auto approving self kubelet client certificate after SubjectAccessReview.");
        assertThat(conditions("other")).isEmpty();
    }
}

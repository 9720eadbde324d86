package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.TlsContexts;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who is let in over TLS, acting as others, and what others read to check tokens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessHttpTest {
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
        cluster.post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private String token() {
        return json(cluster.post("/api/v1/namespaces/default/serviceaccounts/robot/token", "{}"))
                .object("status")
                .string("token");
    }

    private HttpResponse<String> withToken(String path, String token, String... headers) {
        HttpRequest.Builder request = cluster.request(path).header("Authorization", "Bearer " + token);
        return send(cluster.nobody, headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void whoComesInIsCounted() {
        withToken("/version", "no-such-token");
        withToken("/version", token());

        assertThat(cluster.get("/metrics").body())
                .contains("authentication_attempts{result=\"error\"} ")
                .contains("authentication_attempts{result=\"success\"} ")
                .contains("authenticated_user_requests{username=\"other\"} ")
                .contains("authentication_duration_seconds_bucket{result=\"success\",le=\"0.001\"} ");
    }

    @Test
    void whatRequestsMayDoIsCounted() {
        assertThat(send(cluster.nobody, cluster.request("/api/v1/secrets")).statusCode())
                .isEqualTo(403);

        assertThat(cluster.get("/metrics").body())
                .contains("authorization_attempts_total{result=\"allowed\"} ")
                .contains("authorization_attempts_total{result=\"no-opinion\"} ")
                .contains("authorization_duration_seconds_bucket{result=\"allowed\",le=\"0.001\"} ");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsAnsweredWith401() {
        CertificateAuthority others = CertificateAuthority.create("others", cluster.runtime);
        try (HttpClient stranger = HttpClient.newBuilder()
                .sslContext(
                        TlsContexts.of(others.client("kubernetes-admin", List.of("system:masters")), cluster.authority))
                .build()) {
            HttpResponse<String> answer = send(stranger, cluster.request("/version"));

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(json(answer).string("message")).isEqualTo("Unauthorized");
        }
    }

    @Test
    void theIssuerIsDiscoveredByServiceAccountsAndItsKeysCheckItsTokens() throws GeneralSecurityException {
        String token = token();
        HttpResponse<String> configuration = withToken("/.well-known/openid-configuration", token);
        HttpResponse<String> keys = withToken("/openid/v1/jwks", token);

        assertThat(configuration.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(configuration.headers().firstValue("Cache-Control")).contains("public, max-age=3600");
        assertThat(json(configuration).string("issuer")).isEqualTo("https://kubernetes.default.svc.cluster.local");
        assertThat(json(configuration).string("jwks_uri"))
                .isEqualTo("https://kubernetes.default.svc.cluster.local:6443/openid/v1/jwks");
        assertThat(json(configuration)
                        .list("id_token_signing_alg_values_supported")
                        .strings())
                .containsExactly("ES256");
        assertThat(keys.headers().firstValue("Content-Type")).contains("application/jwk-set+json");
        ObjectValue key = json(keys).list("keys").objects().getFirst();
        String[] parts = token.split("\\.", -1);
        assertThat(Json.object(DECODER.decode(parts[0])).string("kid")).isEqualTo(key.string("kid"));
        assertThat(verified(key, parts)).isTrue();
        assertThat(send(cluster.nobody, cluster.request("/openid/v1/jwks")).statusCode())
                .isEqualTo(403);
    }

    private static boolean verified(ObjectValue key, String[] token) throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        var point = new ECPoint(
                new BigInteger(1, DECODER.decode(key.string("x"))), new BigInteger(1, DECODER.decode(key.string("y"))));
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class))));
        signature.update((token[0] + "." + token[1]).getBytes(StandardCharsets.US_ASCII));
        return signature.verify(DECODER.decode(token[2]));
    }

    private ObjectValue whoami(HttpClient client, String... headers) {
        return json(send(
                        client,
                        cluster.request("/apis/authentication.k8s.io/v1/selfsubjectreviews")
                                .header("Content-Type", "application/json")
                                .headers(headers)
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))))
                .object("status")
                .object("userInfo");
    }

    @Test
    void actingAsAnotherTakesOnEveryPartOfThem() {
        ObjectValue jane = whoami(
                cluster.admin,
                "Impersonate-User",
                "jane",
                "Impersonate-Group",
                "ops",
                "Impersonate-Group",
                "dev",
                "Impersonate-Uid",
                "7",
                "Impersonate-Extra-Example.org%2fteam",
                "red");

        assertThat(jane.string("username")).isEqualTo("jane");
        assertThat(jane.string("uid")).isEqualTo("7");
        assertThat(jane.list("groups").strings()).containsExactly("ops", "dev", "system:authenticated");
        assertThat(jane.object("extra").list("example.org/team").strings()).containsExactly("red");
    }

    @Test
    void actingAsAServiceAccountOrANodeBringsTheirGroups() {
        ObjectValue robot = whoami(cluster.admin, "Impersonate-User", "system:serviceaccount:default:robot");
        ObjectValue node = whoami(cluster.admin, "Impersonate-User", "system:node:n1");

        assertThat(robot.list("groups").strings())
                .containsExactly("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated");
        assertThat(node.list("groups").strings()).containsExactly("system:nodes", "system:authenticated");
    }

    @Test
    void groupsAloneAreNobodyToActAs() {
        HttpResponse<String> answer =
                send(cluster.admin, cluster.request("/api/v1/pods").header("Impersonate-Group", "ops"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).string("message"))
                .isEqualTo("requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"ops\"},"
                        + " Extra:map[string][]string(nil)} without impersonating a user name");
    }

    @Test
    void actingMayBeConfinedToOneKindOfUserAndToSomeRequests() {
        cluster.post("/apis/rbac.authorization.k8s.io/v1/clusterroles", """
                {"metadata":{"name":"act"},"rules":[
                  {"apiGroups":["authentication.k8s.io"],"resources":["users"],"resourceNames":["lister"],
                   "verbs":["impersonate:user-info"]},
                  {"apiGroups":[""],"resources":["configmaps"],"verbs":["impersonate-on:user-info:list"]}]}
                """);
        cluster.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"act"},"roleRef":{"kind":"ClusterRole","name":"act"},
                 "subjects":[{"kind":"ServiceAccount","name":"robot","namespace":"default"}]}
                """);
        cluster.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"lister"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},
                 "subjects":[{"kind":"User","name":"lister"}]}
                """);
        String token = token();
        String maps = "/api/v1/namespaces/default/configmaps";

        assertThat(withToken(maps, token).statusCode()).isEqualTo(403);
        assertThat(withToken(maps, token, "Impersonate-User", "lister").statusCode())
                .isEqualTo(200);
        assertThat(json(withToken(maps + "/x", token, "Impersonate-User", "lister"))
                        .string("message"))
                .isEqualTo("configmaps \"x\" is forbidden: User \"system:serviceaccount:default:robot\" cannot"
                        + " impersonate-on:user-info:get resource \"configmaps\" in API group \"\" in the namespace"
                        + " \"default\"");
        assertThat(json(withToken(maps, token, "Impersonate-User", "bob")).string("message"))
                .isEqualTo("users.authentication.k8s.io \"bob\" is forbidden: User"
                        + " \"system:serviceaccount:default:robot\" cannot impersonate:user-info resource \"users\" in"
                        + " API group \"authentication.k8s.io\" at the cluster scope");
        assertThat(json(withToken(maps, token, "Impersonate-User", "lister", "Impersonate-Group", "system:masters"))
                        .string("message"))
                .endsWith("impersonating the system:masters group is not allowed");
    }
}

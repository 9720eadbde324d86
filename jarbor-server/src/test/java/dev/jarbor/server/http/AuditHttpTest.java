package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is recorded of requests over HTTP. */
class AuditHttpTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final BlockingQueue<ObjectValue> events = new LinkedBlockingQueue<>();
    private final HttpCluster cluster = new HttpCluster(ServerSettings.DEFAULT.withAudit(audit()));

    private AuditSettings audit() {
        var policy = AuditPolicy.of((ObjectValue) Yaml.parse("""
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitManagedFields: true
                rules:
                - {level: RequestResponse, omitStages: [RequestReceived], resources: [{group: "", resources: [configmaps]}]}
                - {level: Metadata, resources: [{group: "", resources: [pods, "pods/*"]}]}
                - {level: None, nonResourceURLs: ["/livez"]}
                - {level: Metadata, nonResourceURLs: ["/livez/*", "/version"]}
                - {level: Metadata, omitStages: [RequestReceived], namespaces: [kube-system], verbs: [list, watch]}
                - {level: Request, omitStages: [RequestReceived], resources: [{group: "", resources: [secrets]}]}
                """));
        return new AuditSettings(policy, List.of(runtime -> events::add));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private ObjectValue next() throws InterruptedException {
        ObjectValue event = events.poll(30, TimeUnit.SECONDS);
        return event == null ? ObjectValue.EMPTY : event;
    }

    @Test
    void aWriteIsRecordedWithWhatWasSentAndAnswered() throws InterruptedException {
        send(
                cluster.admin,
                cluster.request(MAPS + "?fieldManager=me")
                        .header("Content-Type", "application/json")
                        .header("Audit-Id", "my-id")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}")));

        ObjectValue event = next();
        assertThat(event.string("kind")).isEqualTo("Event");
        assertThat(event.string("stage")).isEqualTo("ResponseComplete");
        assertThat(event.string("auditID")).isEqualTo("my-id");
        assertThat(event.string("verb")).isEqualTo("create");
        assertThat(event.string("requestURI")).isEqualTo(MAPS + "?fieldManager=me");
        assertThat(event.object("user").string("username")).isEqualTo("kubernetes-admin");
        assertThat(event.object("objectRef").string("resource")).isEqualTo("configmaps");
        assertThat(event.object("requestObject").object("data").string("k")).isEqualTo("v");
        assertThat(event.object("responseObject").object("metadata").string("name"))
                .isEqualTo("a");
        assertThat(event.object("responseObject").object("metadata").has("managedFields"))
                .isFalse();
        assertThat(event.object("responseStatus").integer("code")).isEqualTo(201);
        assertThat(event.object("annotations").string("authorization.k8s.io/decision"))
                .isEqualTo("allow");
        assertThat(event.list("sourceIPs").strings()).isNotEmpty();
    }

    @Test
    void aRefusalIsRecordedWithItsReasonAndEachStage() throws InterruptedException {
        send(cluster.admin, cluster.request("/api/v1/pods").header("Impersonate-User", "jane"));

        assertThat(next().string("stage")).isEqualTo("RequestReceived");
        ObjectValue event = next();
        assertThat(event.string("stage")).isEqualTo("ResponseComplete");
        assertThat(event.object("impersonatedUser").string("username")).isEqualTo("jane");
        assertThat(event.object("responseStatus").integer("code")).isEqualTo(403);
        assertThat(event.object("responseStatus").string("reason")).isEqualTo("Forbidden");
        assertThat(event.object("annotations").string("authorization.k8s.io/decision"))
                .isEqualTo("forbid");
        assertThat(event.has("responseObject")).isFalse();
    }

    @Test
    void whatNoRuleNamesIsNotRecorded() throws InterruptedException {
        cluster.get("/api/v1/nodes");
        cluster.get(MAPS + "/gone");

        assertThat(next().object("objectRef").string("name")).isEqualTo("gone");
        assertThat(events).isEmpty();
    }

    /** The stages of the next events, each with its code, of one request. */
    private List<String> stages(int count) throws InterruptedException {
        var stages = new ArrayList<String>();
        var ids = new TreeSet<String>();
        for (int i = 0; i < count; i++) {
            ObjectValue event = next();
            ids.add(event.string("auditID"));
            ObjectValue status = event.object("responseStatus");
            stages.add(event.string("stage") + (status.has("code") ? " " + status.integer("code") : ""));
        }
        assertThat(ids).hasSize(1);
        return stages;
    }

    private static final List<String> CONNECTED =
            List.of("RequestReceived", "ResponseStarted 101", "ResponseComplete 101");

    private void overWebSocket(HttpClient client, String path) {
        client.newWebSocketBuilder()
                .subprotocols("v4.channel.k8s.io")
                .header("Audit-Id", "mine")
                .buildAsync(
                        URI.create(cluster.uri(path).toString().replaceFirst("^https", "wss")),
                        new WebSocket.Listener() {})
                .join()
                .sendClose(WebSocket.NORMAL_CLOSURE, "")
                .join();
    }

    @Test
    void connectionsToAPodAreRecordedFromTheirBeginningToTheirEnd() throws InterruptedException {
        cluster.runningPod("p");
        ObjectValue last;
        do {
            last = next();
        } while (!last.isEmpty()
                && !(last.string("requestURI").endsWith("/p/status")
                        && last.string("stage").equals("ResponseComplete")));
        String pod = "/api/v1/namespaces/default/pods/p";
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(cluster.adminTls).build()) {
            overWebSocket(client, pod + "/exec?container=a&command=cat&stdin=1&stdout=1");
            assertThat(stages(3)).isEqualTo(CONNECTED);
            overWebSocket(client, pod + "/attach?container=a&stdin=1&stdout=1");
            assertThat(stages(3)).isEqualTo(CONNECTED);
            overWebSocket(client, pod + "/portforward?ports=80");
            ObjectValue received = next();
            assertThat(received.string("auditID")).isEqualTo("mine");
            assertThat(received.object("objectRef").string("subresource")).isEqualTo("portforward");
            assertThat(received.object("annotations").string("authorization.k8s.io/decision"))
                    .isEqualTo("allow");
        }
    }

    @Test
    void aConnectionThatIsRefusedIsRecordedOnce() throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(cluster.adminTls).build()) {
            assertThatThrownBy(
                            () -> overWebSocket(client, "/api/v1/namespaces/default/pods/gone/exec?command=a&stdout=1"))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
        }

        assertThat(stages(3)).containsExactly("RequestReceived", "ResponseStarted 404", "ResponseComplete 404");
        assertThat(events).isEmpty();
    }

    @Test
    void watchesAreRecordedWhenTheyBeginAndWhenTheyEnd() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(cluster.adminTls).build()) {
            overWebSocket(client, "/api/v1/namespaces/default/pods?watch=true");
        }
        assertThat(stages(3)).isEqualTo(CONNECTED);

        cluster.get("/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=1");
        assertThat(stages(3)).containsExactly("RequestReceived", "ResponseStarted 200", "ResponseComplete 200");
    }

    @Test
    void whoIsNotKnownIsRecordedWithWhatTheyTried() throws InterruptedException {
        assertThat(send(cluster.nobody, cluster.request("/api/v1/pods").header("Authorization", "Bearer wrong"))
                        .statusCode())
                .isEqualTo(401);

        ObjectValue event = next();
        assertThat(event.string("stage")).isEqualTo("ResponseStarted");
        assertThat(event.object("user")).isEqualTo(ObjectValue.EMPTY);
        assertThat(event.string("verb")).isEqualTo("list");
        assertThat(event.object("responseStatus"))
                .isEqualTo(Json.object("{\"metadata\":{},\"message\":\"Authentication failed, attempted: bearer\","
                        + "\"code\":401}"));
        assertThat(events).isEmpty();
    }

    @Test
    void aFaultOfTheServerIsAPanic() throws Exception {
        Health.Check broken = new Health.Check("broken", true, () -> {
            throw new IllegalStateException("out of order");
        });
        Front front = HttpFace.front(
                cluster.server,
                name -> Optional.empty(),
                new FrontSettings(
                        ServerVersion.DEFAULT, List.of(broken), RequestLimits.DEFAULT, List.of(), CrossOrigin.NONE),
                new Shutdown(cluster.runtime));
        cluster.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"watchful"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"system:monitoring"},
                 "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"reader"}]}
                """);
        var exchange = new MemoryExchange(
                RequestHead.of(
                        "GET",
                        "/livez/broken",
                        "",
                        new TreeMap<>(Map.of("authorization", List.of("Bearer " + HttpCluster.TOKEN)))),
                new byte[0]);
        front.serve(exchange);

        assertThat(exchange.code()).isEqualTo(500);
        assertThat(next().string("stage")).isEqualTo("RequestReceived");
        ObjectValue event = next();
        assertThat(event.string("stage")).isEqualTo("Panic");
        assertThat(event.object("responseStatus").integer("code")).isEqualTo(500);
        assertThat(event.object("responseStatus").string("reason")).isEqualTo("InternalError");
        assertThat(event.object("responseStatus").string("message"))
                .isEqualTo("APIServer panic'd: java.lang.IllegalStateException: out of order");
        assertThat(events).isEmpty();
    }

    @Test
    void whatIsNoResourceIsRecordedByItsPath() throws InterruptedException {
        cluster.get("/livez");
        cluster.get("/version");

        assertThat(next().string("requestURI")).isEqualTo("/version");
        ObjectValue event = next();
        assertThat(event.string("verb")).isEqualTo("get");
        assertThat(event.has("objectRef")).isFalse();
        assertThat(event.object("annotations").string("authorization.k8s.io/decision"))
                .isEqualTo("allow");
    }

    @Test
    void aRuleMayBeAboutANamespaceAndAboutVerbs() throws InterruptedException {
        cluster.get("/apis/apps/v1/namespaces/default/deployments");
        cluster.get("/apis/apps/v1/namespaces/kube-system/deployments/none");
        cluster.get("/apis/apps/v1/namespaces/kube-system/deployments");

        ObjectValue event = next();
        assertThat(event.string("verb")).isEqualTo("list");
        assertThat(event.object("objectRef").string("namespace")).isEqualTo("kube-system");
        assertThat(events).isEmpty();
    }

    @Test
    void theLevelRequestHasWhatWasSentAndNotWhatWasAnswered() throws InterruptedException {
        cluster.post("/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\"}}");

        ObjectValue event = next();
        assertThat(event.object("objectRef").string("name")).isEqualTo("s");
        assertThat(event.object("requestObject").object("metadata").string("name"))
                .isEqualTo("s");
        assertThat(event.has("responseObject")).isFalse();

        send(
                cluster.admin,
                cluster.request("/api/v1/namespaces/default/secrets/s").DELETE());
        assertThat(next().object("responseStatus").string("status")).isEqualTo("Success");
    }
}

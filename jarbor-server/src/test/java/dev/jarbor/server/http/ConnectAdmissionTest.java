package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.webhook.WebhookServer;
import dev.jarbor.testing.Conformance;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks have a say in connections to pods. */
class ConnectAdmissionTest {
    private static final String POD = "/api/v1/namespaces/default/pods/to-be-attached-pod";

    private final HttpCluster cluster = new HttpCluster();
    private final WebhookServer hook = new WebhookServer();

    @BeforeEach
    void aWebhookForConnections() {
        cluster.runningPod("to-be-attached-pod");
        hook.on("/connect", request -> WebhookServer.denied("connecting to the pod is not allowed"));
        ObjectValue webhook = Json.object("""
                {"name":"connect.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":["CONNECT"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods/*"]}]}
                """).with("clientConfig", hook.clientConfig("/connect"));
        cluster.post(
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                Json.text(ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "connect"))
                        .with("webhooks", ListValue.of(webhook))));
    }

    @AfterEach
    void close() {
        hook.close();
        cluster.close();
    }

    private ObjectValue refused(String rest) {
        HttpResponse<String> answer =
                send(cluster.admin, cluster.request(POD + rest).POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).string("message"))
                .isEqualTo("admission webhook \"connect.example.com\" denied the request: connecting to the pod is not"
                        + " allowed");
        ObjectValue request = hook.requests.getLast();
        assertThat(request.string("operation")).isEqualTo("CONNECT");
        assertThat(request.string("name")).isEqualTo("to-be-attached-pod");
        return request;
    }

    @Test
    @Conformance("AM-09")
    void attachingToAPodIsDenied() {
        ObjectValue request = refused("/attach?container=a&stdout=true");
        assertThat(request.object("kind").string("kind")).isEqualTo("PodAttachOptions");
        assertThat(request.object("object"))
                .isEqualTo(Json.object(
                        "{\"apiVersion\":\"v1\",\"kind\":\"PodAttachOptions\",\"container\":\"a\",\"stdout\":true}"));
    }

    @Test
    void execPortForwardAndProxyAreDeniedWithTheirOwnOptions() {
        assertThat(refused("/exec?command=ls&command=-l&stdin=1")
                        .object("object")
                        .list("command")
                        .strings())
                .containsExactly("ls", "-l");
        assertThat(refused("/portforward?ports=80").string("subResource")).isEqualTo("portforward");
        assertThat(refused("/proxy/a/b").object("object").string("path")).isEqualTo("/a/b");
    }

    @Test
    void aConnectionThatAsksForAnUpgradeIsReviewedOnce() {
        URI address = URI.create("wss://localhost:" + cluster.face.port() + POD + "/exec?command=ls");
        assertThatThrownBy(() -> cluster.admin
                        .newWebSocketBuilder()
                        .subprotocols("v5.channel.k8s.io")
                        .buildAsync(address, new WebSocket.Listener() {})
                        .join())
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(400));
        assertThat(hook.requests).hasSize(1);
    }

    @Test
    void aTicketThatAClientMadeUpIsGoodForNothing() {
        HttpResponse<String> answer = send(
                cluster.admin,
                cluster.request("/version").header(RefusedUpgrades.TICKET, "00000000-0000-0000-0000-000000000000"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }
}

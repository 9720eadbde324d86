package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import java.net.http.HttpRequest;
import java.util.List;
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
                - {level: Metadata, resources: [{group: "", resources: [pods]}]}
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
}

package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import dev.jarbor.server.webhook.WebhookServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What authorisation and admission have to say in the audit log. */
class AuditAnnotationsTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final BlockingQueue<ObjectValue> events = new LinkedBlockingQueue<>();
    private final HttpCluster cluster = new HttpCluster(ServerSettings.DEFAULT.withAudit(audit()));
    private final WebhookServer hook = new WebhookServer();

    private AuditSettings audit() {
        var policy = AuditPolicy.of((ObjectValue) Yaml.parse("""
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - {level: Request, resources: [{group: "", resources: [configmaps]}]}
                - {level: Metadata, resources: [{group: "", resources: [pods, secrets]}, {group: apps}]}
                """));
        return new AuditSettings(policy, List.of(runtime -> events::add));
    }

    @AfterEach
    void stop() {
        hook.close();
        cluster.close();
    }

    private Map<String, String> annotations() throws InterruptedException {
        ObjectValue event = events.poll(30, TimeUnit.SECONDS);
        return event == null
                ? Map.of("nothing", "came")
                : event.object("annotations").strings();
    }

    private void create(String path, String yaml) {
        assertThat(cluster.post(path, Json.text(Yaml.parse(yaml))).statusCode()).isEqualTo(201);
    }

    @Test
    void theDecisionAndItsReason() throws InterruptedException {
        create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                metadata: {name: reads}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: reader}]
                """);
        String token = "Bearer " + HttpCluster.TOKEN;

        send(cluster.nobody, cluster.request(MAPS).header("Authorization", token));
        assertThat(annotations())
                .containsEntry("authorization.k8s.io/decision", "allow")
                .containsEntry(
                        "authorization.k8s.io/reason",
                        "RBAC: allowed by ClusterRoleBinding \"reads\" of ClusterRole \"view\" to User \"reader\"");
        send(cluster.nobody, cluster.request("/api/v1/secrets").header("Authorization", token));
        assertThat(annotations())
                .containsEntry("authorization.k8s.io/decision", "forbid")
                .containsEntry("authorization.k8s.io/reason", "");
    }

    @Test
    void whichWebhooksChangedAnObjectAndHow() throws InterruptedException {
        hook.on(
                "/label",
                request -> WebhookServer.patched(
                                "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"seen\":\"yes\"}}]")
                        .with("auditAnnotations", ObjectValue.EMPTY.with("why", "it was there")));
        ObjectValue webhook = Json.object("""
                {"name":"label.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],
                           "resources":["configmaps","secrets"]}]}
                """).with("clientConfig", hook.clientConfig("/label"));
        cluster.post(
                GROUP + "mutatingwebhookconfigurations",
                Json.text(ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "label"))
                        .with("webhooks", ListValue.of(webhook))));

        create(MAPS, "metadata: {name: a}");
        Map<String, String> told = annotations();
        assertThat(told)
                .containsEntry("label.example.com/why", "it was there")
                .containsEntry(
                        "mutation.webhook.admission.k8s.io/round_0_index_0",
                        "{\"configuration\":\"label\",\"mutated\":true,\"webhook\":\"label.example.com\"}");
        assertThat(told.get("patch.webhook.admission.k8s.io/round_0_index_0"))
                .contains("\"patch\":[{\"op\":\"add\"", "\"patchType\":\"JSONPatch\"");

        create("/api/v1/namespaces/default/secrets", "metadata: {name: a}");
        assertThat(annotations())
                .as("the patch of a secret would tell the secret")
                .containsKey("mutation.webhook.admission.k8s.io/round_0_index_0")
                .doesNotContainKey("patch.webhook.admission.k8s.io/round_0_index_0");
    }

    @Test
    void whichPolicyAnObjectFails() throws InterruptedException {
        create(GROUP + "validatingadmissionpolicies", """
                metadata: {name: labelled}
                spec:
                  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
                  validations: [{expression: "has(object.metadata.labels)", message: wants a label}]
                  auditAnnotations: [{key: name, valueExpression: "'it is ' + object.metadata.name"}]
                """);
        create(GROUP + "validatingadmissionpolicybindings", """
                metadata: {name: labelled}
                spec: {policyName: labelled, validationActions: [Audit]}
                """);

        create(MAPS, "metadata: {name: a}");

        Map<String, String> told = annotations();
        assertThat(told).containsEntry("labelled/name", "it is a");
        ObjectValue failure = ((ListValue)
                        Json.parse(told.getOrDefault("validation.policy.admission.k8s.io/validation_failure", "[]")))
                .objects()
                .getFirst();
        assertThat(failure.string("message")).isEqualTo("wants a label");
        assertThat(failure.string("policy")).isEqualTo("labelled");
        assertThat(failure.string("binding")).isEqualTo("labelled");
        assertThat(failure.integer("expressionIndex")).isZero();
        assertThat(failure.list("validationActions").strings()).containsExactly("Audit");
    }

    @Test
    void whichPodSecurityStandardAPodWouldViolate() throws InterruptedException {
        create("/api/v1/namespaces", """
                metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/audit: restricted}}
                """);
        create("/api/v1/namespaces/shop/serviceaccounts", "metadata: {name: default}");
        events.clear();

        create("/api/v1/namespaces/shop/pods", "metadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}");
        Map<String, String> told = annotations();
        assertThat(told).containsEntry("pod-security.kubernetes.io/enforce-policy", "baseline:latest");
        assertThat(told.get("pod-security.kubernetes.io/audit-violations"))
                .startsWith("would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false");

        cluster.post("/api/v1/namespaces/shop/pods", """
                {"metadata":{"name":"host"},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"nginx"}]}}""");
        assertThat(annotations())
                .containsEntry("authorization.k8s.io/decision", "allow")
                .containsEntry("pod-security.kubernetes.io/enforce-policy", "baseline:latest");
    }
}

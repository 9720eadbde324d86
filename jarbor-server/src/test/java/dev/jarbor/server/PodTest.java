package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server makes of pods, by the reference's rules. */
class PodTest {
    private static final String PODS = "v1/namespaces/default/pods";
    private static final String SIMPLE = """
            {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
            """;

    private final TestServer cluster = new TestServer();

    @BeforeEach
    void createDefaultAccount() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    }

    private static ObjectValue container(ObjectValue pod) {
        return pod.object("spec").list("containers").objects().getFirst();
    }

    private ObjectValue bind(String pod, String node) {
        return cluster.create(
                PODS + "/" + pod + "/binding", "{\"target\":{\"kind\":\"Node\",\"name\":\"" + node + "\"}}");
    }

    private List<String> problems(String json) {
        try {
            cluster.create(PODS, json);
            return List.of();
        } catch (ApiException refused) {
            return refused.status().details().causes().stream()
                    .map(cause -> cause.field() + ": " + cause.message())
                    .toList();
        }
    }

    @Test
    void aPodGetsTheDefaultsOfTheReference() {
        ObjectValue pod = cluster.create(PODS, SIMPLE);
        ObjectValue spec = pod.object("spec");

        assertThat(spec.without("containers").without("volumes").without("tolerations"))
                .isEqualTo(Json.object("""
                        {"dnsPolicy": "ClusterFirst", "enableServiceLinks": true,
                         "preemptionPolicy": "PreemptLowerPriority", "priority": 0, "restartPolicy": "Always",
                         "schedulerName": "default-scheduler", "securityContext": {}, "serviceAccount": "default",
                         "serviceAccountName": "default", "terminationGracePeriodSeconds": 30}
                        """));
        assertThat(container(pod).without("volumeMounts")).isEqualTo(Json.object("""
                        {"name": "web", "image": "nginx", "imagePullPolicy": "Always", "resources": {},
                         "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
                        """));
        assertThat(pod.object("status"))
                .isEqualTo(Json.object("{\"phase\": \"Pending\", \"qosClass\": \"BestEffort\"}"));
        assertThat(pod.object("metadata").integer("generation")).isEqualTo(1);
    }

    @Test
    void aPodGetsItsAccountsTokenThroughAProjectedVolume() {
        ObjectValue pod = cluster.create(PODS, SIMPLE);
        ObjectValue volume = pod.object("spec").list("volumes").objects().getFirst();

        assertThat(volume.string("name")).matches("kube-api-access-[a-z0-9]{5}");
        assertThat(volume.object("projected")).isEqualTo(Json.object("""
                        {"defaultMode": 420, "sources": [
                          {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                          {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                          {"downwardAPI": {"items": [{"path": "namespace",
                            "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}]}
                        """));
        ObjectValue mount = container(pod).list("volumeMounts").objects().getFirst();
        assertThat(mount.string("mountPath")).isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount");
        assertThat(mount.string("name")).isEqualTo(volume.string("name"));
        assertThat(mount.bool("readOnly")).isTrue();
    }

    @Test
    void aPodWithoutItsAccountIsRefused() {
        assertThatThrownBy(() -> cluster.create(
                        PODS,
                        "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"serviceAccountName\":\"robot\","
                                + "\"containers\":[{\"name\":\"web\",\"image\":\"nginx\"}]}}"))
                .hasMessage("pods \"web\" is forbidden: error looking up service account default/robot: serviceaccount"
                        + " \"robot\" not found");
    }

    @Test
    void requestsFollowLimitsAndMakeTheQualityOfService() {
        ObjectValue pod = cluster.create(PODS, """
                {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "nginx:1",
                  "resources": {"limits": {"cpu": "0.5", "memory": "64Mi"}}}]}}
                """);

        assertThat(container(pod).object("resources")).isEqualTo(Json.object("""
                        {"limits": {"cpu": "500m", "memory": "64Mi"}, "requests": {"cpu": "500m", "memory": "64Mi"}}
                        """));
        assertThat(container(pod).string("imagePullPolicy")).isEqualTo("IfNotPresent");
        assertThat(pod.object("status").string("qosClass")).isEqualTo("Guaranteed");
    }

    @Test
    void everyMistakeIsNamedByItsFieldInTheWordsOfTheReference() {
        assertThat(problems("""
                        {"metadata": {"name": "Web"}, "spec": {"restartPolicy": "Sometimes",
                          "volumes": [{"name": "data", "emptyDir": {}}, {"name": "data", "secret": {}}],
                          "containers": [
                            {"name": "a", "ports": [{"containerPort": 70000}],
                             "volumeMounts": [{"name": "none", "mountPath": "/x"}],
                             "resources": {"requests": {"cpu": 2}, "limits": {"cpu": 1}}},
                            {"name": "a", "image": "nginx", "livenessProbe": {}}]}}
                        """))
                .contains(
                        "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\","
                                + " \"OnFailure\", \"Never\"",
                        "spec.volumes[1].name: Duplicate value: \"data\"",
                        "spec.volumes[1].secret.secretName: Required value",
                        "spec.containers[0].image: Required value",
                        "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535,"
                                + " inclusive",
                        "spec.containers[0].volumeMounts[0].name: Not found: \"none\"",
                        "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu"
                                + " limit of 1",
                        "spec.containers[1].name: Duplicate value: \"a\"",
                        "spec.containers[1].livenessProbe: Required value: must specify a handler type");
        assertThat(problems("{\"metadata\": {\"name\": \"web\"}, \"spec\": {}}"))
                .containsExactly("spec.containers: Required value");
    }

    @Test
    void aWrongTypeIsABadRequestThatNamesTheField() {
        assertThatThrownBy(
                        () -> cluster.create(
                                PODS,
                                "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":1,\"image\":\"nginx\"}]}}"))
                .hasMessage("Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal number into Go"
                        + " struct field Container.spec.containers.name of type string");
    }

    @Test
    void onlyAFewFieldsOfAPodMayChange() {
        cluster.create(PODS, SIMPLE);

        ObjectValue changed = cluster.patch(
                PatchType.STRATEGIC_MERGE,
                PODS + "/web",
                "{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"nginx:2\"}]}}");
        assertThat(container(changed).string("image")).isEqualTo("nginx:2");
        assertThat(changed.object("metadata").integer("generation")).isEqualTo(2);

        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, PODS + "/web", "{\"spec\":{\"hostNetwork\":true}}"))
                .hasMessageStartingWith("Pod \"web\" is invalid: spec: Forbidden: pod updates may not change fields"
                        + " other than `spec.containers[*].image`");
    }

    @Test
    void theStatusSubresourceChangesNothingButTheStatus() {
        ObjectValue pod = cluster.create(PODS, SIMPLE);
        ObjectValue changed = cluster.update(
                PODS + "/web/status",
                pod.update("status", status -> status.with("phase", "Running"))
                        .update("spec", spec -> spec.with("nodeName", "elsewhere")));

        assertThat(changed.object("status").string("phase")).isEqualTo("Running");
        assertThat(changed.object("spec")).isEqualTo(pod.object("spec"));

        ObjectValue main = cluster.update(PODS + "/web", changed.with("status", ObjectValue.EMPTY));
        assertThat(main.object("status").string("phase")).isEqualTo("Running");
    }

    @Test
    void aPodIsBoundToANodeOnce() {
        cluster.create(PODS, SIMPLE);
        assertThat(bind("web", "node-1").string("status")).isEqualTo("Success");
        ObjectValue bound = cluster.get(PODS + "/web");

        assertThat(bound.object("spec").string("nodeName")).isEqualTo("node-1");
        assertThat(bound.object("status")
                        .list("conditions")
                        .objects()
                        .getFirst()
                        .string("type"))
                .isEqualTo("PodScheduled");
        assertThatThrownBy(() -> bind("web", "node-2"))
                .hasMessage("Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to node"
                        + " \"node-1\"");
        assertThat(cluster.list(PODS, Query.fields("spec.nodeName=node-1"))
                        .list("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aPodThatNeverStartedGoesAtOnce() {
        cluster.create(PODS, SIMPLE);

        assertThat(cluster.delete(PODS + "/web", "{}").string("kind")).isEqualTo("Pod");
        assertThatThrownBy(() -> cluster.get(PODS + "/web")).hasMessage("pods \"web\" not found");
    }

    @Test
    void aRunningPodGetsItsGracePeriodAndZeroEndsIt() {
        cluster.create(PODS, SIMPLE);
        bind("web", "node-1");

        ObjectValue first = cluster.delete(PODS + "/web", "{}").object("metadata");
        assertThat(first.string("deletionTimestamp")).isEqualTo("2030-01-01T00:00:30Z");
        assertThat(first.integer("deletionGracePeriodSeconds")).isEqualTo(30);

        cluster.runtime.advance(Duration.ofSeconds(5));
        ObjectValue longer =
                cluster.delete(PODS + "/web", "{\"gracePeriodSeconds\":60}").object("metadata");
        assertThat(longer).isEqualTo(first);
        ObjectValue hurried =
                cluster.delete(PODS + "/web", "{\"gracePeriodSeconds\":10}").object("metadata");
        assertThat(hurried.string("deletionTimestamp")).isEqualTo("2030-01-01T00:00:10Z");

        cluster.delete(PODS + "/web", "{\"gracePeriodSeconds\":0}");
        assertThatThrownBy(() -> cluster.get(PODS + "/web")).hasMessage("pods \"web\" not found");
    }

    @Test
    void anEvictionAsksTheDisruptionBudget() {
        cluster.create(PODS, """
                {"metadata": {"name": "web", "labels": {"app": "web"}},
                 "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
                """);
        bind("web", "node-1");
        cluster.patch(
                PatchType.MERGE,
                PODS + "/web/status",
                "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        String budgets = "policy/v1/namespaces/default/poddisruptionbudgets";
        cluster.create(
                budgets,
                "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"minAvailable\":1,"
                        + "\"selector\":{\"matchLabels\":{\"app\":\"web\"}}}}");
        cluster.patch(
                PatchType.MERGE,
                budgets + "/web/status",
                "{\"status\":{\"observedGeneration\":1,\"desiredHealthy\":1,\"currentHealthy\":1}}");

        assertThatThrownBy(() -> cluster.create(PODS + "/web/eviction", "{\"metadata\":{\"name\":\"web\"}}"))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.status().code()).isEqualTo(429);
                    assertThat(refused.status().details().causes())
                            .extracting(Cause::message)
                            .containsExactly("The disruption budget web needs 1 healthy pods and has 1 currently");
                });

        cluster.patch(PatchType.MERGE, budgets + "/web/status", "{\"status\":{\"disruptionsAllowed\":1}}");
        cluster.create(PODS + "/web/eviction", "{\"metadata\":{\"name\":\"web\"}}");
        assertThat(cluster.get(PODS + "/web").object("metadata").has("deletionTimestamp"))
                .isTrue();
        assertThat(cluster.get(budgets + "/web").object("status").integer("disruptionsAllowed"))
                .isZero();
    }
}

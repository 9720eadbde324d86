package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import org.junit.jupiter.api.Test;

/** Deployments and their like. */
class WorkloadTest {
    private static final String DEPLOYMENTS = "apps/v1/namespaces/default/deployments";
    private static final String JOBS = "batch/v1/namespaces/default/jobs";

    private final TestServer cluster = new TestServer();

    private ObjectValue createDeployment() {
        return cluster.create(DEPLOYMENTS, """
                {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
                  "template": {"metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "nginx:1"}]}}}}
                """);
    }

    @Test
    void aDeploymentGetsTheDefaultsOfTheReference() {
        ObjectValue spec = createDeployment().object("spec");

        assertThat(spec.without("template").without("selector")).isEqualTo(Json.object("""
                        {"progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10,
                         "strategy": {"type": "RollingUpdate",
                                      "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}
                        """));
        ObjectValue template = spec.object("template").object("spec");
        assertThat(template.string("restartPolicy")).isEqualTo("Always");
        // What only pods get must not change templates: it would start a rollout on every upgrade.
        assertThat(template.has("enableServiceLinks")).isFalse();
        assertThat(template.has("serviceAccountName")).isFalse();
    }

    @Test
    void aNewStatusHasTheNumbersThatTheReferenceAlwaysWrites() {
        ObjectValue made = cluster.create("apps/v1/namespaces/default/replicasets", """
                {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
                  "template": {"metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "nginx:1"}]}}}}
                """);

        assertThat(made.object("status")).isEqualTo(ObjectValue.EMPTY.with("replicas", 0));
        assertThat(createDeployment().object("status")).isEqualTo(ObjectValue.EMPTY);
        ObjectValue reported = cluster.patch(
                PatchType.MERGE,
                "apps/v1/namespaces/default/replicasets/web/status",
                "{\"status\":{\"replicas\":null,\"observedGeneration\":1}}");
        assertThat(reported.object("status"))
                .isEqualTo(ObjectValue.EMPTY.with("observedGeneration", 1).with("replicas", 0));
    }

    @Test
    void theGenerationCountsChangesOfTheSpecAndNothingElse() {
        assertThat(createDeployment().object("metadata").integer("generation")).isEqualTo(1);

        ObjectValue labelled =
                cluster.patch(PatchType.MERGE, DEPLOYMENTS + "/web", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(labelled.object("metadata").integer("generation")).isEqualTo(1);
        ObjectValue scaled = cluster.patch(PatchType.MERGE, DEPLOYMENTS + "/web", "{\"spec\":{\"replicas\":3}}");
        assertThat(scaled.object("metadata").integer("generation")).isEqualTo(2);
        ObjectValue reported =
                cluster.patch(PatchType.MERGE, DEPLOYMENTS + "/web/status", "{\"status\":{\"replicas\":3}}");
        assertThat(reported.object("metadata").integer("generation")).isEqualTo(2);
    }

    @Test
    void aSelectorCannotChangeAndMustSelectItsTemplate() {
        createDeployment();

        assertThatThrownBy(() -> cluster.patch(PatchType.JSON, DEPLOYMENTS + "/web", """
                        [{"op": "replace", "path": "/spec/selector/matchLabels/app", "value": "other"},
                         {"op": "replace", "path": "/spec/template/metadata/labels/app", "value": "other"}]
                        """))
                .hasMessage("Deployment.apps \"web\" is invalid: spec.selector: Invalid value:"
                        + " {\"matchLabels\":{\"app\":\"other\"}}: field is immutable");
        assertThatThrownBy(() -> cluster.patch(
                        PatchType.MERGE,
                        DEPLOYMENTS + "/web",
                        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"app\":\"other\"}}}}}"))
                .hasMessageContaining("`selector` does not match template `labels`");
    }

    @Test
    void theScaleSubresourceReadsAndWritesTheReplicas() {
        createDeployment();
        ObjectValue scale = cluster.get(DEPLOYMENTS + "/web/scale");
        assertThat(scale.string("kind")).isEqualTo("Scale");
        assertThat(scale.object("spec").integer("replicas")).isEqualTo(1);
        assertThat(scale.object("status").string("selector")).isEqualTo("app=web");

        ObjectValue scaled =
                cluster.update(DEPLOYMENTS + "/web/scale", scale.with("spec", ObjectValue.EMPTY.with("replicas", 4)));
        assertThat(scaled.object("spec").integer("replicas")).isEqualTo(4);
        cluster.patch(PatchType.MERGE, DEPLOYMENTS + "/web/scale", "{\"spec\":{\"replicas\":5}}");

        assertThat(cluster.get(DEPLOYMENTS + "/web").object("spec").integer("replicas"))
                .isEqualTo(5);
        assertThatThrownBy(() -> cluster.update(
                        DEPLOYMENTS + "/web/scale", scale.with("spec", ObjectValue.EMPTY.with("replicas", 9))))
                .hasMessageContaining("the object has been modified");
    }

    @Test
    void aStrategicPatchMergesContainersByName() {
        createDeployment();

        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, DEPLOYMENTS + "/web", """
                {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox:1"}]}}}}
                """);

        assertThat(patched.object("spec")
                        .object("template")
                        .object("spec")
                        .list("containers")
                        .objects())
                .extracting(container -> container.string("name"))
                .containsExactlyInAnyOrder("web", "side");
    }

    @Test
    void aJobSelectsItsPodsByItsOwnUid() {
        ObjectValue job = cluster.create(JOBS, """
                {"metadata": {"generateName": "once-"}, "spec": {"template":
                  {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}}}
                """);
        String uid = job.object("metadata").string("uid");
        String name = job.object("metadata").string("name");

        assertThat(job.object("spec").object("selector").object("matchLabels").strings())
                .containsEntry("batch.kubernetes.io/controller-uid", uid);
        assertThat(job.object("spec")
                        .object("template")
                        .object("metadata")
                        .object("labels")
                        .strings())
                .containsEntry("batch.kubernetes.io/job-name", name)
                .containsEntry("job-name", name);
        assertThat(job.object("spec").integer("completions")).isEqualTo(1);
        assertThat(job.object("spec").integer("backoffLimit")).isEqualTo(6);
    }

    @Test
    void aJobsPodsStayUnlessTheDeletionSaysOtherwise() {
        cluster.create(JOBS, """
                {"metadata": {"name": "once"}, "spec": {"template":
                  {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}}}
                """);

        ObjectValue marked = cluster.delete(JOBS + "/once", "{}");
        assertThat(marked.object("metadata").list("finalizers").strings()).containsExactly("orphan");
        assertThat(cluster.delete(JOBS + "/once", "{\"propagationPolicy\":\"Background\"}")
                        .string("status"))
                .isEqualTo("Success");
    }

    @Test
    void aForegroundDeletionLeavesTheObjectToTheGarbageCollector() {
        createDeployment();

        ObjectValue marked = cluster.delete(DEPLOYMENTS + "/web", "{\"propagationPolicy\":\"Foreground\"}");

        assertThat(marked.object("metadata").list("finalizers").strings()).containsExactly("foregroundDeletion");
        assertThat(marked.object("metadata").has("deletionTimestamp")).isTrue();
    }

    @Test
    void bothVersionsOfAnAutoscalerShowTheSameObject() {
        cluster.create("autoscaling/v1/namespaces/default/horizontalpodautoscalers", """
                {"metadata": {"name": "web"}, "spec": {"maxReplicas": 5, "targetCPUUtilizationPercentage": 60,
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}
                """);

        ObjectValue newer = cluster.get("autoscaling/v2/namespaces/default/horizontalpodautoscalers/web");
        assertThat(newer.string("apiVersion")).isEqualTo("autoscaling/v2");
        assertThat(newer.object("spec")
                        .list("metrics")
                        .objects()
                        .getFirst()
                        .object("resource")
                        .object("target"))
                .isEqualTo(Json.object("{\"type\":\"Utilization\",\"averageUtilization\":60}"));
        ObjectValue older = cluster.get("autoscaling/v1/namespaces/default/horizontalpodautoscalers/web");
        assertThat(older.object("spec").integer("targetCPUUtilizationPercentage"))
                .isEqualTo(60);
    }

    @Test
    void whatTheFirstVersionOfAutoscalersHasNoFieldForIsInItsAnnotations() {
        String second = "autoscaling/v2/namespaces/default/horizontalpodautoscalers";
        String first = "autoscaling/v1/namespaces/default/horizontalpodautoscalers/web";
        cluster.create(second, """
                {"metadata": {"name": "web", "annotations": {"a": "b"}}, "spec": {"maxReplicas": 5,
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                  "behavior": {"scaleDown": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}},
                  "metrics": [
                    {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}},
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}},
                    {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "10"}}},
                    {"type": "Object", "object": {"describedObject": {"apiVersion": "v1", "kind": "Service", "name": "s"},
                      "metric": {"name": "queue"}, "target": {"type": "Value", "value": "3"}}},
                    {"type": "External", "external": {"metric": {"name": "q", "selector": {"matchLabels": {"a": "b"}}},
                      "target": {"type": "AverageValue", "averageValue": "2"}}}]}}
                """);
        cluster.patch(PatchType.MERGE, second + "/web/status", """
                {"status": {"currentReplicas": 1, "desiredReplicas": 1,
                  "conditions": [{"type": "AbleToScale", "status": "True", "reason": "r"}],
                  "currentMetrics": [{"type": "Resource",
                    "resource": {"name": "cpu", "current": {"averageUtilization": 50, "averageValue": "100m"}}}]}}
                """);

        ObjectValue shown = cluster.get(first);
        ObjectValue annotations = shown.object("metadata").object("annotations");
        assertThat(annotations.string("autoscaling.alpha.kubernetes.io/metrics"))
                .isEqualTo("[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"targetAverageValue\":\"1Gi\"}},"
                        + "{\"type\":\"Pods\",\"pods\":{\"metricName\":\"rps\",\"targetAverageValue\":\"10\"}},"
                        + "{\"type\":\"Object\",\"object\":{\"target\":{\"kind\":\"Service\",\"name\":\"s\","
                        + "\"apiVersion\":\"v1\"},\"metricName\":\"queue\",\"targetValue\":\"3\"}},"
                        + "{\"type\":\"External\",\"external\":{\"metricName\":\"q\",\"metricSelector\":"
                        + "{\"matchLabels\":{\"a\":\"b\"}},\"targetAverageValue\":\"2\"}}]");
        assertThat(annotations.string("autoscaling.alpha.kubernetes.io/current-metrics"))
                .isEqualTo("[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"currentAverageUtilization\":50,"
                        + "\"currentAverageValue\":\"100m\"}}]");
        assertThat(annotations.string("autoscaling.alpha.kubernetes.io/conditions"))
                .isEqualTo("[{\"type\":\"AbleToScale\",\"status\":\"True\",\"lastTransitionTime\":null,"
                        + "\"reason\":\"r\"}]");
        assertThat(annotations.string("autoscaling.alpha.kubernetes.io/behavior"))
                .isEqualTo("{\"ScaleUp\":{\"StabilizationWindowSeconds\":0,\"SelectPolicy\":\"Max\",\"Policies\":"
                        + "[{\"Type\":\"Pods\",\"Value\":4,\"PeriodSeconds\":15},{\"Type\":\"Percent\",\"Value\":100,"
                        + "\"PeriodSeconds\":15}],\"Tolerance\":null},\"ScaleDown\":{\"StabilizationWindowSeconds\":null,"
                        + "\"SelectPolicy\":\"Max\",\"Policies\":[{\"Type\":\"Pods\",\"Value\":1,\"PeriodSeconds\":60}],"
                        + "\"Tolerance\":null}}");
        assertThat(shown.object("spec").integer("targetCPUUtilizationPercentage"))
                .isEqualTo(60);
        assertThat(shown.object("status").integer("currentCPUUtilizationPercentage"))
                .isEqualTo(50);

        ObjectValue before = cluster.get(second + "/web");
        cluster.update(first, shown.update("spec", spec -> spec.with("maxReplicas", 6)));
        ObjectValue after = cluster.get(second + "/web");
        assertThat(after.object("spec").list("metrics").items())
                .containsExactlyInAnyOrderElementsOf(
                        before.object("spec").list("metrics").items());
        assertThat(after.object("spec").without("metrics"))
                .isEqualTo(before.object("spec").without("metrics").with("maxReplicas", 6));
        assertThat(after.object("status")).isEqualTo(before.object("status"));
        assertThat(after.object("metadata").object("annotations").names()).containsExactly("a");
    }

    @Test
    void eventsOfBothGroupsAreTheSameObjects() {
        cluster.create("v1/namespaces/default/events", """
                {"metadata": {"name": "e"}, "involvedObject": {"kind": "Pod", "name": "web", "namespace": "default"},
                 "reason": "Started", "message": "it runs", "type": "Normal"}
                """);

        ObjectValue event = cluster.get("events.k8s.io/v1/namespaces/default/events/e");
        assertThat(event.string("apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(event.string("note")).isEqualTo("it runs");
        assertThat(event.object("regarding").string("name")).isEqualTo("web");
    }
}

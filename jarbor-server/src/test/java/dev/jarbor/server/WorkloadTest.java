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

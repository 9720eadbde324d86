package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.pod;
import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deployments, ReplicaSets and ReplicationControllers on simulated nodes; follows test/e2e/apps of the reference. */
class WorkloadsConformanceTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";
    private static final String SETS = "apps/v1/replicasets";
    private static final String CONTROLLERS = "v1/replicationcontrollers";

    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void deployment(String name, int replicas, String more) {
        cluster.create(DEPLOYMENTS, """
                metadata: {name: %s, labels: {app: %s}}
                spec: {replicas: %d, selector: {matchLabels: {app: %s}}, template: %s%s}
                """.formatted(name, name, replicas, name, template(name, "web"), more));
        cluster.pass(60);
    }

    private void replicaSet(String name, int replicas) {
        cluster.create(SETS, """
                metadata: {name: %s, labels: {app: %s}}
                spec: {replicas: %d, selector: {matchLabels: {app: %s}}, template: %s}
                """.formatted(name, name, replicas, name, template(name, "web")));
        cluster.pass(30);
    }

    private void controller(String name, int replicas) {
        cluster.create(CONTROLLERS, """
                metadata: {name: %s, labels: {app: %s}}
                spec: {replicas: %d, selector: {app: %s}, template: %s}
                """.formatted(name, name, replicas, name, template(name, "web")));
        cluster.pass(30);
    }

    private static String name(ObjectValue object) {
        return object.object("metadata").string("name");
    }

    private static String owner(ObjectValue object) {
        List<ObjectValue> owners =
                object.object("metadata").list("ownerReferences").objects();
        return owners.isEmpty() ? "" : owners.getFirst().string("name");
    }

    private static String image(ObjectValue pod) {
        return pod.object("spec").list("containers").objects().getFirst().string("image");
    }

    private static List<String> conditions(ObjectValue object) {
        return object.object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type") + "=" + condition.string("status"))
                .toList();
    }

    /** Gets, replaces and patches the scale of what is at {@code path}. */
    private void scales(String path) {
        ObjectValue scale = cluster.get(path + "/scale");
        assertThat(scale.object("spec").integer("replicas")).isEqualTo(1);
        cluster.update(path + "/scale", scale.update("spec", spec -> spec.with("replicas", 2)));
        cluster.pass(30);
        assertThat(cluster.get(path).object("status").integer("replicas")).isEqualTo(2);
        cluster.patch(path + "/scale", "spec: {replicas: 4}");
        cluster.pass(30);
        assertThat(cluster.get(path + "/scale").object("status").integer("replicas"))
                .isEqualTo(4);
    }

    /** Reads, replaces and patches conditions of the status of what is at {@code path}. */
    private void hasStatus(String path) {
        ObjectValue object = cluster.get(path + "/status");
        ObjectValue condition =
                SimulatedCluster.yaml("{type: StatusUpdate, status: 'True', reason: E2E, message: set from e2e test}");
        cluster.update(
                path + "/status",
                object.update(
                        "status",
                        status -> status.with(
                                "conditions", status.list("conditions").with(condition))));
        assertThat(conditions(cluster.get(path))).contains("StatusUpdate=True");
        cluster.patch(path + "/status", "status: {conditions: [{type: StatusPatched, status: 'True'}]}");
        assertThat(conditions(cluster.get(path))).contains("StatusPatched=True");
    }

    @Test
    @Conformance("APP-14")
    void aDeploymentHasAScale() {
        deployment("web", 1, "");
        scales(DEPLOYMENTS + "/web");
    }

    @Test
    @Conformance("APP-15")
    void recreatingNeverRunsOldAndNewPodsTogether() {
        deployment("web", 2, ", strategy: {type: Recreate}");
        cluster.patch(DEPLOYMENTS + "/web", "spec: {template: {spec: " + pod("other") + "}}");
        for (int second = 0; second < 60; second++) {
            cluster.pass(1);
            assertThat(cluster.list("v1/pods").stream()
                            .map(WorkloadsConformanceTest::image)
                            .distinct())
                    .hasSizeLessThanOrEqualTo(1);
        }
        assertThat(cluster.list("v1/pods"))
                .hasSize(2)
                .allMatch(one -> image(one).equals("other:1"));
    }

    @Test
    @Conformance("APP-16")
    void aRollingUpdateAdoptsTheSetThatIsThereAndReplacesItsPods() {
        replicaSet("old", 1);
        cluster.patch(SETS + "/old", "metadata: {labels: {app: web}}");
        cluster.delete(SETS + "/old", "{'propagationPolicy':'Orphan'}");
        cluster.pass(10);
        cluster.create(SETS, """
                metadata: {name: adopted, labels: {app: web}, annotations: {deployment.kubernetes.io/revision: '35'}}
                spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: %s}
                """.formatted(template("web", "first")));
        cluster.pass(30);
        deployment("web", 1, "");

        assertThat(owner(cluster.get(SETS + "/adopted"))).isEqualTo("web");
        assertThat(cluster.get(SETS + "/adopted").object("spec").integer("replicas"))
                .isZero();
        assertThat(cluster.get(DEPLOYMENTS + "/web")
                        .object("metadata")
                        .object("annotations")
                        .string("deployment.kubernetes.io/revision"))
                .isEqualTo("36");
    }

    @Test
    @Conformance("APP-17")
    void oldSetsAreDeletedBeyondTheLimit() {
        deployment("web", 1, ", revisionHistoryLimit: 0");
        cluster.patch(DEPLOYMENTS + "/web", "spec: {template: {spec: " + pod("other") + "}}");
        cluster.pass(60);

        assertThat(cluster.list(SETS)).hasSize(1);
    }

    @Test
    @Conformance("APP-19")
    void anUpdateDuringAnUpdateRollsOver() {
        deployment("web", 3, "");
        cluster.patch(DEPLOYMENTS + "/web", "spec: {template: {spec: " + pod("second") + "}}");
        cluster.pass(1);
        cluster.patch(DEPLOYMENTS + "/web", "spec: {template: {spec: " + pod("third") + "}}");
        cluster.pass(90);

        assertThat(cluster.list("v1/pods"))
                .hasSize(3)
                .allMatch(one -> image(one).equals("third:1"));
        assertThat(cluster.list(SETS).stream().filter(set -> set.object("spec").integer("replicas") > 0))
                .hasSize(1);
    }

    @Test
    @Conformance("APP-20")
    void aDeploymentLives() {
        deployment("web", 1, "");
        cluster.patch(DEPLOYMENTS + "/web", """
                metadata: {labels: {test: patched}}
                spec: {replicas: 2, template: {spec: {containers: [{name: main, image: 'other:1'}]}}}
                """);
        cluster.pass(60);
        assertThat(cluster.get(DEPLOYMENTS + "/web").object("status").integer("readyReplicas"))
                .isEqualTo(2);
        assertThat(cluster.list("/" + DEPLOYMENTS, "test=patched")).hasSize(1);
        ObjectValue current = cluster.get(DEPLOYMENTS + "/web");
        cluster.update(DEPLOYMENTS + "/web", current.update("spec", spec -> spec.with("replicas", 3)));
        cluster.pass(60);
        assertThat(conditions(cluster.get(DEPLOYMENTS + "/web"))).contains("Available=True", "Progressing=True");

        cluster.deleteCollection(DEPLOYMENTS, "test=patched");
        cluster.pass(60);
        assertThat(cluster.list(DEPLOYMENTS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("APP-21")
    void aDeploymentHasAStatusOfItsOwn() {
        deployment("web", 1, "");
        hasStatus(DEPLOYMENTS + "/web");
    }

    @Test
    @Conformance("APP-41")
    void aReplicaSetIsReplacedAndPatched() {
        replicaSet("web", 1);
        ObjectValue set = cluster.get(SETS + "/web");
        cluster.update(SETS + "/web", set.update("spec", spec -> spec.with("replicas", 3)));
        cluster.pass(30);
        assertThat(cluster.list("v1/pods")).hasSize(3);
        cluster.patch(SETS + "/web", """
                metadata: {labels: {test: patched}}
                spec: {replicas: 2, template: {spec: {terminationGracePeriodSeconds: 1}}}
                """);
        cluster.pass(60);
        assertThat(cluster.get(SETS + "/web").object("status").integer("availableReplicas"))
                .isEqualTo(2);
    }

    @Test
    @Conformance("APP-42")
    void aReplicaSetHasAScale() {
        replicaSet("web", 1);
        scales(SETS + "/web");
    }

    @Test
    @Conformance({"APP-43", "APP-47"})
    void podsThatMatchAreAdoptedAndThoseThatNoLongerDoReleased() {
        for (String kind : List.of("set", "rc")) {
            cluster.create(
                    "v1/pods",
                    "{metadata: {name: lone-" + kind + ", labels: {app: " + kind + "}}, spec: " + pod("web") + "}");
        }
        cluster.pass(20);
        replicaSet("set", 1);
        controller("rc", 1);
        assertThat(owner(cluster.get("v1/pods/lone-set"))).isEqualTo("set");
        assertThat(owner(cluster.get("v1/pods/lone-rc"))).isEqualTo("rc");
        assertThat(cluster.list("v1/pods")).hasSize(2);

        cluster.patch("v1/pods/lone-set", "metadata: {labels: {app: gone}}");
        cluster.pass(30);
        assertThat(owner(cluster.get("v1/pods/lone-set"))).isEmpty();
        assertThat(cluster.list("v1/pods", "app=set")).hasSize(1);
    }

    @Test
    @Conformance("APP-44")
    void replicaSetsAreListedAndDeletedTogether() {
        replicaSet("web", 3);
        assertThat(cluster.list("/" + SETS, "app=web")).hasSize(1);
        cluster.deleteCollection(SETS, "app=web");
        cluster.pass(60);

        assertThat(cluster.list(SETS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("APP-46")
    void aReplicaSetHasAStatusOfItsOwn() {
        replicaSet("web", 1);
        hasStatus(SETS + "/web");
    }

    @Test
    @Conformance("APP-48")
    void aReplicationControllerHasAScale() {
        controller("web", 1);
        scales(CONTROLLERS + "/web");
    }

    @Test
    @Conformance("APP-49")
    void aReplicationControllerReleasesPodsThatNoLongerMatch() {
        controller("web", 1);
        String pod = cluster.names("v1/pods").getFirst();
        cluster.patch("v1/pods/" + pod, "metadata: {labels: {app: other}}");
        cluster.pass(30);

        assertThat(owner(cluster.get("v1/pods/" + pod))).isEmpty();
        assertThat(cluster.list("v1/pods")).hasSize(2);
    }

    @Test
    @Conformance("APP-51")
    void aQuotaThatIsExceededIsSaidAndNoMoreOnceThereIsRoom() {
        cluster.create("v1/resourcequotas", "{metadata: {name: two}, spec: {hard: {pods: '2'}}}");
        cluster.pass(10);
        controller("web", 3);
        assertThat(conditions(cluster.get(CONTROLLERS + "/web"))).contains("ReplicaFailure=True");

        cluster.patch(CONTROLLERS + "/web", "spec: {replicas: 2}");
        cluster.pass(30);
        assertThat(conditions(cluster.get(CONTROLLERS + "/web"))).isEmpty();
    }

    @Test
    @Conformance("APP-52")
    void aReplicationControllerLives() {
        controller("web", 1);
        cluster.patch(CONTROLLERS + "/web", "metadata: {labels: {test: patched}}");
        ObjectValue patched =
                cluster.patch(CONTROLLERS + "/web/status", "status: {readyReplicas: 0, availableReplicas: 0}");
        assertThat(patched.object("status").integer("readyReplicas")).isZero();
        cluster.pass(30);
        assertThat(cluster.get(CONTROLLERS + "/web").object("status").integer("readyReplicas"))
                .isEqualTo(1);
        assertThat(cluster.list("/" + CONTROLLERS, "test=patched"))
                .extracting(WorkloadsConformanceTest::name)
                .containsExactly("web");
        cluster.deleteCollection(CONTROLLERS, "test=patched");
        cluster.pass(60);
        assertThat(cluster.list(CONTROLLERS)).isEmpty();
    }
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that make room for more important ones, on two simulated nodes of four processors; follows test/e2e of the reference. */
class PreemptionConformanceTest {
    private final SimulatedCluster cluster = new SimulatedCluster(2);

    @BeforeEach
    void makeClasses() {
        for (int rank = 1; rank <= 4; rank++) {
            cluster.create(
                    "/scheduling.k8s.io/v1/priorityclasses",
                    "{metadata: {name: p" + rank + "}, value: " + rank + ", globalDefault: false}");
        }
    }

    private void create(String name, String priorityClass, String cpu, String more) {
        cluster.create(
                "v1/pods",
                "{metadata: {name: " + name + more + "}, spec: {priorityClassName: " + priorityClass + ", "
                        + asking(cpu));
        cluster.pass(10);
    }

    private static String asking(String cpu) {
        return "containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '" + cpu + "'}}}]}}";
    }

    private String node(String name) {
        return cluster.get("v1/pods/" + name).object("spec").string("nodeName");
    }

    private List<ObjectValue> conditions(String name) {
        return cluster.get("v1/pods/" + name)
                .object("status")
                .list("conditions")
                .objects();
    }

    /** One pod of low priority, and others of a medium one: no node has room for another of that size. */
    private void fill() {
        create("low", "p1", "3", "");
        create("medium", "p2", "3", "");
        assertThat(node("low")).isNotEmpty().isNotEqualTo(node("medium"));
    }

    @Test
    @Conformance("SCH-09")
    void theLeastImportantPodMakesRoom() {
        fill();
        String freed = node("low");
        create("preemptor", "p3", "3", "");
        assertThat(cluster.get("v1/pods/preemptor").object("status").string("nominatedNodeName"))
                .isEqualTo(freed);
        assertThat(cluster.told()).contains("FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu.");
        assertThat(cluster.told())
                .contains("Preempted: Preempted by pod "
                        + cluster.get("v1/pods/preemptor").object("metadata").string("uid") + " on node " + freed);
        cluster.pass(60);

        assertThat(cluster.names("v1/pods")).containsExactly("medium", "preemptor");
        assertThat(node("preemptor")).isEqualTo(freed);
        assertThat(cluster.get("v1/pods/preemptor").object("status").string("phase"))
                .isEqualTo("Running");
    }

    @Test
    @Conformance("SCH-10")
    void aCriticalPodGoesBeforeAllOthers() {
        fill();
        cluster.plane
                .api()
                .call(ApiRequest.of(
                        Verb.CREATE,
                        new ResourcePath("", "v1", "pods", "kube-system", "", ""),
                        Query.NONE,
                        SimulatedCluster.yaml("{metadata: {name: critical}, spec: {priorityClassName:"
                                + " system-cluster-critical, " + asking("3"))));
        cluster.pass(70);

        assertThat(cluster.names("v1/pods")).containsExactly("medium");
        assertThat(cluster.list("/v1/pods", "")).anySatisfy(pod -> {
            assertThat(pod.object("metadata").string("name")).isEqualTo("critical");
            assertThat(pod.object("status").string("phase")).isEqualTo("Running");
        });
    }

    @Test
    @Conformance("SCH-11")
    void thePodThatGoesSaysWhy() {
        create("victim", "p1", "3", ", finalizers: [example.com/test-finalizer]");
        create("medium", "p2", "3", "");
        create("preemptor", "p3", "3", "");
        cluster.pass(60);

        assertThat(cluster.get("v1/pods/victim").object("metadata").has("deletionTimestamp"))
                .isTrue();
        assertThat(conditions("victim")).anySatisfy(condition -> {
            assertThat(condition.string("type")).isEqualTo("DisruptionTarget");
            assertThat(condition.string("status")).isEqualTo("True");
            assertThat(condition.string("reason")).isEqualTo("PreemptionByScheduler");
            assertThat(condition.string("message"))
                    .isEqualTo("default-scheduler: preempting to accommodate a higher priority pod");
        });
        cluster.patch("v1/pods/victim", "metadata: {finalizers: null}");
        cluster.pass(60);
        assertThat(node("preemptor")).isNotEmpty();
    }

    @Test
    @Conformance("SCH-07")
    void ofSeveralReplicaSetsTheLeastImportantMakeRoom() {
        cluster.patch("v1/nodes/node-1", "spec: {unschedulable: true}");
        replicaSet("p1", "800m");
        replicaSet("p2", "1200m");
        replicaSet("p3", "1800m");
        List<String> before = cluster.names("v1/pods");
        replicaSet("p4", "2");
        cluster.pass(90);

        // Those of p1 and p2 went and were made anew, and wait now; that of p3 was left alone.
        assertThat(running()).containsExactlyInAnyOrder("p3", "p4");
        assertThat(cluster.names("v1/pods")).hasSize(4);
        assertThat(cluster.names("v1/pods").stream().filter(before::contains))
                .singleElement()
                .satisfies(name -> assertThat(name).startsWith("p3-"));
    }

    private void replicaSet(String rank, String cpu) {
        cluster.create("apps/v1/replicasets", """
                {metadata: {name: %s}, spec: {replicas: 1, selector: {matchLabels: {rank: %s}},
                 template: {metadata: {labels: {rank: %s}}, spec: {priorityClassName: %s, %s}}
                """.formatted(rank, rank, rank, rank, asking(cpu)));
        cluster.pass(10);
    }

    private List<String> running() {
        return cluster.list("v1/pods").stream()
                .filter(pod -> pod.object("status").string("phase").equals("Running"))
                .map(pod -> pod.object("metadata").object("labels").string("rank"))
                .toList();
    }
}

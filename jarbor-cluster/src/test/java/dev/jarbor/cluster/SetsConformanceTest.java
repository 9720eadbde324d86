package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.pod;
import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DaemonSets and StatefulSets on simulated nodes; follows test/e2e/apps of the reference. */
class SetsConformanceTest {
    private static final String DAEMONS = "apps/v1/daemonsets";
    private static final String SETS = "apps/v1/statefulsets";
    private static final String REVISIONS = "apps/v1/controllerrevisions";

    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void daemon(String more) {
        cluster.create(DAEMONS, """
                metadata: {name: log, labels: {app: log}}
                spec: {selector: {matchLabels: {app: log}}, template: {metadata: {labels: {app: log}},
                  spec: {%scontainers: [{name: main, image: 'web:1'}]}}}
                """.formatted(more));
        cluster.pass(30);
    }

    private void set(int replicas, String more) {
        cluster.create(
                "v1/services",
                "{metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}," + " ports: [{port: 80}]}}");
        cluster.create(SETS, """
                metadata: {name: db, labels: {app: db}}
                spec: {serviceName: db, replicas: %d, selector: {matchLabels: {app: db}}, template: %s%s}
                """.formatted(replicas, template("db", "web"), more));
        cluster.pass(60);
    }

    private List<String> nodesOfPods() {
        return cluster.list("v1/pods").stream()
                .map(one -> one.object("spec").string("nodeName"))
                .sorted()
                .toList();
    }

    private static String image(ObjectValue pod) {
        return pod.object("spec").list("containers").objects().getFirst().string("image");
    }

    private void hasStatus(String path) {
        cluster.patch(path + "/status", "status: {conditions: [{type: StatusPatched, status: 'True'}]}");
        ObjectValue object = cluster.get(path + "/status");
        ObjectValue condition = SimulatedCluster.yaml("{type: StatusUpdate, status: 'True', reason: E2E}");
        cluster.update(
                path + "/status",
                object.update(
                        "status",
                        status -> status.with(
                                "conditions", status.list("conditions").with(condition))));
        assertThat(cluster.get(path).object("status").list("conditions").objects())
                .extracting(each -> each.string("type"))
                .contains("StatusPatched", "StatusUpdate");
    }

    @Test
    @Conformance("APP-01")
    void revisionsOfADaemonSetLive() {
        daemon("");
        assertThat(cluster.list(REVISIONS, "app=log")).hasSize(1);
        String first = cluster.names(REVISIONS).getFirst();
        cluster.patch(REVISIONS + "/" + first, "metadata: {labels: {patched: 'yes'}}");
        assertThat(cluster.list("/" + REVISIONS, "patched=yes")).hasSize(1);
        ObjectValue revision = cluster.get(REVISIONS + "/" + first);
        cluster.create(
                REVISIONS,
                "{metadata: {name: own, labels: {app: own}}, revision: 3, data: " + Json.text(revision.object("data"))
                        + "}");
        cluster.delete(REVISIONS + "/" + first);
        cluster.pass(30);
        assertThat(cluster.names(REVISIONS)).contains("own");
        cluster.patch(DAEMONS + "/log", "spec: {template: {spec: {terminationGracePeriodSeconds: 9}}}");
        cluster.pass(60);
        assertThat(cluster.list(REVISIONS, "app=log")).isNotEmpty();
        cluster.deleteCollection(REVISIONS, "app=own");
        assertThat(cluster.names(REVISIONS)).doesNotContain("own");
    }

    @Test
    @Conformance("APP-07")
    void daemonSetsAreListedAndDeletedTogether() {
        daemon("");
        assertThat(cluster.list("/" + DAEMONS, "app=log")).hasSize(1);
        cluster.deleteCollection(DAEMONS, "app=log");
        cluster.pass(60);

        assertThat(cluster.list(DAEMONS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("APP-08")
    void aDaemonThatFailedIsMadeAnew() {
        daemon("");
        String failed = cluster.names("v1/pods").getFirst();
        ObjectValue pod = cluster.get("v1/pods/" + failed);
        cluster.update("v1/pods/" + failed + "/status", pod.update("status", status -> status.with("phase", "Failed")));
        cluster.pass(60);

        assertThat(cluster.names("v1/pods")).hasSize(2).doesNotContain(failed);
        assertThat(nodesOfPods()).containsExactly("node-0", "node-1");
    }

    @Test
    @Conformance("APP-10")
    void aDaemonRunsWhereItsSelectorSaysAndNowhereElse() {
        daemon("nodeSelector: {color: blue}, ");
        assertThat(cluster.list("v1/pods")).isEmpty();
        cluster.patch("v1/nodes/node-0", "metadata: {labels: {color: blue}}");
        cluster.pass(30);
        assertThat(nodesOfPods()).containsExactly("node-0");
        cluster.patch("v1/nodes/node-0", "metadata: {labels: {color: green}}");
        cluster.pass(60);
        assertThat(cluster.list("v1/pods")).isEmpty();

        cluster.patch(
                DAEMONS + "/log",
                "spec: {updateStrategy: {type: RollingUpdate}, template: {spec: {nodeSelector: {color: green}}}}");
        cluster.pass(60);
        assertThat(nodesOfPods()).containsExactly("node-0");
    }

    @Test
    @Conformance("APP-11")
    void aDaemonRunsOnEveryNodeAndIsRevived() {
        daemon("");
        assertThat(nodesOfPods()).containsExactly("node-0", "node-1");
        cluster.delete("v1/pods/" + cluster.names("v1/pods").getFirst());
        cluster.pass(60);

        assertThat(nodesOfPods()).containsExactly("node-0", "node-1");
    }

    @Test
    @Conformance("APP-12")
    void anUpdateReplacesTheDaemonOfEachNode() {
        daemon("");
        cluster.patch(DAEMONS + "/log", "spec: {template: {spec: " + pod("other") + "}}");
        cluster.pass(90);

        assertThat(cluster.list("v1/pods"))
                .hasSize(2)
                .allMatch(one -> image(one).equals("other:1"));
        assertThat(cluster.get(DAEMONS + "/log").object("status").integer("updatedNumberScheduled"))
                .isEqualTo(2);
    }

    @Test
    @Conformance("APP-13")
    void aDaemonSetHasAStatusOfItsOwn() {
        daemon("");
        hasStatus(DAEMONS + "/log");
    }

    @Test
    @Conformance("APP-56")
    void aStatefulSetHasAScale() {
        set(1, "");
        ObjectValue scale = cluster.get(SETS + "/db/scale");
        assertThat(scale.object("spec").integer("replicas")).isEqualTo(1);
        cluster.update(SETS + "/db/scale", scale.update("spec", spec -> spec.with("replicas", 2)));
        cluster.pass(60);
        assertThat(cluster.get(SETS + "/db").object("status").integer("replicas"))
                .isEqualTo(2);
        cluster.patch(SETS + "/db/scale", "spec: {replicas: 4}");
        cluster.pass(60);
        assertThat(cluster.names("v1/pods")).containsExactly("db-0", "db-1", "db-2", "db-3");
    }

    @Test
    @Conformance("APP-57")
    void statefulSetsAreListedPatchedAndDeletedTogether() {
        set(1, "");
        cluster.patch(SETS + "/db", """
                metadata: {labels: {test: patched}}
                spec: {replicas: 2, template: {spec: {containers: [{name: main, image: 'other:1'}]}}}
                """);
        cluster.pass(120);
        assertThat(cluster.list("/" + SETS, "test=patched")).hasSize(1);
        assertThat(cluster.list("v1/pods"))
                .hasSize(2)
                .allMatch(one -> image(one).equals("other:1"));
        cluster.deleteCollection(SETS, "test=patched");
        cluster.pass(60);

        assertThat(cluster.list(SETS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("APP-58")
    void aPartitionMakesACanaryAndThenAPhasedUpdate() {
        set(3, ", updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 3}}");
        cluster.patch(SETS + "/db", "spec: {template: {spec: " + pod("other") + "}}");
        cluster.pass(60);
        assertThat(cluster.list("v1/pods")).allMatch(one -> image(one).equals("web:1"));

        for (int partition = 2; partition >= 0; partition--) {
            cluster.patch(SETS + "/db", "spec: {updateStrategy: {rollingUpdate: {partition: " + partition + "}}}");
            cluster.pass(60);
            for (int ordinal = 0; ordinal < 3; ordinal++) {
                assertThat(image(cluster.get("v1/pods/db-" + ordinal)))
                        .isEqualTo(ordinal >= partition ? "other:1" : "web:1");
            }
        }
        ObjectValue status = cluster.get(SETS + "/db").object("status");
        assertThat(status.string("currentRevision")).isEqualTo(status.string("updateRevision"));
    }

    @Test
    @Conformance("APP-60")
    void aStatefulSetHasAStatusOfItsOwn() {
        set(1, "");
        hasStatus(SETS + "/db");
    }
}

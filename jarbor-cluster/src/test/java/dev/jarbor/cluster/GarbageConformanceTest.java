package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.pod;
import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes with its owner and with its namespace; follows test/e2e/apimachinery of the reference. */
class GarbageConformanceTest {
    private static final String CONTROLLERS = "v1/replicationcontrollers";
    private static final String DEPLOYMENTS = "apps/v1/deployments";
    private static final String SETS = "apps/v1/replicasets";

    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void controller(String name, int replicas) {
        cluster.create(CONTROLLERS, """
                metadata: {name: %s}
                spec: {replicas: %d, selector: {app: %s}, template: %s}
                """.formatted(name, replicas, name, template(name, "web")));
        cluster.pass(30);
        assertThat(cluster.list("v1/pods", "app=" + name)).hasSize(replicas);
    }

    private void deployment() {
        cluster.create(DEPLOYMENTS, """
                metadata: {name: web}
                spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: %s}
                """.formatted(template("web", "web")));
        cluster.pass(30);
    }

    private static List<ObjectValue> owners(ObjectValue object) {
        return object.object("metadata").list("ownerReferences").objects();
    }

    @Test
    @Conformance("AM-57")
    void theSetsOfADeploymentGoWithIt() {
        deployment();
        cluster.delete(DEPLOYMENTS + "/web", "{'propagationPolicy':'Background'}");
        cluster.pass(60);

        assertThat(cluster.list(SETS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("AM-58")
    void thePodsOfAControllerGoWithIt() {
        controller("web", 2);
        cluster.delete(CONTROLLERS + "/web", "{'propagationPolicy':'Background'}");
        cluster.pass(60);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("AM-59")
    void aControllerStaysUntilItsPodsHaveGone() {
        controller("web", 3);
        cluster.delete(CONTROLLERS + "/web", "{'propagationPolicy':'Foreground'}");
        boolean stayed = false;
        for (int step = 0; step < 400; step++) {
            cluster.runtime.advance(Duration.ofMillis(20));
            boolean present = !cluster.list(CONTROLLERS).isEmpty();
            boolean pods = !cluster.list("v1/pods").isEmpty();
            assertThat(present || !pods).as("no pod outlives its owner").isTrue();
            stayed |= present && pods;
        }
        assertThat(stayed).isTrue();
        cluster.pass(60);
        assertThat(cluster.list(CONTROLLERS)).isEmpty();
    }

    @Test
    @Conformance("AM-60")
    void aCircleOfOwnersIsNoHindrance() {
        for (int i = 1; i <= 3; i++) {
            cluster.create("v1/pods", "{metadata: {name: pod" + i + "}, spec: " + pod("web") + "}");
        }
        for (int i = 1; i <= 3; i++) {
            String owner = "pod" + (i == 1 ? 3 : i - 1);
            String uid = cluster.get("v1/pods/" + owner).object("metadata").string("uid");
            cluster.patch("v1/pods/pod" + i, """
                    metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: %s, uid: %s, controller: true,
                     blockOwnerDeletion: true}]}
                    """.formatted(owner, uid));
        }
        cluster.delete("v1/pods/pod1", "{'propagationPolicy':'Foreground','gracePeriodSeconds':0}");
        cluster.pass(120);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("AM-61")
    void whatHasAnotherOwnerStays() {
        controller("going", 4);
        controller("staying", 0);
        ObjectValue staying = cluster.get(CONTROLLERS + "/staying");
        List<String> shared = cluster.names("v1/pods").subList(0, 2);
        for (String name : shared) {
            ObjectValue first = owners(cluster.get("v1/pods/" + name)).getFirst();
            cluster.patch("v1/pods/" + name, """
                    metadata: {ownerReferences: [{apiVersion: v1, kind: ReplicationController, name: going, uid: %s,
                      controller: true, blockOwnerDeletion: true},
                     {apiVersion: v1, kind: ReplicationController, name: staying, uid: %s}]}
                    """.formatted(
                            first.string("uid"), staying.object("metadata").string("uid")));
        }
        cluster.delete(CONTROLLERS + "/going", "{'propagationPolicy':'Foreground'}");
        cluster.pass(120);

        assertThat(cluster.names(CONTROLLERS)).containsExactly("staying");
        assertThat(cluster.names("v1/pods")).containsExactlyElementsOf(shared);
        assertThat(cluster.list("v1/pods"))
                .allSatisfy(one -> assertThat(owners(one))
                        .extracting(owner -> owner.string("name"))
                        .containsExactly("staying"));
    }

    @Test
    @Conformance("AM-62")
    void theSetsOfADeploymentMayBeOrphaned() {
        deployment();
        cluster.delete(DEPLOYMENTS + "/web", "{'propagationPolicy':'Orphan'}");
        cluster.pass(60);

        assertThat(cluster.list(DEPLOYMENTS)).isEmpty();
        assertThat(cluster.list(SETS))
                .singleElement()
                .satisfies(set -> assertThat(owners(set)).isEmpty());
    }

    @Test
    @Conformance("AM-63")
    void thePodsOfAControllerMayBeOrphaned() {
        controller("web", 3);
        cluster.delete(CONTROLLERS + "/web", "{'propagationPolicy':'Orphan'}");
        cluster.pass(60);

        assertThat(cluster.list(CONTROLLERS)).isEmpty();
        assertThat(cluster.list("v1/pods"))
                .hasSize(3)
                .allSatisfy(one -> assertThat(owners(one)).isEmpty());
    }

    @Test
    @Conformance({"AM-67", "AM-68"})
    void podsAndServicesGoWithTheirNamespace() {
        controller("web", 2);
        cluster.create("v1/services", "{metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}");
        cluster.delete("v1/namespaces/shop");
        cluster.pass(120);

        assertThat(cluster.names("v1/namespaces")).doesNotContain("shop");
        cluster.create("v1/namespaces", "metadata: {name: shop}");
        cluster.pass(10);
        assertThat(cluster.list("v1/pods")).isEmpty();
        assertThat(cluster.list("v1/services")).isEmpty();
    }

    @Test
    @Conformance("AM-70")
    void podsGoBeforeWhatTheyMayNeed() {
        cluster.create("v1/configmaps", "metadata: {name: needed}");
        cluster.create(
                "v1/pods",
                "{metadata: {name: held, finalizers: [e2e.example.com/finalizer]}, spec: " + pod("web") + "}");
        cluster.pass(20);
        cluster.delete("v1/namespaces/shop");
        cluster.pass(120);
        assertThat(cluster.names("v1/pods")).containsExactly("held");
        assertThat(cluster.names("v1/configmaps")).contains("needed");

        cluster.patch("v1/pods/held", "metadata: {finalizers: []}");
        cluster.pass(120);
        assertThat(cluster.names("v1/namespaces")).doesNotContain("shop");
    }
}

package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.pod;
import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods, where they go and what becomes of them, on simulated nodes; follows test/e2e of the reference. */
class PodsConformanceTest {
    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void create(String name, String spec) {
        cluster.create("v1/pods", "{metadata: {name: " + name + ", labels: {app: web}}, spec: " + spec + "}");
    }

    private static String asking(String cpu, String more) {
        return "{" + more + "containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '" + cpu + "'}}}]}";
    }

    private ObjectValue status(String name) {
        return cluster.get("v1/pods/" + name).object("status");
    }

    private String node(String name) {
        return cluster.get("v1/pods/" + name).object("spec").string("nodeName");
    }

    @Test
    @Conformance("ARC-01")
    void thereAreTwoNodesWithoutTaints() {
        assertThat(cluster.list("v1/nodes"))
                .hasSize(2)
                .allMatch(node -> node.object("spec").list("taints").isEmpty());
    }

    @Test
    @Conformance("AU-05")
    void everyNamespaceHasTheRootCertificate() {
        cluster.delete("v1/configmaps/kube-root-ca.crt");
        cluster.pass(10);
        ObjectValue made = cluster.get("v1/configmaps/kube-root-ca.crt");
        assertThat(made.object("data").string("ca.crt")).isEqualTo("certificate");

        cluster.update("v1/configmaps/kube-root-ca.crt", made.with("data", ObjectValue.of("ca.crt", Value.of(""))));
        cluster.pass(10);
        assertThat(cluster.get("v1/configmaps/kube-root-ca.crt").object("data").string("ca.crt"))
                .isEqualTo("certificate");
    }

    @Test
    @Conformance("NODE-47")
    void aPodComesAndGoesWithItsGrace() {
        create("web", pod("web"));
        cluster.pass(20);
        assertThat(status("web").string("phase")).isEqualTo("Running");
        cluster.delete("v1/pods/web", "{'gracePeriodSeconds':30}");
        assertThat(cluster.get("v1/pods/web").object("metadata").integer("deletionGracePeriodSeconds"))
                .isEqualTo(30);
        cluster.pass(40);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("NODE-48")
    void aPodIsUpdatedWhereItMayBe() {
        create("web", pod("web"));
        cluster.pass(20);
        ObjectValue present = cluster.get("v1/pods/web");
        cluster.update(
                "v1/pods/web",
                present.update(
                        "metadata", metadata -> metadata.update("labels", labels -> labels.with("time", "now"))));

        assertThat(cluster.list("v1/pods", "time=now")).hasSize(1);
        assertThat(status("web").string("phase")).isEqualTo("Running");
    }

    @Test
    @Conformance("NODE-50")
    void podsAreDeletedTogether() {
        for (int i = 0; i < 3; i++) {
            create("web-" + i, pod("web"));
        }
        cluster.pass(20);
        cluster.deleteCollection("v1/pods", "app=web");
        cluster.pass(60);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("NODE-51")
    void aPodHasTheAddressOfItsNode() {
        create("web", pod("web"));
        cluster.pass(20);
        String address = cluster.get("v1/nodes/" + node("web")).object("status").list("addresses").objects().stream()
                .filter(each -> each.string("type").equals("InternalIP"))
                .map(each -> each.string("address"))
                .findFirst()
                .orElse("");

        assertThat(status("web").string("hostIP")).isEqualTo(address).isNotEmpty();
    }

    @Test
    @Conformance("NODE-52")
    void theStatusOfAPodIsPatched() {
        create("web", pod("web"));
        cluster.pass(20);
        ObjectValue patched =
                cluster.patch("v1/pods/web/status", "status: {message: Patched by e2e test, reason: E2E}");

        assertThat(patched.object("status").string("message")).isEqualTo("Patched by e2e test");
        assertThat(patched.object("status").string("reason")).isEqualTo("E2E");
    }

    @Test
    @Conformance("NODE-53")
    void aPodLives() {
        create("web", pod("web"));
        cluster.pass(20);
        cluster.patch(
                "v1/pods/web",
                "{metadata: {labels: {test: patched}}, spec: {containers: [{name: main, image: 'other:1'}]}}",
                PatchType.STRATEGIC_MERGE);
        cluster.pass(60);
        assertThat(cluster.list("v1/pods", "test=patched")).hasSize(1);
        assertThat(status("web").list("containerStatuses").objects().getFirst().string("image"))
                .contains("other:1");
        ObjectValue present = cluster.get("v1/pods/web");
        ObjectValue unready = SimulatedCluster.yaml("{type: Ready, status: 'False'}");
        ObjectValue changed = cluster.update(
                "v1/pods/web/status",
                present.update("status", status -> status.with("conditions", ListValue.of(unready))));
        assertThat(changed.object("status").list("conditions").objects())
                .extracting(each -> each.string("status"))
                .contains("False");
        cluster.deleteCollection("v1/pods", "test=patched");
        cluster.pass(60);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("NODE-39")
    void podsGoWhenTheirTolerationEnds() {
        for (int seconds : List.of(5, 60)) {
            create(
                    "web-" + seconds,
                    "{nodeName: node-0, tolerations: [{key: evict, operator: Equal, value: now,"
                            + " effect: NoExecute, tolerationSeconds: " + seconds + "}], "
                            + pod("web").substring(1));
        }
        cluster.pass(20);
        cluster.patch("v1/nodes/node-0", "spec: {taints: [{key: evict, value: now, effect: NoExecute}]}");
        cluster.pass(45);
        assertThat(cluster.names("v1/pods")).containsExactly("web-60");
        cluster.pass(60);

        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("NODE-40")
    void aTaintThatIsTakenAwayInTimeSendsNobodyAway() {
        create(
                "web",
                "{nodeName: node-0, tolerations: [{key: evict, operator: Equal, value: now, effect: NoExecute,"
                        + " tolerationSeconds: 65}], " + pod("web").substring(1));
        cluster.pass(20);
        cluster.patch("v1/nodes/node-0", "spec: {taints: [{key: evict, value: now, effect: NoExecute}]}");
        cluster.pass(60);
        assertThat(cluster.names("v1/pods")).containsExactly("web");
        cluster.patch("v1/nodes/node-0", "spec: {taints: null}");
        cluster.pass(120);

        assertThat(cluster.names("v1/pods")).containsExactly("web");
        assertThat(cluster.get("v1/pods/web").object("metadata").has("deletionTimestamp"))
                .isFalse();
    }

    @Test
    @Conformance({"NODE-69", "NODE-70"})
    void aRuntimeClassBringsItsOverhead() {
        cluster.create(
                "/node.k8s.io/v1/runtimeclasses",
                "{metadata: {name: heavy}, handler: runc, overhead: {podFixed: {cpu: 10m, memory: 1Mi}}}");
        cluster.create("/node.k8s.io/v1/runtimeclasses", "{metadata: {name: light}, handler: runc}");
        create("heavy", "{runtimeClassName: heavy, " + pod("web").substring(1));
        create("light", "{runtimeClassName: light, " + pod("web").substring(1));
        cluster.pass(20);

        assertThat(cluster.get("v1/pods/heavy")
                        .object("spec")
                        .object("overhead")
                        .string("memory"))
                .isEqualTo("1Mi");
        assertThat(cluster.get("v1/pods/light").object("spec").has("overhead")).isFalse();
        assertThat(node("heavy")).isNotEmpty();
        assertThat(node("light")).isNotEmpty();
    }

    @Test
    @Conformance("SCH-03")
    void noMorePodsThanANodeHasRoomFor() {
        for (int i = 0; i < 4; i++) {
            create("filler-" + i, asking("1900m", ""));
            cluster.pass(10);
        }
        create("additional", asking("600m", ""));
        cluster.pass(20);

        assertThat(node("additional")).isEmpty();
        assertThat(cluster.told())
                .anyMatch(
                        said -> said.startsWith("FailedScheduling: 0/2 nodes are available: 2" + " Insufficient cpu."));
    }

    @Test
    @Conformance({"SCH-04", "SCH-05"})
    void podsGoWhereTheirSelectorSays() {
        create("nowhere", "{nodeSelector: {label: nonempty}, " + pod("web").substring(1));
        cluster.pass(20);
        assertThat(node("nowhere")).isEmpty();
        cluster.patch("v1/nodes/node-1", "metadata: {labels: {kubernetes.io/e2e-test: '42'}}");
        create(
                "there",
                "{nodeSelector: {kubernetes.io/e2e-test: '42'}, " + pod("web").substring(1));
        cluster.pass(20);

        assertThat(node("there")).isEqualTo("node-1");
        assertThat(node("nowhere")).isEmpty();
    }

    @Test
    @Conformance("SCH-06")
    void portsOfANodeAreGivenOnce() {
        String first = "{nodeSelector: {kubernetes.io/hostname: node-0}, containers: [{name: main, image: 'web:1',"
                + " ports: [{containerPort: 8080, hostPort: 54322, protocol: TCP}]}]}";
        create("first", first);
        cluster.pass(20);
        create("second", first.replace("protocol: TCP", "protocol: TCP, hostIP: 127.0.0.1"));
        create("other", first.replace("TCP", "UDP"));
        cluster.pass(20);

        assertThat(node("first")).isEqualTo("node-0");
        assertThat(node("second")).isEmpty();
        assertThat(node("other")).isEqualTo("node-0");
    }

    @Test
    @Conformance("NET-09")
    void endpointsFollowThePodsOfAService() {
        cluster.create(
                "v1/services",
                "{metadata: {name: one}, spec: {selector: {app: web}, ports: [{port: 80," + " targetPort: 8080}]}}");
        for (int i = 0; i < 2; i++) {
            create("web-" + i, pod("web"));
        }
        cluster.pass(20);
        assertThat(addresses("one")).hasSize(2);
        cluster.delete("v1/pods/web-0", "{'gracePeriodSeconds':0}");
        cluster.pass(20);

        assertThat(addresses("one")).containsExactly(status("web-1").string("podIP"));
        assertThat(cluster.get("v1/endpoints/one")
                        .list("subsets")
                        .objects()
                        .getFirst()
                        .list("addresses")
                        .objects())
                .hasSize(1);
    }

    private List<String> addresses(String service) {
        return cluster.list("discovery.k8s.io/v1/endpointslices", "kubernetes.io/service-name=" + service).stream()
                .flatMap(slice -> slice.list("endpoints").objects().stream())
                .flatMap(endpoint -> endpoint.list("addresses").strings().stream())
                .toList();
    }

    @Test
    @Conformance("NET-10")
    void endpointsComeAndGoWithTheirService() {
        cluster.create(
                "v1/services",
                "{metadata: {name: empty}, spec: {selector: {does: not-match}, ports: [{port:" + " 80}]}}");
        cluster.pass(10);
        assertThat(cluster.list("discovery.k8s.io/v1/endpointslices", "kubernetes.io/service-name=empty"))
                .hasSize(1);
        assertThat(cluster.names("v1/endpoints")).contains("empty");
        cluster.delete("v1/services/empty");
        cluster.pass(30);

        assertThat(cluster.list("discovery.k8s.io/v1/endpointslices", "kubernetes.io/service-name=empty"))
                .isEmpty();
        assertThat(cluster.names("v1/endpoints")).doesNotContain("empty");
    }

    @Test
    @Conformance("NET-26")
    void endpointsOfANewServiceAreThereAtOnce() {
        cluster.create(
                "v1/replicationcontrollers",
                "{metadata: {name: web}, spec: {replicas: 1, selector: {app: web}, template: " + template("web", "web")
                        + "}}");
        cluster.pass(20);
        for (int i = 0; i < 50; i++) {
            cluster.create(
                    "v1/services", "{metadata: {name: s" + i + "}, spec: {selector: {app: web}, ports: [{port: 80}]}}");
        }
        cluster.pass(2);

        for (int i = 0; i < 50; i++) {
            assertThat(addresses("s" + i)).hasSize(1);
        }
    }

    private void budget(String spec) {
        cluster.create(
                "policy/v1/poddisruptionbudgets",
                "{metadata: {name: web, labels: {test: pdb}}, spec: {selector:" + " {matchLabels: {app: web}}, " + spec
                        + "}}");
        cluster.pass(10);
    }

    private void evict(String pod) {
        cluster.create("v1/pods/" + pod + "/eviction", "metadata: {name: " + pod + ", namespace: shop}");
    }

    @Test
    @Conformance({"APP-22", "APP-24", "APP-25"})
    void budgetsAreMadeObservedListedAndDeletedTogether() {
        create("web", pod("web"));
        cluster.pass(20);
        budget("minAvailable: 1");
        ObjectValue status = cluster.get("policy/v1/poddisruptionbudgets/web").object("status");
        assertThat(status.integer("expectedPods")).isEqualTo(1);
        assertThat(status.integer("currentHealthy")).isEqualTo(1);
        assertThat(status.integer("disruptionsAllowed")).isZero();
        assertThat(status.list("conditions").objects().getFirst().string("type"))
                .isEqualTo("DisruptionAllowed");
        assertThat(cluster.list("/policy/v1/poddisruptionbudgets", "test=pdb")).hasSize(1);
        cluster.deleteCollection("policy/v1/poddisruptionbudgets", "test=pdb");

        assertThat(cluster.list("policy/v1/poddisruptionbudgets")).isEmpty();
    }

    @Test
    @Conformance({"APP-23", "APP-26"})
    void anEvictionWaitsUntilTheBudgetAllowsIt() {
        cluster.create(
                "apps/v1/replicasets",
                "{metadata: {name: web}, spec: {replicas: 3, selector: {matchLabels: {app:" + " web}}, template: "
                        + template("web", "web") + "}}");
        cluster.pass(20);
        budget("minAvailable: 3");
        String pod = cluster.names("v1/pods").getFirst();
        assertThatThrownBy(() -> evict(pod))
                .hasMessage("Cannot evict pod as it would violate the pod's disruption budget.");
        cluster.patch("policy/v1/poddisruptionbudgets/web", "spec: {minAvailable: 2}");
        cluster.pass(10);
        evict(pod);
        cluster.pass(60);
        assertThat(cluster.names("v1/pods")).hasSize(3).doesNotContain(pod);

        ObjectValue patched = cluster.patch(
                "policy/v1/poddisruptionbudgets/web/status", "metadata: {annotations: {patched: 'yes'}}\nstatus: {}");
        assertThat(patched.object("metadata").string("name")).isEqualTo("web");
    }
}

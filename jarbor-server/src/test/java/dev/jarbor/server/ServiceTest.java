package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Services and what they are given. */
class ServiceTest {
    private static final String SERVICES = "v1/namespaces/default/services";

    private final TestServer cluster = new TestServer();

    private ObjectValue create(String name, String spec) {
        return cluster.create(
                SERVICES,
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"ports\":[{\"port\":80}]" + spec + "}}");
    }

    @Test
    void aServiceGetsAnAddressOfTheRangeAndTheReferencesDefaults() {
        ObjectValue spec = create("web", "").object("spec");

        assertThat(spec.string("clusterIP")).startsWith("10.43.");
        assertThat(spec.list("clusterIPs").strings()).containsExactly(spec.string("clusterIP"));
        assertThat(spec.string("type")).isEqualTo("ClusterIP");
        assertThat(spec.string("internalTrafficPolicy")).isEqualTo("Cluster");
        assertThat(spec.string("ipFamilyPolicy")).isEqualTo("SingleStack");
        assertThat(spec.list("ipFamilies").strings()).containsExactly("IPv4");
        ObjectValue port = spec.list("ports").objects().getFirst();
        assertThat(port.string("protocol")).isEqualTo("TCP");
        assertThat(port.integer("targetPort")).isEqualTo(80);
        assertThat(cluster.get("networking.k8s.io/v1/ipaddresses/" + spec.string("clusterIP"))
                        .object("spec")
                        .object("parentRef")
                        .string("name"))
                .isEqualTo("web");
    }

    @Test
    void theKubernetesServiceHasTheFirstAddress() {
        assertThat(cluster.get(SERVICES + "/kubernetes").object("spec").string("clusterIP"))
                .isEqualTo("10.43.0.1");
    }

    @Test
    void anAddressIsGivenOnceAndIsFreeAgainAfterTheDeletion() {
        create("web", ",\"clusterIP\":\"10.43.0.10\"");

        assertThatThrownBy(() -> create("two", ",\"clusterIP\":\"10.43.0.10\""))
                .hasMessage("Service \"two\" is invalid: spec.clusterIPs: Invalid value: [\"10.43.0.10\"]: failed to"
                        + " allocate IP 10.43.0.10: provided IP is already allocated");
        assertThatThrownBy(() -> create("two", ",\"clusterIP\":\"10.99.0.10\""))
                .hasMessageContaining(
                        "the provided IP (10.99.0.10) is not in the valid range. The range of valid IPs is"
                                + " 10.43.0.0/16");
        cluster.delete(SERVICES + "/web", "{}");
        assertThat(create("two", ",\"clusterIP\":\"10.43.0.10\"").object("spec").string("clusterIP"))
                .isEqualTo("10.43.0.10");
    }

    @Test
    void aNodePortIsGivenOnceAndFreedWhenTheTypeChanges() {
        ObjectValue given = create("web", ",\"type\":\"NodePort\"");
        long port = given.object("spec").list("ports").objects().getFirst().integer("nodePort");
        assertThat(port).isBetween(30000L, 32767L);
        String taken = "{\"metadata\":{\"name\":\"two\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80,"
                + "\"nodePort\":" + port + "}]}}";

        assertThatThrownBy(() -> cluster.create(SERVICES, taken))
                .hasMessage("Service \"two\" is invalid: spec.ports[0].nodePort: Invalid value: " + port
                        + ": provided port is already allocated");
        ObjectValue changed = cluster.patch(PatchType.MERGE, SERVICES + "/web", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        assertThat(changed.object("spec").list("ports").objects().getFirst().has("nodePort"))
                .isFalse();
        assertThat(cluster.create(SERVICES, taken)
                        .object("spec")
                        .list("ports")
                        .objects()
                        .getFirst()
                        .integer("nodePort"))
                .isEqualTo(port);
    }

    @Test
    void anUpdateThatLeavesTheAddressOutKeepsItAndAnotherOneIsRefused() {
        ObjectValue created = create("web", "");
        String address = created.object("spec").string("clusterIP");

        ObjectValue updated = cluster.update(
                SERVICES + "/web",
                created.update(
                        "spec",
                        spec -> spec.without("clusterIP").without("clusterIPs").with("sessionAffinity", "ClientIP")));
        assertThat(updated.object("spec").string("clusterIP")).isEqualTo(address);
        assertThat(updated.object("spec")
                        .object("sessionAffinityConfig")
                        .object("clientIP")
                        .integer("timeoutSeconds"))
                .isEqualTo(10800);
        assertThatThrownBy(() ->
                        cluster.patch(PatchType.MERGE, SERVICES + "/web", "{\"spec\":{\"clusterIP\":\"10.43.9.9\"}}"))
                .hasMessageContaining("may not change once set");
    }

    @Test
    void headlessAndExternalServicesHaveNoAddress() {
        assertThat(create("headless", ",\"clusterIP\":\"None\"").object("spec").string("clusterIP"))
                .isEqualTo("None");
        ObjectValue external = cluster.create(
                SERVICES,
                "{\"metadata\":{\"name\":\"ext\"},\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"example.com\"}}");
        assertThat(external.object("spec").has("clusterIP")).isFalse();
    }

    @Test
    void whatIsGivenAndWhatIsNotIsCountedByWhoChoseIt() {
        create("any", "");
        create("web", ",\"clusterIP\":\"10.43.0.10\",\"type\":\"NodePort\"");
        assertThatThrownBy(() -> create("two", ",\"clusterIP\":\"10.43.0.10\"")).hasMessageContaining("allocated");
        assertThatThrownBy(() -> cluster.create(SERVICES, withPort("odd", 99))).hasMessageContaining("30000-32767");
        cluster.create(SERVICES, withPort("own", 30001));

        assertThat(counted())
                .containsExactly(
                        "clusterip_allocator_allocated_ips{cidr=\"10.43.0.0/16\"} 4",
                        "clusterip_allocator_allocation_duration_seconds_count{cidr=\"10.43.0.0/16\"} 4",
                        "clusterip_allocator_allocation_errors_total{cidr=\"10.43.0.0/16\",scope=\"static\"} 1",
                        "clusterip_allocator_allocation_total{cidr=\"10.43.0.0/16\",scope=\"dynamic\"} 2",
                        "clusterip_allocator_allocation_total{cidr=\"10.43.0.0/16\",scope=\"static\"} 2",
                        "clusterip_allocator_available_ips{cidr=\"10.43.0.0/16\"} 65530",
                        "nodeport_allocator_allocated_ports 2",
                        "nodeport_allocator_allocation_errors_total{scope=\"static\"} 1",
                        "nodeport_allocator_allocation_total{scope=\"dynamic\"} 1",
                        "nodeport_allocator_allocation_total{scope=\"static\"} 1",
                        "nodeport_allocator_available_ports 2766");
        cluster.delete(SERVICES + "/web", "{}");
        assertThat(counted())
                .contains(
                        "clusterip_allocator_allocated_ips{cidr=\"10.43.0.0/16\"} 3",
                        "nodeport_allocator_allocated_ports 1");
    }

    @Test
    void whatIsOnlyTriedIsNotCounted() {
        List<String> before = counted();
        Query trial = Query.NONE.with("dryRun", "All");
        cluster.handle(Verb.CREATE, SERVICES, trial, Json.parse(withPort("web", 30001)));
        assertThatThrownBy(() -> cluster.handle(Verb.CREATE, SERVICES, trial, Json.parse(withPort("odd", 99))))
                .hasMessageContaining("30000-32767");
        assertThat(counted()).isEqualTo(before);
    }

    private static String withPort(String name, int port) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80,"
                + "\"nodePort\":" + port + "}]}}";
    }

    /** What is counted of addresses and ports, without what all of it begins with, and how long it took. */
    private List<String> counted() {
        String prefix = "kube_apiserver_";
        return cluster.server
                .metrics()
                .text()
                .lines()
                .filter(line -> line.startsWith(prefix) && line.contains("_allocator_"))
                .filter(line -> !line.contains("_bucket{") && !line.contains("_sum{"))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }
}

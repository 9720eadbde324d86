package dev.jarbor.network.service;

import static dev.jarbor.network.service.ServiceFixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ClientIPConfig;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.LoadBalancerIngress;
import dev.jarbor.api.core.v1.LoadBalancerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.SessionAffinityConfig;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointHints;
import dev.jarbor.api.discovery.v1.ForNode;
import dev.jarbor.api.discovery.v1.ForZone;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.SimulatedRules.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ServiceProxyTest {
    private static final Ipv4 POD = Ipv4.of("10.42.0.7");
    private static final Ipv4 NODE = Ipv4.of("192.0.2.2");
    private static final Ipv4 OUTSIDE = Ipv4.of("198.51.100.9");

    private final ServiceFixture cluster = new ServiceFixture(NODE);

    private String connect(Ipv4 source, String address, int port) {
        return connect(source, address, Protocol.TCP, port);
    }

    private String connect(Ipv4 source, String address, Protocol protocol, int port) {
        return switch (cluster.rules.connect(source, new Frontend(Ipv4.of(address), protocol, port))) {
            case Outcome.Connected(Backend to, boolean masqueraded) ->
                masqueraded ? to + " masqueraded" : to.toString();
            case Outcome.Refused refused -> "refused";
            case Outcome.Dropped dropped -> "dropped";
            case Outcome.Untouched untouched -> "untouched";
        };
    }

    /** Where many connections from a pod end. */
    private List<String> all(String address, int port) {
        var ends = new TreeSet<String>();
        for (int i = 0; i < 60; i++) {
            ends.add(connect(POD, address, port));
        }
        return List.copyOf(ends);
    }

    @Test
    void aServiceLeadsToItsReadyEndpoints() {
        cluster.service("web", spec -> spec);
        cluster.slice(
                "web-1",
                "web",
                endpoint("10.42.0.8"),
                endpoint("10.42.0.9"),
                endpoint("10.42.0.10").withConditions(EndpointConditions.EMPTY.withReady(false)));
        cluster.start();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.8:8080", "10.42.0.9:8080");
        assertThat(connect(NODE, "10.43.0.10", 80)).endsWith("masqueraded");
    }

    @Test
    void endpointsOfSeveralSlicesAreOnePool() {
        cluster.service("web", spec -> spec);
        cluster.slice("web-1", "web", endpoint("10.42.0.8"));
        cluster.slice("web-2", "web", endpoint("10.42.0.9"), endpoint("10.42.0.8"));
        cluster.start();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.8:8080", "10.42.0.9:8080");
    }

    @Test
    void withoutReadyEndpointsThoseThatStillServeWhileTerminatingAreUsed() {
        var leaving =
                EndpointConditions.EMPTY.withReady(false).withServing(true).withTerminating(true);
        cluster.service("web", spec -> spec);
        cluster.slice(
                "web-1",
                "web",
                endpoint("10.42.0.8").withConditions(leaving),
                endpoint("10.42.0.9").withConditions(leaving.withServing(false)));
        cluster.start();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.8:8080");
        cluster.slice("web-2", "web", endpoint("10.42.0.11"));
        cluster.settle();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.11:8080");
    }

    @Test
    void aServiceWithoutEndpointsRefusesUntilItHasOne() {
        cluster.service(
                "web",
                spec -> spec.withType("NodePort")
                        .withPorts(List.of(ServiceFixture.port().withNodePort(30080))));
        cluster.start();
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("refused");
        assertThat(connect(OUTSIDE, "192.0.2.2", 30080)).isEqualTo("refused");
        assertThat(connect(POD, "10.43.0.10", 443)).isEqualTo("refused");
        cluster.slice("web-1", "web", endpoint("10.42.0.8"));
        cluster.settle();
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("10.42.0.8:8080");
        assertThat(connect(OUTSIDE, "192.0.2.2", 30080)).isEqualTo("10.42.0.8:8080 masqueraded");
    }

    @Test
    void internalTrafficPolicyLocalStaysOnTheNode() {
        cluster.service("web", spec -> spec.withInternalTrafficPolicy("Local"));
        cluster.slice("web-1", "web", endpoint("10.42.0.8").withNodeName("other"));
        cluster.start();
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("dropped");
        cluster.slice("web-2", "web", endpoint("10.42.0.9").withNodeName("node-1"));
        cluster.settle();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.9:8080");
    }

    @Test
    void externalTrafficPolicyLocalKeepsTheClientsAddress() {
        cluster.service(
                "web",
                spec -> spec.withType("NodePort")
                        .withExternalTrafficPolicy("Local")
                        .withPorts(List.of(ServiceFixture.port().withNodePort(30080))));
        cluster.slice("web-1", "web", endpoint("10.42.1.8").withNodeName("other"));
        cluster.start();
        assertThat(connect(OUTSIDE, "192.0.2.2", 30080)).isEqualTo("dropped");
        assertThat(connect(POD, "192.0.2.2", 30080)).isEqualTo("10.42.1.8:8080");
        cluster.slice("web-2", "web", endpoint("10.42.0.9").withNodeName("node-1"));
        cluster.settle();
        assertThat(connect(OUTSIDE, "192.0.2.2", 30080)).isEqualTo("10.42.0.9:8080");
    }

    @Test
    void affinityEndsWhenAClientWasAwayForItsTime() {
        cluster.service(
                "web",
                spec -> spec.withSessionAffinity("ClientIP")
                        .withSessionAffinityConfig(
                                SessionAffinityConfig.EMPTY.withClientIP(ClientIPConfig.EMPTY.withTimeoutSeconds(60))));
        cluster.slice("web-1", "web", endpoint("10.42.0.8"), endpoint("10.42.0.9"));
        cluster.start();
        assertThat(all("10.43.0.10", 80)).hasSize(1);
        var ends = new TreeSet<String>();
        for (int i = 0; i < 20; i++) {
            cluster.runtime.advance(Duration.ofSeconds(61));
            ends.add(connect(POD, "10.43.0.10", 80));
        }
        assertThat(ends).hasSize(2);
    }

    @Test
    void externalAndLoadBalancerAddressesLeadToTheService() {
        cluster.service(
                "web",
                spec -> spec.withType("LoadBalancer")
                        .withExternalIPs(List.of("203.0.113.5"))
                        .withLoadBalancerSourceRanges(List.of("10.42.0.0/16")));
        var status = LoadBalancerStatus.EMPTY.withIngress(List.of(
                LoadBalancerIngress.EMPTY.withIp("203.0.113.6"),
                LoadBalancerIngress.EMPTY.withIp("203.0.113.7").withIpMode("Proxy")));
        Service web = cluster.api.get(Service.KIND, new ObjectKey("shop", "web"));
        cluster.api.updateStatus(Service.KIND, web.withStatus(web.status().withLoadBalancer(status)));
        cluster.slice("web-1", "web", endpoint("10.42.0.8"));
        cluster.start();
        assertThat(connect(OUTSIDE, "203.0.113.5", 80)).isEqualTo("10.42.0.8:8080 masqueraded");
        assertThat(connect(OUTSIDE, "203.0.113.6", 80)).isEqualTo("dropped");
        assertThat(connect(POD, "203.0.113.6", 80)).isEqualTo("10.42.0.8:8080 masqueraded");
        assertThat(connect(POD, "203.0.113.7", 80)).isEqualTo("untouched");
    }

    @Test
    void hintsKeepTrafficNearAsLongAsThereIsSomethingNear() {
        cluster.service("web", spec -> spec);
        cluster.slice(
                "web-1",
                "web",
                endpoint("10.42.0.8")
                        .withHints(EndpointHints.EMPTY.withForZones(List.of(ForZone.EMPTY.withName("zone-a")))),
                endpoint("10.42.0.9")
                        .withHints(EndpointHints.EMPTY.withForZones(List.of(ForZone.EMPTY.withName("zone-b")))));
        cluster.start();
        assertThat(all("10.43.0.10", 80)).containsExactly("10.42.0.8:8080");
        cluster.service("api", spec -> spec.withClusterIP("10.43.0.11"));
        cluster.slice(
                "api-1",
                "api",
                endpoint("10.42.0.8")
                        .withHints(EndpointHints.EMPTY.withForNodes(List.of(ForNode.EMPTY.withName("other")))),
                endpoint("10.42.0.9")
                        .withHints(EndpointHints.EMPTY.withForNodes(List.of(ForNode.EMPTY.withName("node-1")))));
        cluster.settle();
        assertThat(all("10.43.0.11", 80)).containsExactly("10.42.0.9:8080");
    }

    @Test
    void headlessExternalAndForeignServicesHaveNoRules() {
        cluster.service("db", spec -> spec.withClusterIP("None"));
        cluster.service("mail", spec -> spec.withType("ExternalName").withClusterIP(""));
        cluster.service("foreign", spec -> spec);
        Service foreign = cluster.api.get(Service.KIND, new ObjectKey("shop", "foreign"));
        cluster.api.update(
                Service.KIND,
                foreign.withMetadata(
                        foreign.metadata().withLabels(new TreeMap<>(Map.of(ServiceRules.OTHER_PROXY, "mesh")))));
        cluster.slice("db-1", "db", endpoint("10.42.0.8"));
        cluster.start();
        assertThat(cluster.rules.rules().orElseThrow().routes()).isEmpty();
    }

    @Test
    void aServiceWhoseAddressAnswersByItselfIsLeftAlone() {
        cluster.service("dns", spec -> spec);
        cluster.slice("dns-1", "dns", endpoint("10.43.0.10"));
        cluster.start();
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("untouched");
    }

    @Test
    void hostPortsLeadToTheirPodWhileItRuns() {
        Pod pod = Pod.named("shop", "edge")
                .withSpec(PodSpec.EMPTY
                        .withNodeName("node-1")
                        .withContainers(List.of(Container.EMPTY
                                .withName("edge")
                                .withPorts(List.of(ContainerPort.EMPTY
                                        .withContainerPort(8443)
                                        .withHostPort(443))))))
                .withStatus(PodStatus.EMPTY.withPhase("Running").withPodIP("10.42.0.20"));
        cluster.api.put(Pod.KIND, pod);
        cluster.start();
        assertThat(connect(OUTSIDE, "192.0.2.2", 443)).isEqualTo("10.42.0.20:8443");
        assertThat(connect(Ipv4.of("127.0.0.1"), "127.0.0.1", 443)).isEqualTo("10.42.0.20:8443 masqueraded");
        cluster.api.put(Pod.KIND, pod.withStatus(pod.status().withPhase("Succeeded")));
        cluster.settle();
        assertThat(connect(OUTSIDE, "192.0.2.2", 443)).isEqualTo("untouched");
    }

    @Test
    void manyChangesAreAppliedTogether() {
        cluster.start();
        long before = cluster.proxy.state().changes();
        for (int i = 0; i < 50; i++) {
            int last = i + 20;
            cluster.service("web-" + i, spec -> spec.withClusterIP("10.43.0." + last));
            cluster.runtime.advance(Duration.ofMillis(2));
        }
        cluster.settle();
        assertThat(cluster.proxy.state().changes() - before).isBetween(1L, 3L);
        assertThat(cluster.rules.rules().orElseThrow().routes()).hasSize(50);
    }

    @Test
    void aFirstChangeAfterQuietIsAppliedAtOnce() {
        cluster.start();
        cluster.runtime.advance(Duration.ofSeconds(1));
        cluster.service("web", spec -> spec);
        cluster.runtime.runUntilIdle();
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("refused");
    }

    @Test
    void whatChangesNothingIsNotApplied() {
        cluster.service("web", spec -> spec);
        cluster.start();
        long before = cluster.proxy.state().changes();
        Service web = cluster.api.get(Service.KIND, new ObjectKey("shop", "web"));
        cluster.api.update(
                Service.KIND, web.withMetadata(web.metadata().withAnnotations(new TreeMap<>(Map.of("note", "1")))));
        cluster.settle();
        assertThat(cluster.proxy.state().changes()).isEqualTo(before);
    }

    @Test
    void flushedRulesComeBack() {
        cluster.service("web", spec -> spec);
        cluster.start();
        cluster.rules.remove();
        cluster.runtime.advance(ServiceProxy.CHECK_PERIOD.plusSeconds(1));
        assertThat(connect(POD, "10.43.0.10", 80)).isEqualTo("refused");
    }

    @Test
    void twoServicesThatWantOneAddressDoNotBreakTheOthers() {
        cluster.service("a", spec -> spec.withExternalIPs(List.of("10.43.0.12")));
        cluster.service("b", spec -> spec.withClusterIP("10.43.0.12"));
        cluster.slice("a-1", "a", endpoint("10.42.0.8"));
        cluster.slice("b-1", "b", endpoint("10.42.0.9"));
        cluster.start();
        assertThat(all("10.43.0.12", 80)).containsExactly("10.42.0.9:8080");
    }
}

package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodIP;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of services with more than a thousand addresses. */
class SubsetsTest {
    private final List<Pod> pods = new ArrayList<>();

    private static final Service SERVICE = Service.named(NAMESPACE, "web")
            .withSpec(ServiceSpec.EMPTY
                    .withIpFamilies(List.of("IPv4"))
                    .withPorts(List.of(ServicePort.EMPTY
                            .withPort(80)
                            .withProtocol("TCP")
                            .withTargetPort(IntOrString.of("http")))));

    /** Pods that serve at {@code port}: another one is another subset. */
    private void add(int count, int port, boolean ready) {
        for (int i = 0; i < count; i++) {
            String ip = "10." + pods.size() / 62500 + "." + pods.size() / 250 % 250 + "." + (1 + pods.size() % 250);
            Pod pod = Pod.named(NAMESPACE, "web-" + pods.size());
            pods.add(pod.withMetadata(pod.metadata().withUid("uid-" + pods.size()))
                    .withSpec(PodSpec.EMPTY
                            .withNodeName("node")
                            .withContainers(List.of(Container.EMPTY
                                    .withName("main")
                                    .withPorts(List.of(ContainerPort.EMPTY
                                            .withName("http")
                                            .withProtocol("TCP")
                                            .withContainerPort(port))))))
                    .withStatus(PodStatus.EMPTY
                            .withPhase("Running")
                            .withPodIP(ip)
                            .withPodIPs(List.of(PodIP.EMPTY.withIp(ip)))
                            .withConditions(List.of(
                                    PodCondition.EMPTY.withType("Ready").withStatus(ready ? "True" : "False")))));
        }
    }

    private List<String> sizes() {
        return Subsets.of(SERVICE, pods).list().stream()
                .map(SubsetsTest::size)
                .sorted()
                .toList();
    }

    private static String size(EndpointSubset subset) {
        return subset.ports().getFirst().port() + ": " + subset.addresses().size() + " "
                + subset.notReadyAddresses().size();
    }

    @Test
    void aThousandAddressesAreAllThere() {
        add(600, 80, true);
        add(400, 80, false);
        assertThat(sizes()).containsExactly("80: 600 400");
        assertThat(Subsets.of(SERVICE, pods).truncated()).isFalse();
    }

    @Test
    void whoIsNotReadyGoesFirst() {
        add(900, 80, true);
        add(400, 80, false);
        assertThat(sizes()).containsExactly("80: 900 100");
        assertThat(Subsets.of(SERVICE, pods).truncated()).isTrue();
    }

    @Test
    void eachSubsetHasItsShare() {
        add(1200, 80, true);
        add(400, 81, true);
        add(400, 81, false);
        assertThat(sizes()).containsExactly("80: 750 0", "81: 250 0");
    }

    @Test
    void sharesOfThoseThatAreNotReadyAreOfWhatIsLeft() {
        add(500, 80, true);
        add(300, 80, false);
        add(900, 81, false);
        assertThat(sizes()).containsExactly("80: 500 125", "81: 0 375");
    }
}

package dev.jarbor.scheduler.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.scheduler.Samples;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Kubernetes docs, "Scheduler Configuration": NodeResourcesFit (LeastAllocated), NodeResourcesBalancedAllocation. */
class NodeResourcesTest {
    /** Quantities by turns name and amount; none for a container that says nothing. */
    private static Pod asking(String name, String... requests) {
        var quantities = new TreeMap<String, Quantity>();
        for (int i = 0; i < requests.length; i += 2) {
            quantities.put(requests[i], Quantity.parse(requests[i + 1]));
        }
        Container container =
                Container.EMPTY.withName("main").withResources(ResourceRequirements.EMPTY.withRequests(quantities));
        return Pod.named("default", name).withSpec(PodSpec.EMPTY.withContainers(List.of(container)));
    }

    private static Demand demand(String... requests) {
        return Demand.of(asking("new", requests));
    }

    private static NodeState node(String cpu, String memory, Pod... there) {
        var placed = new ArrayList<Pod>();
        for (Pod pod : there) {
            placed.add(pod.withSpec(pod.spec().withNodeName("n")));
        }
        ClusterState cluster = ClusterState.of(List.of(Samples.node("n", cpu, memory)), placed, List.of());
        return cluster.node("n").orElseThrow();
    }

    @Test
    void whatWouldBeFreeCountsByTheMeanOfWholePercents() {
        NodeState empty = node("4", "8Gi");
        // 3/4 and 6/8.
        assertThat(NodeResources.leastAllocated(demand("cpu", "1", "memory", "2Gi"), empty))
                .isEqualTo(75);
        // 2500/4000 is 62 and a half, 7/8 is 87 and a half: (62 + 87)/2 is 74 and a half.
        assertThat(NodeResources.leastAllocated(demand("cpu", "1500m", "memory", "1Gi"), empty))
                .isEqualTo(74);
    }

    @Test
    void whereNothingIsSaidATenthOfAProcessorAnd200MebibytesAreAssumed() {
        NodeState busy = node("1", "1000Mi", asking("quiet"));
        // Two times 100m of 1000m leave 80, two times 200Mi of 1000Mi leave 60.
        assertThat(NodeResources.leastAllocated(demand(), busy)).isEqualTo(70);
        // Who says none means none: 90, and 60.
        assertThat(NodeResources.leastAllocated(demand("cpu", "0"), busy)).isEqualTo(75);
    }

    @Test
    void whatIsUsedUpHasNothingAndWhatIsNotThereDoesNotCount() {
        // No memory is left, half of the processors is.
        assertThat(NodeResources.leastAllocated(demand("cpu", "1", "memory", "2Gi"), node("2", "1Gi")))
                .isEqualTo(25);
        assertThat(NodeResources.leastAllocated(demand("cpu", "1", "memory", "2Gi"), node("2", "0")))
                .isEqualTo(50);
    }

    @Test
    void aPodThatChangesNothingInTheBalanceIsWorth75() {
        Demand even = demand("cpu", "1", "memory", "2Gi");
        assertThat(NodeResources.balancedAllocation(even, node("4", "8Gi"))).isEqualTo(75);
        // A quarter of the processors more than of the memory is a deviation of an eighth, 87 instead of 100, as
        // before.
        assertThat(NodeResources.balancedAllocation(even, node("4", "8Gi", asking("a", "cpu", "1"))))
                .isEqualTo(75);
    }

    @Test
    void aPodThatMakesADifferenceIsWorthLessAndOneThatMakesUpForItMore() {
        Demand processors = demand("cpu", "2");
        // 1/2 and 0 deviate by a quarter: 75 instead of 100. 50 + (50 - 25)/2 is 62 and a half.
        assertThat(NodeResources.balancedAllocation(processors, node("4", "8Gi")))
                .isEqualTo(62);
        // The same the other way: 50 + (50 + 25)/2 is 87 and a half.
        assertThat(NodeResources.balancedAllocation(processors, node("4", "8Gi", asking("a", "memory", "4Gi"))))
                .isEqualTo(87);
        // Nothing is assumed here of what a pod does not say.
        assertThat(NodeResources.balancedAllocation(processors, node("4", "8Gi", asking("a"))))
                .isEqualTo(62);
    }

    @Test
    void oneResourceAloneIsAlwaysInBalance() {
        assertThat(NodeResources.balancedAllocation(demand("cpu", "2"), node("4", "0")))
                .isEqualTo(75);
    }

    @Test
    void onlyAPodThatAsksForSomethingHasASayInTheBalance() {
        assertThat(NodeResources.weighs(demand())).isFalse();
        assertThat(NodeResources.weighs(demand("cpu", "0", "example.com/gpu", "1")))
                .isFalse();
        assertThat(NodeResources.weighs(demand("memory", "1Mi"))).isTrue();
    }

    @Test
    void whatThePodAsAWholeAsksForReplacesWhatItsContainersDo() {
        Pod pod = asking("a", "cpu", "1", "memory", "1Gi");
        Demand demand = Demand.of(pod.withSpec(
                pod.spec().withResources(ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("3"))))));
        assertThat(demand.requests().get("cpu")).isEqualTo(3000);
        assertThat(demand.assumed().get("cpu")).isEqualTo(3000);
        assertThat(demand.requests().get("memory")).isEqualTo(1L << 30);
    }
}

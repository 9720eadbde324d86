package dev.jarbor.scheduler.decision;

import static dev.jarbor.scheduler.Samples.labeled;
import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kubernetes docs, "Scheduler Performance Tuning". */
class NodeOrderTest {
    private static ClusterState cluster(int nodes, int zones) {
        var all = new ArrayList<Node>();
        for (int index = 0; index < nodes; index++) {
            Node plain = node("n%05d".formatted(index), "4", "8Gi");
            all.add(zones == 0 ? plain : labeled(plain, NodeOrder.ZONE, "zone-" + index * zones / nodes));
        }
        return ClusterState.of(all, List.of(), List.of());
    }

    @Test
    void theMoreNodesThereAreTheSmallerAPartOfThemIsEnough() {
        assertThat(List.of(7, 99, 100, 150, 1000, 5000, 6000))
                .extracting(nodes -> cluster(nodes, 0).order().enough())
                .containsExactly(7, 99, 100, 100, 420, 500, 300);
    }

    @Test
    void zonesTakeTurns() {
        assertThat(names(cluster(6, 3))).containsExactly("n00000", "n00002", "n00004", "n00001", "n00003", "n00005");
    }

    @Test
    void aNodeThatChangesItsZoneChangesItsPlace() {
        ClusterState cluster = cluster(2, 0);
        assertThat(names(cluster)).containsExactly("n00000", "n00001");
        cluster.put(labeled(node("n00000", "4", "8Gi"), NodeOrder.ZONE, "a"));
        assertThat(names(cluster)).containsExactly("n00001", "n00000");
        cluster.removeNode("n00001");
        assertThat(names(cluster)).containsExactly("n00000");
    }

    private static List<String> names(ClusterState cluster) {
        return cluster.order().nodes().stream().map(NodeState::name).toList();
    }

    @Test
    void theNextPodBeginsWithTheNodesThatWereLeftOut() {
        ClusterState cluster = cluster(1000, 0);
        var decider = new Decider(new SimulatedRuntime(1).random());
        assertThat(index(decider.decide(pod("first", "1"), cluster))).isBetween(0, 419);
        assertThat(index(decider.decide(pod("second", "1"), cluster))).isBetween(420, 839);
        assertThat(index(decider.decide(pod("third", "1"), cluster))).matches(index -> index >= 840 || index < 260);
    }

    private static int index(Decision decision) {
        return Integer.parseInt(((Decision.Assign) decision).node().substring(1));
    }

    @Test
    void onePodMoreIsFoundItsPlaceEvenIfItIsTheLastNode() {
        var nodes = new ArrayList<Node>();
        for (int index = 0; index < 300; index++) {
            nodes.add(node("n%05d".formatted(index), index == 299 ? "4" : "1", "8Gi"));
        }
        ClusterState cluster = ClusterState.of(nodes, List.of(), List.of());
        assertThat(new Decider(new SimulatedRuntime(1).random()).decide(pod("p", "2"), cluster))
                .isEqualTo(new Decision.Assign("n00299"));
    }
}

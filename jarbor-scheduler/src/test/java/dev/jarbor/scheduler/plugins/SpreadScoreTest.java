package dev.jarbor.scheduler.plugins;

import static dev.jarbor.scheduler.Samples.labeled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.TopologySpreadConstraint;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.select.Selector;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.Samples;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.DeviceCatalog;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.cluster.VolumeCatalog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** KEP-895. Logarithms in use: of 3 is 1.10, of 4 is 1.39, of 5 is 1.61. */
class SpreadScoreTest {
    private static final String HOST = "kubernetes.io/hostname";

    private final ClusterState cluster = new ClusterState(
            namespace -> Map.of(),
            pod -> Optional.of(Selector.ofLabels(Map.of("app", "web"))),
            VolumeCatalog.UNKNOWN,
            DeviceCatalog.UNKNOWN);
    private int pods;

    private void node(String name, String zone, int webs) {
        Node node = Samples.node(name, "4", "4Gi");
        cluster.put(zone.isEmpty() ? node : labeled(node, NodeOrder.ZONE, zone));
        for (int i = 0; i < webs; i++) {
            cluster.place(web("web-" + pods++), name);
        }
    }

    private static Pod web(String name) {
        return labeled(Samples.pod(name, "100m"), "app", "web");
    }

    private static TopologySpreadConstraint by(String key, int maxSkew) {
        return TopologySpreadConstraint.EMPTY
                .withMaxSkew(maxSkew)
                .withTopologyKey(key)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withLabelSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")));
    }

    private static Pod spread(TopologySpreadConstraint... constraints) {
        Pod pod = web("new");
        return pod.withSpec(pod.spec().withTopologySpreadConstraints(List.of(constraints)));
    }

    private long[] scores(Pod pod, String... names) {
        List<NodeState> nodes =
                Stream.of(names).map(name -> cluster.node(name).orElseThrow()).toList();
        return SpreadScore.of(pod, cluster).orElseThrow().of(nodes);
    }

    @Test
    void theLeastCrowdedDomainHas100AndTheOthersLessByTheirShareOfTheMost() {
        node("a1", "a", 2);
        node("a2", "a", 0);
        node("b1", "b", 1);
        // 2·1.39 is 3, 1.39 is 1: 100·(3 + 1 - 3)/3.
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "a2", "b1")).containsExactly(33, 33, 100);
    }

    @Test
    void moreSkewWatersDifferencesDown() {
        node("a1", "a", 2);
        node("b1", "b", 1);
        // 2·1.39 + 4 is 7, 1.39 + 4 is 5: 100·(7 + 5 - 7)/7.
        assertThat(scores(spread(by(NodeOrder.ZONE, 5)), "a1", "b1")).containsExactly(71, 100);
    }

    @Test
    void constraintsAddUpAndDomainsWeighMoreTheMoreThereAre() {
        node("a1", "a", 2);
        node("a2", "a", 0);
        node("b1", "b", 1);
        // Three nodes and two zones: 2·1.61 + 2·1.39 is 6, 2·1.39 is 3, 1.61 + 1.39 is 3. 100·(6 + 3 - 6)/6.
        assertThat(scores(spread(by(HOST, 1), by(NodeOrder.ZONE, 1)), "a1", "a2", "b1"))
                .containsExactly(50, 100, 100);
    }

    @Test
    void whereNothingIsCrowdedAllAreBest() {
        node("a1", "a", 0);
        node("b1", "b", 0);
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "b1")).containsExactly(100, 100);
    }

    @Test
    void aNodeOutsideOfADomainThatThePodStatesHasNothing() {
        node("a1", "a", 1);
        node("b1", "b", 0);
        node("lost", "", 0);
        // Two zones all the same: 1.39 is 1, and 0.
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "b1", "lost")).containsExactly(0, 100, 0);
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "lost")).containsExactly(0);
    }

    @Test
    void onlyDomainsThatCanBeChosenAreCountedButAllNodesOfThem() {
        node("a1", "a", 0);
        node("a2", "a", 2);
        node("b1", "b", 1);
        // One zone is left: 2·1.10 is 2, which is most and least.
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1")).containsExactly(100);
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "b1")).containsExactly(33, 100);
    }

    @Test
    void withoutConstraintsOfItsOwnAPodIsSpreadOverNodesBy3AndZonesBy5() {
        node("a1", "a", 1);
        node("b1", "b", 0);
        // (1.39 + 2) + (1.39 + 4) is 9, 2 + 4 is 6: 100·(9 + 6 - 9)/9.
        assertThat(scores(web("new"), "a1", "b1")).containsExactly(66, 100);
    }

    @Test
    void byDefaultANodeWithoutAZoneIsStillSpreadByItsName() {
        node("n1", "", 2);
        node("n2", "", 0);
        // 2·1.39 + 2 is 5, and 2: 100·(5 + 2 - 5)/5.
        assertThat(scores(web("new"), "n1", "n2")).containsExactly(40, 100);
        node("a1", "a", 0);
        // Three nodes: 2·1.61 + 2 is 5, 2, and 2 + 4 is 6 with its zone. 100·(6 + 2 - 5)/6, 100·(6 + 2 - 6)/6.
        assertThat(scores(web("new"), "n1", "n2", "a1")).containsExactly(50, 100, 33);
    }

    @Test
    void podsOfNodesThatThePodExcludesDoNotCountUnlessItSaysSo() {
        node("b1", "b", 1);
        cluster.put(labeled(labeled(Samples.node("a1", "4", "4Gi"), NodeOrder.ZONE, "a"), "disk", "ssd"));
        node("a2", "a", 3);
        cluster.put(labeled(cluster.node("b1").orElseThrow().node(), "disk", "ssd"));
        Pod honoring = spread(by(NodeOrder.ZONE, 1));
        honoring = honoring.withSpec(honoring.spec().withNodeSelector(Map.of("disk", "ssd")));
        // 0, and 1.39 is 1.
        assertThat(scores(honoring, "a1", "b1")).containsExactly(100, 0);
        Pod ignoring = spread(by(NodeOrder.ZONE, 1).withNodeAffinityPolicy("Ignore"));
        ignoring = ignoring.withSpec(ignoring.spec().withNodeSelector(Map.of("disk", "ssd")));
        // 3·1.39 is 4, and 1: 100·(4 + 1 - 4)/4.
        assertThat(scores(ignoring, "a1", "b1")).containsExactly(25, 100);
    }

    @Test
    void podsThatAreBeingDeletedAndSelectorsThatSayNothingDoNotCount() {
        node("a1", "a", 1);
        node("b1", "b", 0);
        Pod going = web("web-0");
        cluster.place(going.withMetadata(going.metadata().withDeletionTimestamp(SimulatedRuntime.EPOCH)), "a1");
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "b1")).containsExactly(100, 100);
        cluster.place(going, "a1");
        assertThat(scores(spread(by(NodeOrder.ZONE, 1)), "a1", "b1")).containsExactly(0, 100);
        assertThat(scores(spread(by(NodeOrder.ZONE, 1).withLabelSelector(LabelSelector.EMPTY)), "a1", "b1"))
                .containsExactly(100, 100);
    }

    @Test
    void whoMustBeSpreadDoesNotWishForMore() {
        assertThat(SpreadScore.of(spread(by(NodeOrder.ZONE, 1).withWhenUnsatisfiable("DoNotSchedule")), cluster))
                .isEmpty();
    }
}

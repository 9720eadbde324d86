package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which of the nodes that nobody needs go now. */
class RemovableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeNodeGroup group = new FakeNodeGroup(new FakeApi(runtime), runtime, "a", 1, 30, "4");
    private final List<Unneeded.Candidate> candidates = new ArrayList<>();
    private final Map<String, Instant> since = new TreeMap<>();

    private void candidate(String name, int pods, boolean risky, Duration unneeded) {
        add(FakeNodeGroup.node(name, "4", Map.of()), pods, risky, unneeded);
    }

    private void add(Node node, int pods, boolean risky, Duration unneeded) {
        group.increase(1);
        var moved = new ArrayList<Pod>();
        for (int i = 0; i < pods; i++) {
            moved.add(Pod.named("shop", node.name() + "-" + i));
        }
        candidates.add(new Unneeded.Candidate(node, group, moved, SchedulingSimulation.Utilization.of(0, 0), risky));
        since.put(node.name(), NOW.minus(unneeded));
    }

    private Removable found(Removable.Going going) {
        return Removable.of(candidates, since, going, AutoscalerSettings.DEFAULT.shrinking(), NOW);
    }

    private static List<String> names(List<Unneeded.Candidate> found) {
        return found.stream().map(Unneeded.Candidate::name).toList();
    }

    @Test
    void aNodeGoesAfterMoreThanTenMinutesAndOneThatIsNotReadyAfterTwenty() {
        group.increase(1);
        candidate("a", 0, false, Duration.ofSeconds(601));
        candidate("b", 0, false, Duration.ofMinutes(10));
        Node node = FakeNodeGroup.node("c", "4", Map.of());
        Node silent = node.withStatus(node.status().withConditions(List.of()));
        add(silent, 0, false, Duration.ofMinutes(20));
        assertThat(names(found(Removable.Going.NONE).empty())).containsExactly("a");
        assertThat(found(Removable.Going.NONE).kept())
                .containsEntry("b", "NotUnneededLongEnough")
                .containsEntry("c", "NotUnreadyLongEnough");

        since.put("c", NOW.minusSeconds(1201));
        assertThat(names(found(Removable.Going.NONE).empty())).containsExactly("a", "c");
    }

    @Test
    void aGroupKeepsAsManyNodesAsItMustWhereSomeGoAlready() {
        for (String name : List.of("a", "b", "c", "d")) {
            candidate(name, 0, false, Duration.ofHours(1));
        }
        Removable found = found(new Removable.Going(Map.of("a", 1), 1, 0));
        assertThat(names(found.empty())).containsExactly("a", "b");
        assertThat(found.kept())
                .containsEntry("c", "NodeGroupMinSizeReached")
                .containsEntry("d", "NodeGroupMinSizeReached");
    }

    @Test
    void tenGoAtOnceAndOneOfThemWithPods() {
        group.increase(2);
        for (int i = 0; i < 12; i++) {
            candidate("empty-" + (char) ('a' + i), 0, false, Duration.ofHours(1));
        }
        candidate("busy", 1, false, Duration.ofHours(1));
        assertThat(found(Removable.Going.NONE).empty()).hasSize(10);
        assertThat(found(Removable.Going.NONE).drained()).isEmpty();
        assertThat(found(new Removable.Going(Map.of("a", 7), 7, 1)).empty()).hasSize(3);

        candidates.removeIf(one -> one.name().compareTo("empty-i") >= 0);
        assertThat(found(Removable.Going.NONE).empty()).hasSize(8);
        assertThat(names(found(Removable.Going.NONE).drained())).containsExactly("busy");
        assertThat(found(new Removable.Going(Map.of("a", 1), 1, 1)).drained()).isEmpty();
    }

    @Test
    void whoseBudgetsLetAllPodsGoAtOnceGoesFirst() {
        group.increase(2);
        candidate("a", 2, true, Duration.ofHours(1));
        candidate("b", 2, false, Duration.ofHours(1));
        assertThat(names(found(Removable.Going.NONE).drained())).containsExactly("b");
    }
}

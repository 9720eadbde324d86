package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How nodes and their groups are, by what is said of them. */
class FleetTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeNodeGroup group = new FakeNodeGroup(new FakeApi(runtime), runtime, "a", 0, 30, "4");
    private final Provisioning provisioning = new Provisioning(Duration.ofMinutes(15));
    private final List<Node> nodes = new ArrayList<>();

    private void node(String name, boolean ready, Duration age) {
        Node node = FakeNodeGroup.node(name, "4", Map.of());
        node = node.withMetadata(node.metadata().withCreationTimestamp(NOW.minus(age)));
        nodes.add(ready ? node : node.withStatus(node.status().withConditions(List.of())));
    }

    private Fleet fleet() {
        return Fleet.of(nodes, List.of(group), provisioning, AutoscalerSettings.DEFAULT.health(), NOW);
    }

    private void others(int ready, int unready) {
        nodes.clear();
        for (int i = 0; i < ready + unready; i++) {
            node("other-" + i, i < ready, Duration.ofHours(1));
        }
    }

    @Test
    void theClusterIsUnhealthyWhenMoreThanThreeNodesAndMoreThan45PercentAreUnready() {
        others(0, 3);
        assertThat(fleet().healthy()).isTrue();
        others(4, 4);
        assertThat(fleet().healthy()).as("50 %").isFalse();
        others(5, 4);
        assertThat(fleet().healthy()).as("44 %").isTrue();
        others(11, 9);
        assertThat(fleet().healthy()).as("45 % is not more").isTrue();
    }

    @Test
    void nodesThatAreNewOrGoAreNotUnready() {
        for (int i = 0; i < 4; i++) {
            node("a-" + i, false, Duration.ofSeconds(14 * 60 + 59));
        }
        Node going = FakeNodeGroup.node("gone", "4", Map.of());
        nodes.add(going.withSpec(going.spec().withTaints(List.of(Taint.EMPTY.withKey(Draining.TAINT)))));
        node("old", false, Duration.ofMinutes(15));
        group.increase(4);
        Fleet fleet = fleet();
        assertThat(fleet.all()).isEqualTo(new Readiness(6, 0, 4, 1, 1, 0, 0));
        assertThat(fleet.starting()).containsExactly("a-0", "a-1", "a-2", "a-3");
        assertThat(fleet.lost()).contains("old");
    }

    @Test
    void aGroupIsUnhealthyThatMissesMoreThanThreeAndMoreThan45PercentOfItsNodes() {
        group.increase(10);
        for (int i = 0; i < 10; i++) {
            node("a-" + i, i < 6, Duration.ofHours(1));
        }
        assertThat(fleet().skipped(group)).isEmpty();
        nodes.set(5, nodes.get(9).withMetadata(nodes.get(5).metadata()));
        assertThat(fleet().skipped(group)).contains("not ready for scale-up");
    }

    @Test
    void nodesThatWereAskedForMayBeMissing() {
        group.increase(10);
        node("a-0", true, Duration.ofHours(1));
        assertThat(fleet().groups().get("a"))
                .as("9 of 10 are missing, and nobody has asked for them")
                .satisfies(state -> assertThat(state.healthy()).isFalse());
        provisioning.asked(group, 9, NOW);
        assertThat(fleet().groups().get("a")).satisfies(state -> {
            assertThat(state.healthy()).isTrue();
            assertThat(state.growing()).isTrue();
        });
    }
}

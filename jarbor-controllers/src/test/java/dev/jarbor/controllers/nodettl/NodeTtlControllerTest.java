package dev.jarbor.controllers.nodettl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.controllers.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTtlControllerTest {
    @ParameterizedTest
    @CsvSource({
        "0, 100, 0",
        "0, 101, 15",
        "1, 90, 15",
        "1, 89, 0",
        "1, 501, 30",
        "0, 5000, 300",
        "4, 1800, 300",
        "4, 10000, 300",
        "4, 10001, 600",
        "5, 9000, 600",
        "5, 8999, 300",
        "4, 1, 0"
    })
    void theStepsOverlap(int before, int nodes, int seconds) {
        assertThat(NodeTtlController.seconds(NodeTtlController.step(before, nodes)))
                .isEqualTo(seconds);
    }

    @Test
    void everyNodeIsToldAgainWhenTheClusterHasGrown() {
        World world = new World(1);
        world.start(new NodeTtlController(world.api, world.informers, world.runtime));
        for (int i = 0; i < 100; i++) {
            world.api.put(Node.KIND, Node.named("n" + i));
        }
        world.settle();
        assertThat(told(world)).containsExactly("0");
        world.api.put(Node.KIND, Node.named("one-more"));
        world.settle();
        assertThat(told(world)).containsExactly("15");
    }

    private static List<String> told(World world) {
        return world.all(Node.KIND).stream()
                .map(node -> node.metadata().annotations().getOrDefault("node.alpha.kubernetes.io/ttl", ""))
                .distinct()
                .toList();
    }
}

package dev.jarbor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.client.NodeConnection.ContainerUsage;
import dev.jarbor.client.NodeConnection.NodeUsage;
import dev.jarbor.node.simulated.Load;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a node says that it and its containers have used. */
class UsageTest {
    @AutoClose
    private final SimulatedNode node = new SimulatedNode();

    private final NodeAgent agent = node.startAgent();

    private static Container asking(String cpu, String memory) {
        return Container.EMPTY
                .withName("main")
                .withImage("web:1")
                .withResources(ResourceRequirements.EMPTY.withRequests(
                        Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory))));
    }

    private ContainerUsage only() throws IOException {
        NodeUsage usage = agent.connection().usage();
        assertThat(usage.containers()).hasSize(1);
        return usage.containers().getFirst();
    }

    @Test
    void aSimulatedContainerUsesHalfOfWhatItAskedFor() throws IOException {
        node.api.create(Pod.KIND, SimulatedNode.pod("web", asking("2", "1Gi")));
        node.runtime.advance(Duration.ofSeconds(10));
        ContainerUsage before = only();
        node.runtime.advance(Duration.ofSeconds(10));
        ContainerUsage after = only();

        assertThat(before.container().pod()).isEqualTo("web");
        assertThat(after.usage().processorNanos() - before.usage().processorNanos())
                .isEqualTo(Duration.ofSeconds(10).toNanos());
        assertThat(after.usage().workingSetBytes()).isEqualTo(512L << 20);
        assertThat(agent.connection().usage().node()).isEqualTo(after.usage());
    }

    @Test
    void aLoadIsACurveBelowWhichProcessorTimeAddsUp() throws IOException {
        Instant begin = node.runtime.now();
        node.containers.load(
                (who, now) -> new Load.Level(Duration.between(begin, now).toMillis() / 1000.0, 1));
        node.api.create(Pod.KIND, SimulatedNode.pod("web", asking("1", "1Gi")));
        node.runtime.advance(Duration.ofSeconds(10));
        long before = only().usage().processorNanos();
        node.runtime.advance(Duration.ofSeconds(10));

        // from ten cores to twenty within ten seconds
        assertThat(only().usage().processorNanos() - before)
                .isEqualTo(Duration.ofSeconds(150).toNanos());
    }

    @Test
    void whatHasEndedStillCountsForTheNode() throws IOException {
        node.api.create(Pod.KIND, SimulatedNode.pod("web", asking("2", "1Gi")));
        node.runtime.advance(Duration.ofSeconds(20));
        long before = agent.connection().usage().node().processorNanos();
        node.api.delete(Pod.KIND, SimulatedNode.pod("web").key());
        node.runtime.advance(Duration.ofMinutes(2));
        NodeUsage after = agent.connection().usage();

        assertThat(after.containers()).isEmpty();
        assertThat(after.node().processorNanos()).isGreaterThanOrEqualTo(before);
        assertThat(after.node().workingSetBytes()).isZero();
    }
}

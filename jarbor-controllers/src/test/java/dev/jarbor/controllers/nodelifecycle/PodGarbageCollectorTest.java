package dev.jarbor.controllers.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodGarbageCollectorTest {
    private final World world = new World(1);
    private final MetricRegistry registry = new MetricRegistry();

    private void start(int finished) {
        world.api.put(Node.KIND, Node.named("one"));
        world.start(new PodGarbageCollector(world.api, world.informers, world.runtime, finished, registry));
    }

    private void pod(String name, String phase, String reason) {
        world.api.put(
                Pod.KIND,
                Pod.named("shop", name)
                        .withSpec(PodSpec.EMPTY.withNodeName("one"))
                        .withStatus(PodStatus.EMPTY.withPhase(phase).withReason(reason)));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private List<String> pods() {
        return world.all(Pod.KIND).stream().map(Pod::name).toList();
    }

    @Test
    void whoWasEvictedGoesFirstThenTheOldest() {
        start(2);
        pod("first", "Succeeded", "");
        pod("second", "Failed", "");
        pod("evicted", "Failed", "Evicted");
        pod("last", "Succeeded", "");
        pod("busy", "Running", "");
        world.runtime.advance(Duration.ofSeconds(25));
        assertThat(pods()).containsExactlyInAnyOrder("second", "last", "busy");
        assertThat(registry.text())
                .contains("pod_gc_collector_force_delete_pods_total{namespace=\"shop\",reason=\"terminated\"} 2\n");
    }

    @Test
    void withoutABoundAllMayStay() {
        start(0);
        pod("first", "Succeeded", "");
        pod("second", "Failed", "");
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(pods()).hasSize(2);
    }

    @Test
    void anOrphanSaysWhyItGoesInPlaceOfWhatItSaidBefore() {
        start(100);
        pod("web", "Running", "");
        Pod web = world.the(Pod.KIND, "shop", "web");
        world.api.put(
                Pod.KIND,
                web.withMetadata(web.metadata().withFinalizers(List.of("example.com/keep")))
                        .withStatus(web.status()
                                .withConditions(List.of(PodCondition.EMPTY
                                        .withType("DisruptionTarget")
                                        .withStatus("False")
                                        .withReason("Earlier")))));
        world.api.delete(Node.KIND, ObjectKey.cluster("one"));
        world.runtime.advance(Duration.ofSeconds(70));
        Pod gone = world.the(Pod.KIND, "shop", "web");
        assertThat(gone.metadata().hasDeletionTimestamp()).isTrue();
        assertThat(gone.status().phase()).isEqualTo("Failed");
        assertThat(new ArrayList<>(gone.status().conditions())).singleElement().satisfies(condition -> {
            assertThat(condition.type()).isEqualTo("DisruptionTarget");
            assertThat(condition.status()).isEqualTo("True");
            assertThat(condition.reason()).isEqualTo("DeletionByPodGC");
            assertThat(condition.message()).isEqualTo("PodGC: node no longer exists");
        });
    }
}

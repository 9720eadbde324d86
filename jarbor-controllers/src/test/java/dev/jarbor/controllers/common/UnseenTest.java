package dev.jarbor.controllers.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;

class UnseenTest {
    private static final ObjectKey OWNER = new ObjectKey("shop", "web");

    @Test
    void anOwnerWhoseWritesAreNotSeenYetIsLeftAloneAndThatIsCounted() {
        var runtime = new SimulatedRuntime(1);
        var api = new FakeApi(runtime);
        var informers = new SharedInformers(api, runtime);
        var registry = new MetricRegistry();
        var unseen = new Unseen<>(
                api, informers.of(Pod.KIND), runtime, Unseen.skips(registry, "replicaset_controller", "ReplicaSet"));
        assertThat(unseen.settled(OWNER)).isTrue();
        unseen.created(OWNER, api.create(Pod.KIND, Pod.named("shop", "web-a")));
        assertThat(unseen.settled(OWNER)).isFalse();
        informers.start();
        runtime.runUntilIdle();
        assertThat(unseen.settled(OWNER)).isTrue();
        assertThat(registry.text())
                .contains("replicaset_controller_stale_sync_skips_total{group=\"\",resource=\"pods\"} 1\n");
    }
}

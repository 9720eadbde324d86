package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.Demand;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole loop against an API under virtual time. */
class SchedulerSimulationTest {
    /** A world with a scheduler in it. */
    private static final class World {
        final SimulatedRuntime runtime;
        final FakeApi api;
        final Scheduler scheduler;

        World(long seed) {
            runtime = new SimulatedRuntime(seed);
            api = new FakeApi(runtime);
            var informers = new SharedInformers(api, runtime);
            scheduler = new Scheduler(api, informers, runtime, new ApiEventRecorder(api, runtime, Scheduler.NAME));
            informers.start();
            scheduler.start();
            runtime.runUntilIdle();
        }

        List<Pod> pods() {
            return api.list(Pod.KIND, "", Query.NONE).items();
        }

        boolean allBound() {
            return pods().stream().noneMatch(pod -> pod.spec().nodeName().isEmpty());
        }

        void assertNoNodeIsOvercommitted() {
            var used = new TreeMap<String, Long>();
            for (Pod pod : pods()) {
                if (!pod.spec().nodeName().isEmpty()) {
                    used.merge(pod.spec().nodeName(), Demand.of(pod).requests().get("cpu"), Long::sum);
                }
            }
            for (Node node : api.list(Node.KIND, "", Query.NONE).items()) {
                assertThat(used.getOrDefault(node.name(), 0L))
                        .as("cpu requested on " + node.name())
                        .isLessThanOrEqualTo(
                                Amounts.of(node.status().allocatable()).get("cpu"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPodThatFitsIsBoundAndNoNodeIsOvercommitted(long seed) {
        var world = new World(seed);
        for (int n = 0; n < 5; n++) {
            world.api.put(Node.KIND, node("node-" + n, "4", "16Gi"));
        }
        var fault = world.api.failWhile(
                request -> request.verb() == Verb.CREATE
                        && request.path().subresource().equals("binding")
                        && world.runtime.random().nextInt(4) == 0,
                ApiException.internalError("injected"));
        for (int n = 0; n < 20; n++) {
            world.api.create(Pod.KIND, pod("pod-" + n, "1"));
            if (n % 7 == 0) {
                world.api.dropWatches();
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(50)));
            world.assertNoNodeIsOvercommitted();
        }
        assertThat(world.runtime.runUntil(world::allBound, Duration.ofMinutes(10)))
                .isTrue();
        world.assertNoNodeIsOvercommitted();
        fault.close();
    }

    @Test
    void aPodThatFitsNowhereSaysWhyAndIsBoundWhenANodeComes() {
        var world = new World(7);
        world.api.put(Node.KIND, node("small", "1", "1Gi"));
        world.api.create(Pod.KIND, pod("big", "2"));
        world.runtime.advance(Duration.ofSeconds(2));
        Pod waiting = world.api.get(Pod.KIND, pod("big", "2").key());
        assertThat(waiting.status().conditions())
                .anySatisfy(condition -> assertThat(condition.reason()).isEqualTo("Unschedulable"));
        assertThat(world.api.list(Event.KIND, "default", Query.NONE).items())
                .anySatisfy(event ->
                        assertThat(event.message()).startsWith("0/1 nodes are available: 1 Insufficient cpu."));

        world.api.put(Node.KIND, node("large", "4", "4Gi"));
        assertThat(world.runtime.runUntil(world::allBound, Duration.ofSeconds(15)))
                .isTrue();
        assertThat(world.api.get(Pod.KIND, waiting.key()).spec().nodeName()).isEqualTo("large");
    }

    @Test
    void podsOfHigherPriorityGoFirst() {
        var world = new World(8);
        Pod low = pod("low", "1");
        Pod high = pod("high", "1");
        world.api.create(Pod.KIND, low.withSpec(low.spec().withPriority(1)));
        world.api.create(Pod.KIND, high.withSpec(high.spec().withPriority(100)));
        world.runtime.advance(Duration.ofSeconds(1));
        world.api.put(Node.KIND, node("one", "1", "1Gi"));
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(world.api.get(Pod.KIND, high.key()).spec().nodeName()).isEqualTo("one");
        assertThat(world.api.get(Pod.KIND, low.key()).spec().nodeName()).isEmpty();
    }

    @Test
    void theSameSeedBindsTheSameWay() {
        assertThat(bindings(11)).isEqualTo(bindings(11)).isNotEmpty();
    }

    private static List<String> bindings(long seed) {
        var world = new World(seed);
        for (int n = 0; n < 3; n++) {
            world.api.put(Node.KIND, node("node-" + n, "8", "16Gi"));
        }
        for (int n = 0; n < 9; n++) {
            world.api.create(Pod.KIND, pod("pod-" + n, "500m"));
        }
        world.runtime.advance(Duration.ofSeconds(5));
        return world.pods().stream()
                .map(pod -> pod.name() + "=" + pod.spec().nodeName())
                .toList();
    }
}

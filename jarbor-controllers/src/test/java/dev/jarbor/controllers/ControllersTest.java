package dev.jarbor.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.common.ControlLoop;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllersTest {
    private static final Set<String> KINDS =
            Set.of("Namespace", "ServiceAccount", "ConfigMap", "Deployment", "ReplicaSet", "Pod", "Node");
    private static final Settings SETTINGS = new Settings(
            "PEM",
            Schemas.builtIn().resources().stream()
                    .filter(resource -> KINDS.contains(resource.kind()))
                    .toList(),
            Duration.ofSeconds(50),
            100);

    private static World world(long seed) {
        World world = new World(seed).withNodes();
        beat(world);
        List<ControlLoop> loops = Controllers.all(world.api, world.informers, world.runtime, SETTINGS);
        return world.start(loops.toArray(new ControlLoop[0]));
    }

    /** The nodes give a sign of life every ten seconds. */
    private static void beat(World world) {
        for (int i = 0; i < 3; i++) {
            world.api.put(
                    Node.KIND,
                    Node.named("node-" + i)
                            .withStatus(NodeStatus.EMPTY.withConditions(List.of(NodeCondition.EMPTY
                                    .withType("Ready")
                                    .withStatus("True")
                                    .withLastHeartbeatTime(world.runtime.now())))));
        }
        world.runtime.schedule("heartbeat", Duration.ofSeconds(10), () -> beat(world));
    }

    private static long run(long seed) {
        World world = world(seed);
        world.api.create(Namespace.KIND, Namespace.named(Samples.NAMESPACE));
        world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        return world.runtime.traceHash();
    }

    @Test
    void everyLoopHasANameOfItsOwn() {
        World world = new World(1);
        assertThat(Controllers.all(world.api, world.informers, world.runtime, Settings.of("PEM")))
                .extracting(ControlLoop::name)
                .doesNotHaveDuplicates();
    }

    @Test
    void togetherTheyRunADeploymentAndRemoveItsNamespaceWithoutATrace() {
        World world = world(1);
        world.api.create(Namespace.KIND, Namespace.named(Samples.NAMESPACE));
        Deployment made = world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(3);
        world.api.delete(Deployment.KIND, made.key(), DeleteOptions.NONE.propagation("Background"));
        world.settle();
        assertThat(world.all(ReplicaSet.KIND)).isEmpty();
        assertThat(world.all(Pod.KIND)).isEmpty();
        world.api.delete(Namespace.KIND, ObjectKey.cluster(Samples.NAMESPACE));
        world.settle();
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theSameSeedTakesTheSameSteps(long seed) {
        assertThat(run(seed)).isEqualTo(run(seed));
    }
}

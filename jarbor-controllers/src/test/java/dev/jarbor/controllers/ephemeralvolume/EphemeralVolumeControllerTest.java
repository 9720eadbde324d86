package dev.jarbor.controllers.ephemeralvolume;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.volumebinding.Storage.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.EphemeralVolumeSource;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimTemplate;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.garbage.GarbageCollector;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EphemeralVolumeControllerTest {
    private static World world(long seed) {
        World world = new World(seed);
        return world.start(
                new EphemeralVolumeController(world.api, world.informers, world.runtime, world.events),
                new GarbageCollector(
                        world.api,
                        world.informers,
                        world.runtime,
                        world.events,
                        Settings.of("").resources().stream()
                                .filter(one ->
                                        one.kind().equals("Pod") || one.kind().equals("PersistentVolumeClaim"))
                                .toList(),
                        new MetricRegistry()));
    }

    private static Pod pod(String name) {
        var template = PersistentVolumeClaimTemplate.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("for", "scratch")))
                .withSpec(claim("any", "1Gi").spec());
        return Pod.named(NAMESPACE, name)
                .withSpec(PodSpec.EMPTY.withVolumes(List.of(Volume.EMPTY
                        .withName("scratch")
                        .withEphemeral(EphemeralVolumeSource.EMPTY.withVolumeClaimTemplate(template)))));
    }

    @Test
    void aPodGetsTheClaimThatItsVolumeDescribesAndTakesItAlong() {
        World world = world(1);
        Pod pod = world.api.create(Pod.KIND, pod("job"));
        world.settle();
        PersistentVolumeClaim made = world.the(PersistentVolumeClaim.KIND, NAMESPACE, "job-scratch");
        assertThat(made.metadata().labels()).containsEntry("for", "scratch");
        assertThat(made.spec().accessModes()).containsExactly("ReadWriteOnce");
        assertThat(made.metadata().ownerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.uid()).isEqualTo(pod.metadata().uid());
            assertThat(owner.controller()).isTrue();
            assertThat(owner.blockOwnerDeletion()).isTrue();
        });
        world.api.delete(Pod.KIND, pod.key(), DeleteOptions.NONE.propagation("Background"));
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND)).isEmpty();
    }

    @Test
    void aClaimOfThatNameThatIsSomebodyElsesIsLeftAlone() {
        World world = world(2);
        world.api.create(PersistentVolumeClaim.KIND, claim("job-scratch", "5Gi"));
        world.api.create(Pod.KIND, pod("job"));
        world.settle();
        PersistentVolumeClaim present = world.the(PersistentVolumeClaim.KIND, NAMESPACE, "job-scratch");
        assertThat(present.metadata().ownerReferences()).isEmpty();
        assertThat(world.told())
                .contains("FailedBinding: ephemeral volume scratch: PVC shop/job-scratch was not created for pod"
                        + " shop/job (pod is not owner)");

        world.api.delete(PersistentVolumeClaim.KIND, present.key());
        world.settle();
        assertThat(world.the(PersistentVolumeClaim.KIND, NAMESPACE, "job-scratch")
                        .metadata()
                        .ownerReferences())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPodHasItsOwnClaimThroughAnyTrouble(long seed) {
        World world = world(seed);
        for (int i = 0; i < 30; i++) {
            world.api.put(Pod.KIND, pod("job-" + i));
            world.trouble(6);
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(500)));
        }
        world.calm();
        assertThat(world.all(PersistentVolumeClaim.KIND)).as("seed %d", seed).hasSize(30);
    }
}

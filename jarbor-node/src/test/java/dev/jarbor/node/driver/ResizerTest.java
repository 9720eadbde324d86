package dev.jarbor.node.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims grow, or say why not, and recover by asking for less. */
class ResizerTest {
    @Test
    void aClaimGrowsByDriverAndNode() {
        DriverWorld world = new DriverWorld(1);
        world.claim();
        world.ask("2Gi");
        world.settle();
        PersistentVolumeClaim waiting = world.claimed();
        assertThat(world.volume().spec().capacity()).hasToString("{storage=2Gi}");
        assertThat(waiting.status().capacity()).hasToString("{storage=1Gi}");
        assertThat(waiting.status().allocatedResources()).hasToString("{storage=2Gi}");
        assertThat(waiting.status().allocatedResourceStatuses()).hasToString("{storage=NodeResizePending}");
        assertThat(world.conditions()).containsExactly("Resizing", "FileSystemResizePending");

        world.run("db");
        PersistentVolumeClaim grown = world.claimed();
        assertThat(grown.status().capacity()).hasToString("{storage=2Gi}");
        assertThat(grown.status().hasAllocatedResourceStatuses()).isFalse();
        assertThat(world.conditions()).isEmpty();
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "PersistentVolumeClaim Resizing: External resizer is resizing volume v",
                        "PersistentVolumeClaim FileSystemResizeRequired: Require file system resize of volume on node",
                        "Pod FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume \"v\" n1",
                        "PersistentVolumeClaim FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for"
                                + " volume \"v\" n1");
    }

    @Test
    void whereTheNodeHasNothingToDoTheClaimGrowsAtOnce() {
        DriverWorld world = new DriverWorld(2);
        world.driver.onNode = false;
        world.claim();
        world.ask("2Gi");
        world.settle();
        assertThat(world.claimed().status().capacity()).hasToString("{storage=2Gi}");
        assertThat(world.conditions()).isEmpty();
        assertThat(world.told()).contains("PersistentVolumeClaim VolumeResizeSuccessful: Resize volume succeeded");
        int calls = world.driver.calls;
        world.runtime.advance(Duration.ofHours(1));
        assertThat(world.driver.calls).isEqualTo(calls);
    }

    @Test
    void whoAskedForTooMuchRecoversByAskingForLess() {
        DriverWorld world = new DriverWorld(3);
        world.claim();
        world.ask("20Gi");
        world.settle();
        assertThat(world.claimed().status().allocatedResourceStatuses())
                .hasToString("{storage=ControllerResizeInfeasible}");
        assertThat(world.conditions()).containsExactly("Resizing", "ControllerResizeError");
        assertThat(world.claimed().status().conditions().getLast().message())
                .isEqualTo("failed to expand pvc with more than 10Gi there is not");
        assertThat(world.told())
                .contains("PersistentVolumeClaim VolumeResizeFailed: resize volume \"v\" by resizer"
                        + " \"disk.example.com\" failed: more than 10Gi there is not");
        assertThat(world.driver.calls).isEqualTo(1);
        world.runtime.advance(Duration.ofMinutes(5));
        assertThat(world.driver.calls).isEqualTo(2);

        world.ask("5Gi");
        world.run("db");
        assertThat(world.claimed().status().capacity()).hasToString("{storage=5Gi}");
        assertThat(world.volume().spec().capacity()).hasToString("{storage=5Gi}");
        assertThat(world.conditions()).isEmpty();
    }

    @Test
    void whileNobodyKnowsWhetherItWasDoneNothingElseIsAskedFor() {
        DriverWorld world = new DriverWorld(4);
        world.claim();
        world.driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.UNCERTAIN, "no answer"));
        world.ask("8Gi");
        world.settle();
        world.ask("2Gi");
        world.settle();
        world.driver.failure = Optional.empty();
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(world.driver.sizes).hasToString("{v=8Gi}");
        world.run("db");
        assertThat(world.claimed().status().capacity()).hasToString("{storage=8Gi}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aClaimNeverShowsMoreThanThereIsAndGrowsInTheEnd(long seed) {
        DriverWorld world = new DriverWorld(seed);
        world.claim();
        world.run("db");
        Quantity asked = Quantity.parse("1Gi");
        for (int i = 0; i < 60; i++) {
            Quantity least = VolumeMatch.request(world.claimed()).max(ClaimStatus.capacity(world.claimed()));
            if (i % 3 == 0 && least.compareTo(Quantity.parse("9Gi")) < 0) {
                asked = least.add(Quantity.parse("128Mi"));
                world.ask(asked.toString());
            }
            var kinds = List.of(DriverFailure.Kind.values());
            int choice = world.runtime.random().nextInt(6);
            world.driver.failure = choice < kinds.size()
                    ? Optional.of(new DriverFailure(kinds.get(choice), "broken"))
                    : Optional.empty();
            world.trouble();
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(20_000)), () -> {
                Quantity is = world.driver.sizes.getOrDefault("v", Quantity.parse("1Gi"));
                assertThat(is.compareTo(VolumeMatch.capacity(world.volume())))
                        .as("seed %d", seed)
                        .isNotNegative();
                assertThat(VolumeMatch.capacity(world.volume()).compareTo(ClaimStatus.capacity(world.claimed())))
                        .as("seed %d", seed)
                        .isNotNegative();
            });
        }
        world.driver.failure = Optional.empty();
        world.calm();
        assertThat(ClaimStatus.capacity(world.claimed())).as("seed %d", seed).isEqualTo(asked);
        assertThat(world.conditions()).as("seed %d", seed).isEmpty();
    }
}

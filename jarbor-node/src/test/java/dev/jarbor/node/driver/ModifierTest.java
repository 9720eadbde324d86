package dev.jarbor.node.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.api.storage.v1.VolumeAttributesClass;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims change the attributes of their volumes by the name of a class. */
class ModifierTest {
    private static DriverWorld world(long seed) {
        DriverWorld world = new DriverWorld(seed);
        attributes(world, "silver", Map.of("iops", "100"));
        attributes(world, "gold", Map.of("iops", "9000"));
        attributes(world, "red", Map.of("colour", "red"));
        world.claim();
        return world;
    }

    private static void attributes(DriverWorld world, String name, Map<String, String> parameters) {
        world.api.put(
                VolumeAttributesClass.KIND,
                VolumeAttributesClass.named(name)
                        .withDriverName(FakeDriver.NAME)
                        .withParameters(parameters));
    }

    private static void ask(DriverWorld world, String name) {
        world.change(
                PersistentVolumeClaim.KIND,
                Claims.bound(),
                claim -> claim.withSpec(claim.spec().withVolumeAttributesClassName(name)));
    }

    @Test
    void aVolumeGetsTheAttributesOfTheClassAndClaimAndVolumeSaySo() {
        DriverWorld world = world(1);
        ask(world, "silver");
        world.settle();
        assertThat(world.driver.attributes).hasToString("{v={iops=100}}");
        PersistentVolumeClaimStatus status = world.claimed().status();
        assertThat(status.currentVolumeAttributesClassName()).isEqualTo("silver");
        assertThat(status.hasModifyVolumeStatus()).isFalse();
        assertThat(status.hasConditions()).isFalse();
        assertThat(world.volume().spec().volumeAttributesClassName()).isEqualTo("silver");
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "PersistentVolumeClaim VolumeModify: external resizer is modifying volume data with vac silver",
                        "PersistentVolumeClaim VolumeModifySuccessful: external resizer modified volume data with vac"
                                + " silver successfully ");
        ask(world, "gold");
        world.settle();
        assertThat(world.driver.attributes).hasToString("{v={iops=9000}}");
        int calls = world.driver.calls;
        world.runtime.advance(Duration.ofHours(1));
        assertThat(world.driver.calls).isEqualTo(calls);
    }

    @Test
    void aClassThatIsMissingIsWaitedFor() {
        DriverWorld world = world(2);
        ask(world, "bronze");
        world.settle();
        assertThat(world.claimed().status().modifyVolumeStatus().status()).isEqualTo("Pending");
        assertThat(world.told())
                .containsExactly("PersistentVolumeClaim VolumeModifyFailed: VAC bronze does not exist.");
        attributes(world, "bronze", Map.of("iops", "1"));
        world.settle();
        assertThat(world.claimed().status().currentVolumeAttributesClassName()).isEqualTo("bronze");
    }

    @Test
    void whatTheDriverWillNeverDoIsSaidSoAndAnotherClassIsTheWayOut() {
        DriverWorld world = world(3);
        ask(world, "silver");
        world.settle();
        ask(world, "red");
        world.settle();
        PersistentVolumeClaimStatus status = world.claimed().status();
        assertThat(status.currentVolumeAttributesClassName()).isEqualTo("silver");
        assertThat(status.modifyVolumeStatus().status()).isEqualTo("Infeasible");
        assertThat(status.modifyVolumeStatus().targetVolumeAttributesClassName())
                .isEqualTo("red");
        assertThat(status.conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.type()).isEqualTo("ModifyVolumeError");
            assertThat(condition.message())
                    .isEqualTo("ModifyVolume failed with error: volumes have no colour. Waiting for retry.");
        });
        assertThat(world.driver.calls).isEqualTo(2);
        ask(world, "gold");
        world.settle();
        assertThat(world.claimed().status().currentVolumeAttributesClassName()).isEqualTo("gold");
        assertThat(world.conditions()).isEmpty();
    }

    @Test
    void aClassOfAnotherDriverIsRefused() {
        DriverWorld world = world(4);
        world.api.put(
                VolumeAttributesClass.KIND,
                VolumeAttributesClass.named("foreign").withDriverName("other.example.com"));
        ask(world, "foreign");
        world.settle();
        assertThat(world.claimed().status().modifyVolumeStatus().status()).isEqualTo("Infeasible");
        assertThat(world.driver.attributes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void claimAndVolumeNameWhatTheVolumeHasHoweverOftenTheLoopIsStopped(long seed) {
        DriverWorld world = world(seed);
        List<String> names = List.of("silver", "gold");
        Map<String, String> iops = Map.of("silver", "{v={iops=100}}", "gold", "{v={iops=9000}}");
        String last = "";
        for (int i = 0; i < 40; i++) {
            last = names.get(world.runtime.random().nextInt(2));
            ask(world, last);
            world.driver.failure = world.runtime.random().nextInt(4) == 0
                    ? Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "broken"))
                    : Optional.empty();
            world.trouble();
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(20_000)));
        }
        world.driver.failure = Optional.empty();
        world.calm();
        PersistentVolume volume = world.volume();
        assertThat(world.claimed().status().currentVolumeAttributesClassName())
                .as("seed %d", seed)
                .isEqualTo(last)
                .isEqualTo(volume.spec().volumeAttributesClassName());
        assertThat(world.driver.attributes).as("seed %d", seed).hasToString(iops.get(last));
        assertThat(world.conditions()).as("seed %d", seed).isEmpty();
    }
}

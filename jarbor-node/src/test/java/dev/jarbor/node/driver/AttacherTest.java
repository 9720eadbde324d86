package dev.jarbor.node.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import dev.jarbor.api.storage.v1.VolumeAttachmentSpec;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes are attached and detached as VolumeAttachments ask. */
class AttacherTest {
    private static final String HOLD = "external-attacher/disk-example-com";

    private static void ask(DriverWorld world, String node, String attacher) {
        world.api.create(
                VolumeAttachment.KIND,
                VolumeAttachment.named("to-" + node)
                        .withSpec(VolumeAttachmentSpec.EMPTY
                                .withAttacher(attacher)
                                .withNodeName(node)
                                .withSource(VolumeAttachmentSource.EMPTY.withPersistentVolumeName("v"))));
    }

    private static VolumeAttachment to(DriverWorld world, String node) {
        return world.api.get(VolumeAttachment.KIND, ObjectKey.cluster("to-" + node));
    }

    @Test
    void aVolumeIsAttachedAndItsAttachmentGoesOnlyWhenItIsDetached() {
        DriverWorld world = new DriverWorld(1);
        world.claim();
        ask(world, "n1", FakeDriver.NAME);
        world.settle();
        assertThat(world.driver.attached).containsExactly("v@n1");
        assertThat(to(world, "n1").status().attached()).isTrue();
        assertThat(to(world, "n1").metadata().finalizers()).containsExactly(HOLD);
        assertThat(world.volume().metadata().finalizers()).containsExactly(HOLD);

        world.driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "busy"));
        world.api.delete(VolumeAttachment.KIND, ObjectKey.cluster("to-n1"));
        world.settle();
        assertThat(to(world, "n1").status().detachError().message()).isEqualTo("busy");
        world.driver.failure = Optional.empty();
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(world.driver.attached).isEmpty();
        assertThat(world.api.list(VolumeAttachment.KIND, "", Query.NONE).items())
                .isEmpty();
    }

    @Test
    void whatGoesWrongIsInTheStatusUntilItGoesWell() {
        DriverWorld world = new DriverWorld(2);
        world.claim();
        world.driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "no such node"));
        ask(world, "n1", FakeDriver.NAME);
        world.settle();
        assertThat(to(world, "n1").status().attachError().message()).isEqualTo("no such node");
        world.driver.failure = Optional.empty();
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(to(world, "n1").status().attached()).isTrue();
        assertThat(to(world, "n1").status().hasAttachError()).isFalse();
    }

    @Test
    void aVolumeThatIsAttachedStaysUntilItIsAttachedNowhere() {
        DriverWorld world = new DriverWorld(3);
        world.claim();
        ask(world, "n1", FakeDriver.NAME);
        world.settle();
        world.api.delete(PersistentVolume.KIND, ObjectKey.cluster("v"));
        world.settle();
        assertThat(world.volume().metadata().hasDeletionTimestamp()).isTrue();
        world.api.delete(VolumeAttachment.KIND, ObjectKey.cluster("to-n1"));
        world.settle();
        assertThat(world.api.find(PersistentVolume.KIND, ObjectKey.cluster("v")))
                .isEmpty();
    }

    @Test
    void attachmentsOfOtherDriversAreLeftAlone() {
        DriverWorld world = new DriverWorld(4);
        world.claim();
        ask(world, "n1", "other.example.com");
        world.settle();
        assertThat(to(world, "n1").metadata().finalizers()).isEmpty();
        assertThat(world.driver.calls).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatTheApiSaysIsWhatIsThroughAnyTrouble(long seed) {
        DriverWorld world = new DriverWorld(seed);
        world.claim();
        for (int i = 0; i < 60; i++) {
            String node = "n" + world.runtime.random().nextInt(3);
            try {
                if (world.runtime.random().nextInt(2) == 0) {
                    ask(world, node, FakeDriver.NAME);
                } else {
                    world.api.delete(VolumeAttachment.KIND, ObjectKey.cluster("to-" + node));
                }
            } catch (ApiException refused) {
                assertThat(refused.isAlreadyExists() || refused.isNotFound()).isTrue();
            }
            world.driver.failure = world.runtime.random().nextInt(4) == 0
                    ? Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "broken"))
                    : Optional.empty();
            world.trouble();
            world.runtime.advance(
                    Duration.ofMillis(world.runtime.random().nextInt(20_000)),
                    () -> world.api
                            .list(VolumeAttachment.KIND, "", Query.NONE)
                            .items()
                            .forEach(one -> assertThat(one.status().attached()
                                            && !one.metadata().hasDeletionTimestamp())
                                    .as("seed %d", seed)
                                    .isIn(
                                            false,
                                            world.driver.attached.contains(
                                                    "v@" + one.spec().nodeName()))));
        }
        world.driver.failure = Optional.empty();
        world.calm();
        assertThat(world.driver.attached)
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(
                        world.api.list(VolumeAttachment.KIND, "", Query.NONE).items().stream()
                                .map(one -> "v@" + one.spec().nodeName())
                                .toList());
    }
}

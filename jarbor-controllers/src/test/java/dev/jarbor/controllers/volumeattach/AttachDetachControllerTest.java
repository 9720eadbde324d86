package dev.jarbor.controllers.volumeattach;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.volumeattach.Disks.DRIVER;
import static dev.jarbor.controllers.volumeattach.Disks.bound;
import static dev.jarbor.controllers.volumeattach.Disks.disk;
import static dev.jarbor.controllers.volumeattach.Disks.inStatus;
import static dev.jarbor.controllers.volumeattach.Disks.inUse;
import static dev.jarbor.controllers.volumeattach.Disks.node;
import static dev.jarbor.controllers.volumeattach.Disks.pod;
import static dev.jarbor.controllers.volumeattach.Disks.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.api.storage.v1.CSIDriverSpec;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import dev.jarbor.api.storage.v1.VolumeAttachmentSpec;
import dev.jarbor.api.storage.v1.VolumeAttachmentStatus;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Change;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attachments of a driver whose attacher is simulated: it attaches what is asked for, and lets go of what is deleted. */
class AttachDetachControllerTest {
    private static final String HOLD = "external-attacher/" + DRIVER;

    private static World world(long seed) {
        return world(seed, new MetricRegistry());
    }

    private static World world(long seed, MetricRegistry registry) {
        World world = new World(seed);
        world.start(new AttachDetachController(world.api, world.informers, world.runtime, world.events, registry));
        attacher(world);
        world.api.put(Node.KIND, node("n1"));
        world.api.put(Node.KIND, node("n2"));
        return world;
    }

    private static AttachDetachController loop(World world) {
        return new AttachDetachController(world.api, world.informers, world.runtime, world.events);
    }

    private static void attacher(World world) {
        var informers = new SharedInformers(world.api, world.runtime);
        informers.of(VolumeAttachment.KIND).onChange(change -> {
            if (!(change instanceof Change.Deleted<VolumeAttachment>)) {
                later(world, change.object().key());
            }
        });
        informers.start();
    }

    private static void later(World world, ObjectKey key) {
        world.runtime.schedule("attacher", Duration.ofSeconds(2), () -> {
            try {
                world.api.find(VolumeAttachment.KIND, key).ifPresent(one -> serve(world, one));
            } catch (ApiException refused) {
                later(world, key);
            }
        });
    }

    private static void serve(World world, VolumeAttachment present) {
        if (present.metadata().hasDeletionTimestamp()) {
            world.api.update(
                    VolumeAttachment.KIND,
                    present.withMetadata(present.metadata().withoutFinalizers()));
        } else if (!present.status().attached()) {
            world.api.put(
                    VolumeAttachment.KIND,
                    present.withMetadata(present.metadata().withFinalizers(List.of(HOLD)))
                            .withStatus(VolumeAttachmentStatus.EMPTY.withAttached(true)));
        }
    }

    private static void claimed(World world, String name, String... modes) {
        PersistentVolumeClaim claim = world.api.put(PersistentVolumeClaim.KIND, bound(name, modes));
        world.api.put(PersistentVolume.KIND, disk(claim));
    }

    private static void on(World world, String node, UnaryOperator<Node> change) {
        world.api.put(Node.KIND, change.apply(world.the(Node.KIND, "", node)));
    }

    private static Pod run(World world, String name, String node, String claim) {
        return world.api.put(Pod.KIND, pod(name, node, claim));
    }

    private static void remove(World world, Pod pod) {
        world.api.delete(Pod.KIND, pod.key(), DeleteOptions.NONE.grace(0));
    }

    private static List<String> attached(World world, String node) {
        return world.the(Node.KIND, "", node).status().volumesAttached().stream()
                .map(AttachedVolume::name)
                .toList();
    }

    private static List<String> attachments(World world) {
        return world.all(VolumeAttachment.KIND).stream()
                .map(one -> one.spec().source().persistentVolumeName() + "@"
                        + one.spec().nodeName())
                .sorted()
                .toList();
    }

    @Test
    void aVolumeIsAttachedForItsPodAndDetachedOnceItIsUnmounted() {
        World world = world(1);
        claimed(world, "d");
        Pod pod = run(world, "db", "n1", "d");
        world.settle();
        assertThat(attachments(world)).containsExactly("d@n1");
        assertThat(attached(world, "n1")).containsExactly(inStatus("d"));
        assertThat(world.told())
                .containsOnlyOnce("SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume \"d\" ");

        on(world, "n1", node -> inUse(node, "d"));
        remove(world, pod);
        world.runtime.advance(Duration.ofMinutes(30));
        assertThat(attachments(world)).containsExactly("d@n1");
        on(world, "n1", node -> inUse(node));
        world.settle();
        assertThat(attached(world, "n1")).isEmpty();
        assertThat(attachments(world)).isEmpty();
    }

    @Test
    void anExclusiveVolumeMovesOnlyWhenItIsFree() {
        World world = world(2);
        claimed(world, "d");
        Pod first = run(world, "one", "n1", "d");
        world.settle();
        run(world, "two", "n2", "d");
        world.settle();
        assertThat(attachments(world)).containsExactly("d@n1");
        assertThat(world.told())
                .containsOnlyOnce("FailedAttachVolume: Multi-Attach error for volume \"d\" Volume is already used by"
                        + " pod(s) one");
        remove(world, first);
        world.settle();
        assertThat(attachments(world)).containsExactly("d@n2");
        assertThat(attached(world, "n2")).hasSize(1);
    }

    private static Pod naming(World world, String name, String node, String source) {
        Volume volume = new Volume((ObjectValue) Yaml.parse("{name: data, " + source + "}"));
        Pod pod = pod(name, node, "none");
        return world.api.put(Pod.KIND, pod.withSpec(pod.spec().withVolumes(List.of(volume))));
    }

    @Test
    void aDiskThatAPodNamesItselfIsAttachedAsItsDriverKnowsIt() {
        var registry = new MetricRegistry();
        World world = world(5, registry);
        String disk = "awsElasticBlockStore: {volumeID: vol-1, fsType: ext4}";
        Pod first = naming(world, "one", "n1", disk);
        world.settle();
        assertThat(world.all(VolumeAttachment.KIND))
                .singleElement()
                .satisfies(attachment -> assertThat(attachment.spec().value()).isEqualTo(Yaml.parse("""
                        attacher: ebs.csi.aws.com
                        nodeName: n1
                        source:
                          inlineVolumeSpec:
                            accessModes: [ReadWriteOnce]
                            csi:
                              driver: ebs.csi.aws.com
                              volumeHandle: vol-1
                              fsType: ext4
                              volumeAttributes: {partition: '0'}
                        """)));
        assertThat(attached(world, "n1")).containsExactly("kubernetes.io/csi/ebs.csi.aws.com^vol-1");
        assertThat(world.told())
                .containsOnlyOnce("SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume"
                        + " \"ebs.csi.aws.com-vol-1\" ");

        naming(world, "two", "n2", disk);
        world.settle();
        assertThat(world.told())
                .containsOnlyOnce(
                        "FailedAttachVolume: Multi-Attach error for volume \"ebs.csi.aws.com-vol-1\" Volume is"
                                + " already used by pod(s) one");
        remove(world, first);
        world.settle();
        assertThat(world.all(VolumeAttachment.KIND))
                .singleElement()
                .satisfies(
                        attachment -> assertThat(attachment.spec().nodeName()).isEqualTo("n2"));
        assertThat(attached(world, "n1")).isEmpty();
        assertThat(registry.text()).contains("migrated=\"true\"");
    }

    @Test
    void aDiskIsTheSameWhetherItIsNamedOrClaimed() {
        World world = world(6);
        naming(world, "one", "n1", "awsElasticBlockStore: {volumeID: vol-1}");
        world.settle();
        PersistentVolumeClaim claim = world.api.put(PersistentVolumeClaim.KIND, bound("d"));
        PersistentVolume volume = disk(claim);
        world.api.put(
                PersistentVolume.KIND,
                volume.withSpec(volume.spec()
                        .withCsi(volume.spec()
                                .csi()
                                .withDriver("ebs.csi.aws.com")
                                .withVolumeHandle("vol-1"))));
        Pod same = run(world, "two", "n1", "d");
        run(world, "three", "n2", "d");
        world.settle();
        assertThat(attached(world, "n1")).hasSize(1);
        assertThat(world.all(VolumeAttachment.KIND)).hasSize(1);
        assertThat(world.told())
                .containsOnlyOnce("FailedAttachVolume: Multi-Attach error for volume \"d\" Volume is already used by"
                        + " pod(s) one, two");
        remove(world, world.the(Pod.KIND, NAMESPACE, "one"));
        world.settle();
        assertThat(attached(world, "n1")).hasSize(1);
        remove(world, same);
        world.settle();
        assertThat(attachments(world)).containsExactly("d@n2");
    }

    @Test
    void aSharedVolumeIsAttachedToSeveralNodesAndOneThatNeedsNoAttachingToNone() {
        World world = world(3);
        claimed(world, "d", "ReadWriteMany");
        run(world, "one", "n1", "d");
        run(world, "two", "n2", "d");
        world.settle();
        assertThat(attachments(world)).containsExactly("d@n1", "d@n2");

        world.api.put(CSIDriver.KIND, CSIDriver.named(DRIVER).withSpec(CSIDriverSpec.EMPTY.withAttachRequired(false)));
        world.settle();
        assertThat(attachments(world)).isEmpty();
    }

    @Test
    void aNodeThatDoesNotAnswerIsWaitedForAndOneOutOfServiceIsNot() {
        var registry = new MetricRegistry();
        World world = world(4, registry);
        claimed(world, "d");
        Pod first = run(world, "one", "n1", "d");
        world.settle();
        on(world, "n1", node -> ready(inUse(node, "d"), "Unknown"));
        remove(world, first);
        run(world, "two", "n2", "d");
        world.runtime.advance(Duration.ofMinutes(5));
        assertThat(attachments(world)).containsExactly("d@n1");
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(attachments(world)).containsExactly("d@n2");

        on(world, "n1", node -> ready(inUse(node), "True"));
        on(world, "n2", node -> ready(inUse(node, "d"), "Unknown"));
        remove(world, world.the(Pod.KIND, NAMESPACE, "two"));
        on(world, "n2", Disks::outOfService);
        run(world, "three", "n1", "d");
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(attachments(world)).containsExactly("d@n1");
        String forced = "attach_detach_controller_attachdetach_controller_forced_detaches{reason=\"%s\"} 1\n";
        String plugin = "kubernetes.io/csi:" + DRIVER;
        assertThat(registry.text())
                .contains(forced.formatted("timeout"))
                .contains(forced.formatted("out-of-service"))
                .contains("attachdetach_controller_total_volumes{plugin_name=\"" + plugin
                        + "\",state=\"actual_state_of_world\"} 1\n")
                .contains("storage_count_attachable_volumes_in_use{node=\"n1\",volume_plugin=\"" + plugin + "\"} 1\n");
    }

    @Test
    void howLongTheDriverTakesIsMeasured() {
        var registry = new MetricRegistry();
        World world = world(4, registry);
        claimed(world, "d");
        run(world, "db", "n1", "d");
        world.settle();
        world.api.delete(Pod.KIND, new ObjectKey(NAMESPACE, "db"), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(attachments(world)).isEmpty();
        for (String operation : List.of("volume_attach", "volume_detach")) {
            assertThat(registry.text())
                    .contains("storage_operation_duration_seconds_count{volume_plugin=\"kubernetes.io/csi:" + DRIVER
                            + "\",operation_name=\"" + operation + "\",status=\"success\",migrated=\"false\"} 1\n");
        }
    }

    @Test
    void aNodeThatAttachesByItselfIsLeftAlone() {
        World world = world(5);
        world.api.put(Node.KIND, Node.named("self"));
        claimed(world, "d");
        run(world, "db", "self", "d");
        world.settle();
        assertThat(attachments(world)).isEmpty();
    }

    @Test
    void attachmentsThatWereNotMadeHereAreLeftAlone() {
        World world = world(6);
        world.api.create(
                VolumeAttachment.KIND,
                VolumeAttachment.named("by-hand")
                        .withSpec(VolumeAttachmentSpec.EMPTY
                                .withAttacher(DRIVER)
                                .withNodeName("n1")
                                .withSource(VolumeAttachmentSource.EMPTY.withPersistentVolumeName("nothing"))));
        world.settle();
        assertThat(attachments(world)).containsExactly("nothing@n1");
    }

    @Test
    void whatIsAttachedStaysAsItIs() {
        World world = world(7);
        claimed(world, "d");
        run(world, "db", "n1", "d");
        world.settle();
        String version = world.api.resourceVersion();
        world.api.dropWatches();
        world.api.forgetHistory();
        world.settle();
        loop(world).start();
        world.settle();
        assertThat(world.api.resourceVersion()).isEqualTo(version);
    }

    /** The node as its agent keeps it: what its pods use is in use, what none does is not. */
    private static void mount(World world, String node, List<String> claims) {
        on(
                world,
                node,
                present -> inUse(
                        present,
                        claims.stream()
                                .filter(claim -> world.api
                                        .find(Pod.KIND, new ObjectKey(NAMESPACE, claim))
                                        .filter(pod -> pod.spec().nodeName().equals(node))
                                        .isPresent())
                                .toArray(String[]::new)));
    }

    /** No exclusive volume is on two nodes, and none is taken from a node that has it in use. */
    private static void check(World world, long seed) {
        var holders = new TreeMap<String, String>();
        for (VolumeAttachment one : world.all(VolumeAttachment.KIND)) {
            String volume = one.spec().source().persistentVolumeName();
            assertThat(holders.put(volume, one.spec().nodeName()))
                    .as("seed %d", seed)
                    .isNull();
            if (one.metadata().hasDeletionTimestamp()) {
                assertThat(attached(world, one.spec().nodeName()))
                        .as("seed %d", seed)
                        .doesNotContain(inStatus(volume));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noExclusiveVolumeIsEverAttachedTwiceHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed);
        AttachDetachController loop = loop(world);
        world.start(loop);
        attacher(world);
        world.api.put(Node.KIND, node("n1"));
        world.api.put(Node.KIND, node("n2"));
        List<String> claims = List.of("a", "b", "c");
        claims.forEach(name -> claimed(world, name));
        for (int i = 0; i < 120; i++) {
            String claim = claims.get(world.runtime.random().nextInt(3));
            run(world, claim, "n" + (1 + world.runtime.random().nextInt(2)), claim);
            mount(world, "n1", claims);
            mount(world, "n2", claims);
            world.trouble(10);
            if (i % 13 == 0) {
                loop.close();
                loop = loop(world);
                loop.start();
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(6000)), () -> check(world, seed));
        }
        world.calm();
        assertThat(attachments(world))
                .as("seed %d", seed)
                .isEqualTo(world.all(Pod.KIND).stream()
                        .map(pod -> pod.name() + "@" + pod.spec().nodeName())
                        .sorted()
                        .toList());
    }
}

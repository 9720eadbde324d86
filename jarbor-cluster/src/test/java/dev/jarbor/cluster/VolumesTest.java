package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentStatus;
import dev.jarbor.api.storage.v1.VolumeAttributesClass;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Volumes of the simulated driver and folders of nodes, through their life: server, all loops, scheduler, the loops beside
 * drivers, and two node agents that can be lost.
 */
class VolumesTest {
    private static final String DISK = "kubernetes.io/csi/simulated.csi.jarbor.dev^disk-1";

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final ApiServer server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);
    private final TreeMap<String, NodeAgent> agents = new TreeMap<>();
    private final ControlPlane plane;

    VolumesTest() {
        server.start();
        plane = new ControlPlane(server, new NodeDirectory(), runtime, "");
    }

    @BeforeEach
    void start() {
        switchOn("n0", 0);
        switchOn("n1", 1);
        LocalStorage.publish(plane);
        SimulatedStorage.start(plane, name -> true);
        plane.startLoops();
        plane.api().create(Namespace.KIND, Namespace.named("shop"));
        runtime.advance(Duration.ofSeconds(10));
    }

    private void switchOn(String name, int index) {
        var informers = new SharedInformers(plane.api(), runtime);
        var agent = new NodeAgent(
                plane.api(),
                informers,
                runtime,
                new ApiEventRecorder(plane.api(), runtime, "kubelet", name),
                new SimulatedContainers(runtime, SimulationSettings.of(SimulatedAddresses.pods(index))),
                NodeSettings.simulated(name, SimulatedAddresses.machine(index)));
        agents.put(name, agent);
        agent.start();
        informers.start();
    }

    private void lose(String node) {
        Objects.requireNonNull(agents.get(node), node).close();
    }

    @AfterEach
    void stop() {
        agents.values().forEach(NodeAgent::close);
        plane.close();
    }

    private <T extends KubeObject> T create(Kind<T> kind, String yaml) {
        ObjectValue object = (ObjectValue) Yaml.parse(yaml);
        return plane.api()
                .create(
                        kind,
                        kind.read(
                                kind.namespaced()
                                        ? object.update("metadata", metadata -> metadata.with("namespace", "shop"))
                                        : object));
    }

    private static ObjectKey key(Kind<?> kind, String name) {
        return kind.namespaced() ? new ObjectKey("shop", name) : ObjectKey.cluster(name);
    }

    private <T extends KubeObject> T get(Kind<T> kind, String name) {
        return plane.api().get(kind, key(kind, name));
    }

    private <T extends KubeObject> List<T> all(Kind<T> kind) {
        return plane.api().list(kind, "", Query.NONE).items();
    }

    private void patch(Kind<?> kind, String name, String yaml) {
        plane.api().patch(kind, key(kind, name), Patch.merge((ObjectValue) Yaml.parse(yaml)));
    }

    private void until(String what, BooleanSupplier holds) {
        assertThat(runtime.runUntil(holds, Duration.ofMinutes(10))).as(what).isTrue();
    }

    private boolean runs(String pod) {
        return plane.api()
                .find(Pod.KIND, new ObjectKey("shop", pod))
                .filter(one -> one.status().phase().equals("Running"))
                .isPresent();
    }

    @Test
    void aVolumeOfACloudIsMadeInTheZoneOfItsPodWhereverItsDriverMayBe() {
        patch(Node.KIND, "n1", "metadata: {labels: {topology.kubernetes.io/zone: b}}");
        create(
                StorageClass.KIND,
                "{metadata: {name: gp3}, provisioner: ebs.csi.aws.com, volumeBindingMode: WaitForFirstConsumer}");
        create(PersistentVolumeClaim.KIND, """
                metadata: {name: data}
                spec: {storageClassName: gp3, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        pod("web", "n1");
        until("web runs", () -> runs("web"));
        PersistentVolume volume = get(PersistentVolume.KIND, claim().spec().volumeName());
        assertThat(volume.spec().csi().driver()).isEqualTo("ebs.csi.aws.com");
        assertThat(volume.spec().nodeAffinity().required().nodeSelectorTerms())
                .singleElement()
                .satisfies(term ->
                        assertThat(term.matchExpressions().getFirst().values()).containsExactly("b"));
        assertThat(holders()).containsExactly("n1");

        plane.api().delete(Pod.KIND, new ObjectKey("shop", "web"));
        plane.api().delete(PersistentVolumeClaim.KIND, new ObjectKey("shop", "data"));
        until(
                "nothing is left",
                () -> all(PersistentVolume.KIND).isEmpty()
                        && all(VolumeAttachment.KIND).isEmpty());
    }

    @Test
    void aDriverThatSomebodyPlaysIsLeftToThem() {
        create(
                CSIDriver.KIND,
                "{metadata: {name: simulated.csi.jarbor.dev, annotations: {jarbor.dev/simulated: 'false'}}}");
        disk();
        pod("web", "n0");
        runtime.advance(Duration.ofMinutes(3));
        assertThat(runs("web")).isFalse();
        assertThat(told())
                .contains("FailedAttachVolume: AttachVolume.Attach failed for volume \"d\" : timed out waiting for"
                        + " external-attacher of simulated.csi.jarbor.dev CSI driver to attach volume disk-1");
        plane.api()
                .updateStatus(
                        VolumeAttachment.KIND,
                        all(VolumeAttachment.KIND)
                                .getFirst()
                                .withStatus(VolumeAttachmentStatus.EMPTY.withAttached(true)));
        until("web runs", () -> runs("web"));
    }

    @Test
    void aVolumeOfAnOldKindIsAttachedThroughTheDriverThatHasTakenItOver() {
        create(
                StorageClass.KIND,
                "{metadata: {name: old}, provisioner: kubernetes.io/aws-ebs, allowVolumeExpansion: true}");
        create(PersistentVolume.KIND, """
                metadata: {name: d, labels: {topology.kubernetes.io/zone: b}}
                spec:
                  storageClassName: old
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  awsElasticBlockStore: {volumeID: 'aws://b/vol-1'}
                """);
        PersistentVolume made = get(PersistentVolume.KIND, "d");
        create(PersistentVolumeClaim.KIND, """
                metadata: {name: data}
                spec: {storageClassName: old, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        pod("web", "n0");
        until("web runs", () -> runs("web"));
        assertThat(attached("n0")).containsExactly("kubernetes.io/csi/ebs.csi.aws.com^vol-1");
        assertThat(inUse("n0")).containsExactly("kubernetes.io/csi/ebs.csi.aws.com^vol-1");
        assertThat(all(VolumeAttachment.KIND)).singleElement().satisfies(attachment -> {
            assertThat(attachment.spec().attacher()).isEqualTo("ebs.csi.aws.com");
            assertThat(attachment.spec().source().persistentVolumeName()).isEqualTo("d");
        });
        patch(PersistentVolumeClaim.KIND, "data", "spec: {resources: {requests: {storage: 2Gi}}}");
        until("it has grown", () -> claim().status().capacity().toString().equals("{storage=2Gi}"));
        assertThat(get(PersistentVolume.KIND, "d").spec().awsElasticBlockStore())
                .isEqualTo(made.spec().awsElasticBlockStore());

        plane.api().delete(Pod.KIND, new ObjectKey("shop", "web"));
        until("nothing is attached", () -> all(VolumeAttachment.KIND).isEmpty());
    }

    @Test
    void aDiskThatAPodNamesItselfIsAttachedBeforeThePodRuns() {
        create(Pod.KIND, """
                metadata: {name: web}
                spec:
                  nodeSelector: {kubernetes.io/hostname: n0}
                  containers: [{name: c, image: nginx}]
                  volumes: [{name: data, gcePersistentDisk: {pdName: d}}]
                """);
        until("web runs", () -> runs("web"));
        String disk = "kubernetes.io/csi/pd.csi.storage.gke.io^projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d";
        assertThat(attached("n0")).containsExactly(disk);
        assertThat(inUse("n0")).containsExactly(disk);
        assertThat(all(VolumeAttachment.KIND)).singleElement().satisfies(attachment -> {
            assertThat(attachment.spec().source().inlineVolumeSpec().csi().driver())
                    .isEqualTo("pd.csi.storage.gke.io");
            assertThat(attachment.metadata().finalizers()).containsExactly("external-attacher/pd-csi-storage-gke-io");
        });
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "web"));
        until("nothing is attached", () -> all(VolumeAttachment.KIND).isEmpty());
        assertThat(inUse("n0")).isEmpty();
    }

    /** A class, a volume of the simulated driver, and a claim that is bound to it. */
    private void disk() {
        create(
                StorageClass.KIND,
                "{metadata: {name: disk}, provisioner: simulated.csi.jarbor.dev, allowVolumeExpansion: true}");
        create(PersistentVolume.KIND, """
                metadata: {name: d}
                spec:
                  storageClassName: disk
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  csi: {driver: simulated.csi.jarbor.dev, volumeHandle: disk-1}
                """);
        runtime.advance(Duration.ofSeconds(1));
        create(PersistentVolumeClaim.KIND, """
                metadata: {name: data}
                spec: {storageClassName: disk, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        until("the claim is bound", () -> claim().status().phase().equals("Bound"));
    }

    private PersistentVolumeClaim claim() {
        return get(PersistentVolumeClaim.KIND, "data");
    }

    private void pod(String name, String node) {
        create(Pod.KIND, """
                metadata: {name: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  containers: [{name: c, image: nginx}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """.formatted(name, node));
    }

    private List<String> attached(String node) {
        return get(Node.KIND, node).status().volumesAttached().stream()
                .map(AttachedVolume::name)
                .toList();
    }

    private List<String> inUse(String node) {
        return get(Node.KIND, node).status().volumesInUse();
    }

    private List<String> holders() {
        return all(VolumeAttachment.KIND).stream()
                .map(one -> one.spec().nodeName())
                .toList();
    }

    /** What events say once they have been written. */
    private List<String> told() {
        runtime.advance(Duration.ofSeconds(2));
        return all(Event.KIND).stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    @Test
    void aPodStartsOnceItsVolumeIsAttachedAndTheVolumeIsDetachedOnceItIsUnmounted() {
        disk();
        pod("web", "n0");
        until("web runs", () -> runs("web"));
        assertThat(attached("n0")).containsExactly(DISK);
        assertThat(inUse("n0")).containsExactly(DISK);
        VolumeAttachment attachment = all(VolumeAttachment.KIND).getFirst();
        assertThat(attachment.spec().attacher()).isEqualTo("simulated.csi.jarbor.dev");
        assertThat(attachment.status().attached()).isTrue();
        assertThat(told())
                .contains("SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume \"d\" ")
                .noneMatch(event -> event.startsWith("FailedMount"));

        plane.api().delete(Pod.KIND, new ObjectKey("shop", "web"));
        until("nothing is attached", () -> all(VolumeAttachment.KIND).isEmpty());
        runtime.advance(Duration.ofSeconds(15));
        assertThat(attached("n0")).isEmpty();
        assertThat(inUse("n0")).isEmpty();
    }

    @Test
    void aPodWhoseVolumeAnotherNodeHasWaitsForIt() {
        disk();
        pod("one", "n0");
        until("one runs", () -> runs("one"));
        pod("two", "n1");
        runtime.advance(Duration.ofMinutes(2));
        assertThat(runs("two")).isFalse();
        assertThat(holders()).containsExactly("n0");
        assertThat(told())
                .contains("FailedAttachVolume: Multi-Attach error for volume \"d\" Volume is already used by pod(s)"
                        + " one");
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "one"));
        until("two runs", () -> runs("two"));
        assertThat(holders()).containsExactly("n1");
    }

    @Test
    void aVolumeIsTakenFromALostNodeAfterSixMinutesOrAtOnceWhenItIsOutOfService() {
        disk();
        pod("one", "n0");
        until("one runs", () -> runs("one"));
        lose("n0");
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "one"), DeleteOptions.NONE.grace(0));
        pod("two", "n1");
        runtime.advance(Duration.ofMinutes(5));
        assertThat(holders()).containsExactly("n0");
        until("two runs", () -> runs("two"));

        lose("n1");
        until(
                "n1 is not heard of",
                () -> get(Node.KIND, "n1").spec().taints().stream()
                        .anyMatch(taint -> taint.key().equals("node.kubernetes.io/unreachable")));
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "two"));
        runtime.advance(Duration.ofMinutes(1));
        assertThat(all(Pod.KIND)).hasSize(1);
        patch(Node.KIND, "n1", "spec: {taints: [{key: node.kubernetes.io/out-of-service, effect: NoExecute}]}");
        runtime.advance(Duration.ofMinutes(1));
        assertThat(all(Pod.KIND)).isEmpty();
        assertThat(holders()).isEmpty();
    }

    @Test
    void aFolderGrowsForAClaimOfTheLocalClass() {
        create(
                PersistentVolumeClaim.KIND,
                "metadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        pod("web", "n1");
        until("web runs", () -> runs("web"));
        patch(PersistentVolumeClaim.KIND, "data", "spec: {resources: {requests: {storage: 3Gi}}}");
        until("it has grown", () -> claim().status().capacity().toString().equals("{storage=3Gi}"));
        assertThat(get(PersistentVolume.KIND, claim().spec().volumeName())
                        .spec()
                        .capacity())
                .hasToString("{storage=3Gi}");
        assertThat(claim().status().hasConditions()).isFalse();
        assertThat(told())
                .contains(
                        "ExternalExpanding: waiting for an external controller to expand this PVC",
                        "VolumeResizeSuccessful: Resize volume succeeded");
    }

    @Test
    void aVolumeOfADriverGrowsAndItsFileSystemWithThePodThatUsesIt() {
        disk();
        patch(PersistentVolumeClaim.KIND, "data", "spec: {resources: {requests: {storage: 2Gi}}}");
        until(
                "the driver is done",
                () -> claim().status().allocatedResourceStatuses().containsValue("NodeResizePending"));
        assertThat(claim().status().capacity()).hasToString("{storage=1Gi}");
        assertThat(claim().status().conditions().getLast().type()).isEqualTo("FileSystemResizePending");
        pod("web", "n0");
        until("it has grown", () -> claim().status().capacity().toString().equals("{storage=2Gi}"));
        assertThat(claim().status().hasAllocatedResourceStatuses()).isFalse();
        assertThat(claim().status().hasConditions()).isFalse();
    }

    @Test
    void anExpansionThatCannotBeIsTakenBack() {
        disk();
        patch(PersistentVolumeClaim.KIND, "data", "spec: {resources: {requests: {storage: 100Ti}}}");
        until(
                "it is refused",
                () -> claim().status().allocatedResourceStatuses().containsValue("ControllerResizeInfeasible"));
        patch(PersistentVolumeClaim.KIND, "data", "spec: {resources: {requests: {storage: 2Gi}}}");
        pod("web", "n0");
        until("it has grown", () -> claim().status().capacity().toString().equals("{storage=2Gi}"));
        assertThat(claim().status().hasConditions()).isFalse();
    }

    @Test
    void aClaimChangesItsAttributesAndAClassIsKeptWhileSomebodyHasIt() {
        disk();
        for (String name : List.of("silver", "gold")) {
            create(
                    VolumeAttributesClass.KIND,
                    "{metadata: {name: %s}, driverName: simulated.csi.jarbor.dev, parameters: {iops: '%d'}}"
                            .formatted(name, name.length() * 100));
        }
        patch(PersistentVolumeClaim.KIND, "data", "spec: {volumeAttributesClassName: silver}");
        until(
                "silver",
                () -> claim().status().currentVolumeAttributesClassName().equals("silver"));
        assertThat(get(PersistentVolume.KIND, "d").spec().volumeAttributesClassName())
                .isEqualTo("silver");

        plane.api().delete(VolumeAttributesClass.KIND, ObjectKey.cluster("silver"));
        runtime.advance(Duration.ofMinutes(1));
        assertThat(get(VolumeAttributesClass.KIND, "silver").metadata().hasDeletionTimestamp())
                .isTrue();
        patch(PersistentVolumeClaim.KIND, "data", "spec: {volumeAttributesClassName: gold}");
        until("gold", () -> claim().status().currentVolumeAttributesClassName().equals("gold"));
        runtime.advance(Duration.ofMinutes(1));
        assertThat(all(VolumeAttributesClass.KIND))
                .extracting(VolumeAttributesClass::name)
                .containsExactly("gold");
    }

    @Test
    void attributesThatCannotBeAreSaidSo() {
        disk();
        create(
                VolumeAttributesClass.KIND,
                "{metadata: {name: odd}, driverName: simulated.csi.jarbor.dev, parameters: {colour: red}}");
        patch(PersistentVolumeClaim.KIND, "data", "spec: {volumeAttributesClassName: odd}");
        until(
                "it is refused",
                () -> claim().status().modifyVolumeStatus().status().equals("Infeasible"));
        assertThat(claim().status().modifyVolumeStatus().targetVolumeAttributesClassName())
                .isEqualTo("odd");
        assertThat(claim().status().hasCurrentVolumeAttributesClassName()).isFalse();
        assertThat(told()).contains("VolumeModifyFailed: a simulated volume cannot have colour=red");
    }
}

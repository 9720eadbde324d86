package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.storage.v1.CSINode;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Patch;
import dev.jarbor.client.fake.FakeApi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods with volumes of kinds whose work a driver has taken over, on two nodes. */
class InTreeVolumesTest {
    private final SchedulerWorld world = new SchedulerWorld(1, "n1", "n2");
    private final FakeApi api = world.api;

    private <T extends KubeObject> void put(Kind<T> kind, String yaml) {
        api.put(kind, kind.read((ObjectValue) Yaml.parse(yaml)));
    }

    private void label(String node, String labels) {
        api.patch(Node.KIND, ObjectKey.cluster(node), Patch.merge((ObjectValue)
                Yaml.parse("metadata: {labels: " + labels + "}")));
        world.settle();
    }

    /** A volume of Amazon's, and a claim of its name that is bound to it. */
    private void disk(String name, String labels) {
        put(PersistentVolume.KIND, """
                metadata: {name: %1$s, labels: %2$s}
                spec:
                  awsElasticBlockStore: {volumeID: vol-%1$s}
                  accessModes: [ReadWriteOnce]
                  claimRef: {namespace: default, name: %1$s}
                """.formatted(name, labels));
        put(PersistentVolumeClaim.KIND, """
                metadata: {namespace: default, name: %1$s, annotations: {pv.kubernetes.io/bind-completed: 'yes'}}
                spec: {volumeName: %1$s, accessModes: [ReadWriteOnce]}
                """.formatted(name));
    }

    private void using(String name, String... claims) {
        api.create(Pod.KIND, SchedulerWorld.using(pod(name, "100m"), claims));
        world.settle();
    }

    private void naming(String pod, String... sources) {
        Pod made = pod(pod, "100m");
        var volumes = new ArrayList<Volume>();
        for (String source : sources) {
            volumes.add(new Volume((ObjectValue) Yaml.parse("{name: v" + volumes.size() + ", " + source + "}")));
        }
        api.create(Pod.KIND, made.withSpec(made.spec().withVolumes(volumes)));
        world.settle();
    }

    @Test
    void aPodGoesToTheZoneThatTheLabelsOfItsVolumeName() {
        disk("a", "{topology.kubernetes.io/zone: z2__z3, topology.kubernetes.io/region: r}");
        label("n1", "{topology.kubernetes.io/zone: z1, topology.kubernetes.io/region: r}");
        label("n2", "{topology.kubernetes.io/zone: z9, topology.kubernetes.io/region: r}");
        using("web", "a");
        assertThat(world.nodeOf("web")).isEmpty();
        assertThat(world.told())
                .contains("0/2 nodes are available: 2 node(s) had no available volume zone. preemption: 0/2 nodes are"
                        + " available: 2 Preemption is not helpful for scheduling.");
        label("n2", "{topology.kubernetes.io/zone: z3}");
        assertThat(world.nodeOf("web")).isEqualTo("n2");
    }

    @Test
    void oldNamesOfZonesAreUnderstoodAndNodesWithoutZonesAreInAll() {
        disk("a", "{failure-domain.beta.kubernetes.io/zone: z2}");
        label("n1", "{topology.kubernetes.io/zone: z1}");
        label("n2", "{topology.kubernetes.io/zone: z2}");
        using("web", "a");
        assertThat(world.nodeOf("web")).isEqualTo("n2");
        disk("b", "{topology.kubernetes.io/zone: z5}");
        label("n1", "{topology.kubernetes.io/zone: null}");
        using("other", "b");
        assertThat(world.nodeOf("other")).isEqualTo("n1");
    }

    @Test
    void whereTheDriverHasTakenOverItsOwnLabelSaysWhereItsZonesAre() {
        disk("a", "{topology.kubernetes.io/zone: z}");
        for (String node : List.of("n1", "n2")) {
            put(CSINode.KIND, """
                    metadata:
                      name: %s
                      annotations: {storage.alpha.kubernetes.io/migrated-plugins: 'kubernetes.io/aws-ebs,kubernetes.io/cinder'}
                    spec: {drivers: []}
                    """.formatted(node));
        }
        using("web", "a");
        assertThat(world.told())
                .contains("0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity."
                        + " preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.");
        label("n2", "{topology.ebs.csi.aws.com/zone: z}");
        assertThat(world.nodeOf("web")).isEqualTo("n2");
    }

    @Test
    void suchVolumesCountByTheLimitOfTheDriverWhereItHasTakenOver() {
        String drivers = "spec: {drivers: [{name: ebs.csi.aws.com, nodeID: one, allocatable: {count: 1}}]}";
        put(
                CSINode.KIND,
                "metadata: {name: n1, annotations: {storage.alpha.kubernetes.io/migrated-plugins:"
                        + " kubernetes.io/aws-ebs}}\n" + drivers);
        put(CSINode.KIND, "metadata: {name: n2}\n" + drivers);
        disk("a", "{}");
        disk("b", "{}");
        using("web", "a", "b");
        assertThat(world.nodeOf("web")).isEqualTo("n2");
    }

    @Test
    void volumesThatAPodNamesItselfCountToo() {
        for (String node : List.of("n1", "n2")) {
            put(CSINode.KIND, """
                    metadata: {name: %s, annotations: {storage.alpha.kubernetes.io/migrated-plugins: kubernetes.io/cinder}}
                    spec: {drivers: [{name: cinder.csi.openstack.org, nodeID: one, allocatable: {count: 1}}]}
                    """.formatted(node));
        }
        naming("one", "cinder: {volumeID: a}");
        naming("two", "cinder: {volumeID: b}");
        assertThat(List.of(world.nodeOf("one"), world.nodeOf("two"))).containsExactlyInAnyOrder("n1", "n2");
        naming("three", "cinder: {volumeID: c}");
        assertThat(world.nodeOf("three")).isEmpty();
        put(VolumeAttachment.KIND, """
                metadata: {name: csi-1}
                spec:
                  attacher: cinder.csi.openstack.org
                  nodeName: %s
                  source: {inlineVolumeSpec: {csi: {driver: cinder.csi.openstack.org, volumeHandle: d}}}
                """.formatted(world.nodeOf("two")));
        api.delete(Pod.KIND, new ObjectKey("default", "two"), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(world.nodeOf("three")).isEmpty();
        api.delete(VolumeAttachment.KIND, ObjectKey.cluster("csi-1"));
        world.settle();
        assertThat(world.nodeOf("three")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            awsElasticBlockStore: {volumeID: a}           | awsElasticBlockStore: {volumeID: b}
            gcePersistentDisk: {pdName: a}                | gcePersistentDisk: {pdName: b}
            iscsi: {iqn: a, targetPortal: p, lun: 0}      | iscsi: {iqn: b, targetPortal: p, lun: 0}
            rbd: {monitors: [m, k], pool: p, image: a}    | rbd: {monitors: [m], pool: q, image: a}
            rbd: {monitors: [m, k], pool: p, image: a}    | rbd: {monitors: [m], pool: p, image: b}
            rbd: {monitors: [m, k], pool: p, image: a}    | rbd: {monitors: [o], pool: p, image: a}
            """)
    void noTwoPodsOfANodeNameTheSameDisk(String disk, String other) {
        naming("one", disk);
        naming("two", disk);
        assertThat(List.of(world.nodeOf("one"), world.nodeOf("two"))).containsExactlyInAnyOrder("n1", "n2");
        naming("three", disk);
        assertThat(world.nodeOf("three")).isEmpty();
        assertThat(world.told())
                .contains("0/2 nodes are available: 2 node(s) had no available disk. preemption: 0/2 nodes are"
                        + " available: 2 No preemption victims found for incoming pod.");
        naming("four", other);
        assertThat(world.nodeOf("four")).isNotEmpty();
        api.delete(Pod.KIND, new ObjectKey("default", "one"), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(world.nodeOf("three")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gcePersistentDisk: {pdName: a             | 3
            iscsi: {iqn: a, targetPortal: p, lun: 0   | 3
            rbd: {monitors: [m], pool: p, image: a    | 3
            awsElasticBlockStore: {volumeID: a        | 2
            """)
    void aDiskThatIsOnlyReadMayBeNamedBySeveralButNotAnyKind(String disk, int placed) {
        for (String pod : List.of("one", "two", "three")) {
            naming(pod, disk + ", readOnly: true}");
        }
        assertThat(List.of("one", "two", "three").stream()
                        .filter(pod -> !world.nodeOf(pod).isEmpty()))
                .hasSize(placed);
        naming("writer", disk + "}");
        assertThat(world.nodeOf("writer")).isEmpty();
    }
}

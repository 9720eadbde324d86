package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database whose volume is of a cloud: two nodes in its zone, one in another. */
class EmbeddedVolumesTest {
    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT
            .withTime(TimeMode.MANUAL)
            .withEachNode(node -> node.inZone(node.name().equals("node-2") ? "b" : "a")));

    @AfterEach
    void close() {
        cluster.close();
    }

    private <T extends KubeObject> void create(Kind<T> kind, String yaml) {
        ObjectValue object = (ObjectValue) Yaml.parse(yaml);
        cluster.api()
                .create(
                        kind,
                        kind.read(
                                kind.namespaced()
                                        ? object.update("metadata", metadata -> metadata.with("namespace", "default"))
                                        : object));
    }

    private Optional<Pod> db() {
        return cluster.api().find(Pod.KIND, new ObjectKey("default", "db-0"));
    }

    private boolean runs() {
        return db().filter(pod -> pod.status().phase().equals("Running")
                        && !pod.metadata().hasDeletionTimestamp())
                .isPresent();
    }

    private String node() {
        return db().map(pod -> pod.spec().nodeName()).orElse("");
    }

    private List<String> holders() {
        return cluster.api().list(VolumeAttachment.KIND, "", Query.NONE).items().stream()
                .map(one -> one.spec().nodeName())
                .toList();
    }

    private String zone(String node) {
        return cluster.api()
                .get(Node.KIND, ObjectKey.cluster(node))
                .metadata()
                .labels()
                .getOrDefault("topology.kubernetes.io/zone", "");
    }

    private void until(String what, BooleanSupplier holds) {
        assertThat(cluster.time().until(holds, Duration.ofMinutes(10))).as(what).isTrue();
    }

    private void database(String storageClass, String zone) {
        create(StatefulSet.KIND, """
                metadata: {name: db}
                spec:
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec:
                      nodeSelector: {topology.kubernetes.io/zone: %s}
                      containers: [{name: c, image: postgres, volumeMounts: [{name: data, mountPath: /data}]}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """.formatted(zone, storageClass));
        until("the database runs", this::runs);
    }

    @Test
    void aClaimOfTheDefaultClassFindsAVolume() {
        database("local-path", "a");
        assertThat(cluster.api()
                        .get(PersistentVolumeClaim.KIND, new ObjectKey("default", "data-db-0"))
                        .status()
                        .phase())
                .isEqualTo("Bound");
    }

    /** The database is lost with its node, which somebody then says is out of service. */
    private String loseNodeOf(String zone) {
        create(
                StorageClass.KIND,
                "{metadata: {name: gp3}, provisioner: ebs.csi.aws.com, volumeBindingMode: WaitForFirstConsumer}");
        database("gp3", zone);
        String lost = node();
        assertThat(zone(lost)).isEqualTo(zone);
        assertThat(holders()).containsExactly(lost);
        cluster.faults().loseNode(lost);
        cluster.time().advance(Duration.ofMinutes(30));
        assertThat(runs()).isFalse();
        assertThat(node()).isEqualTo(lost);
        assertThat(holders()).containsExactly(lost);
        cluster.api().patch(Node.KIND, ObjectKey.cluster(lost), Patch.strategic((ObjectValue)
                Yaml.parse("spec: {taints: [{key: node.kubernetes.io/out-of-service, effect: NoExecute}]}")));
        return lost;
    }

    @Test
    void aDatabaseOnALostNodeComesBackWithItsVolumeOnceSomebodySaysThatTheNodeIsOutOfService() {
        String lost = loseNodeOf("a");
        until("the database runs again", this::runs);
        assertThat(node()).isNotEqualTo(lost);
        assertThat(zone(node())).isEqualTo("a");
        assertThat(holders()).containsExactly(node());
    }

    @Test
    void aVolumeDoesNotLeaveItsZone() {
        loseNodeOf("b");
        cluster.time().advance(Duration.ofMinutes(10));
        assertThat(runs()).isFalse();
        assertThat(node()).isEmpty();
        assertThat(holders()).isEmpty();
    }
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims of the default class on simulated nodes: server, all loops, scheduler, node agents and provisioner together. */
class LocalStorageTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final ApiServer server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);
    private final SimulatedNodes nodes = new SimulatedNodes(3, "");
    private final ControlPlane plane;

    LocalStorageTest() {
        server.start();
        plane = new ControlPlane(server, new NodeDirectory(), runtime, "");
    }

    @BeforeEach
    void start() {
        nodes.start(plane);
        plane.startLoops();
        plane.api().create(Namespace.KIND, Namespace.named("shop"));
        runtime.advance(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        nodes.close();
        plane.close();
    }

    private <T extends KubeObject> T create(Kind<T> kind, String yaml) {
        ObjectValue object = (ObjectValue) Yaml.parse(yaml);
        return plane.api()
                .create(kind, kind.read(object.update("metadata", metadata -> metadata.with("namespace", "shop"))));
    }

    private <T extends KubeObject> T get(Kind<T> kind, String name) {
        return plane.api().get(kind, kind.namespaced() ? new ObjectKey("shop", name) : ObjectKey.cluster(name));
    }

    private <T extends KubeObject> List<T> all(Kind<T> kind) {
        return plane.api().list(kind, "", Query.NONE).items();
    }

    private void until(String what, BooleanSupplier holds) {
        assertThat(runtime.runUntil(holds, Duration.ofMinutes(5))).as(what).isTrue();
    }

    private boolean runs(String pod) {
        return plane.api()
                .find(Pod.KIND, new ObjectKey("shop", pod))
                .filter(one -> one.status().phase().equals("Running"))
                .isPresent();
    }

    private void claim(String name) {
        create(
                PersistentVolumeClaim.KIND,
                "metadata: {name: %s}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
                        .formatted(name));
    }

    private void pod(String name, String volume) {
        create(
                Pod.KIND,
                "metadata: {name: %s}\nspec: {containers: [{name: c, image: nginx}], volumes: [{name: data, %s}]}"
                        .formatted(name, volume));
    }

    @Test
    void aClaimGetsAFolderOnTheNodeOfItsPodAndLosesItWithIt() {
        claim("data");
        runtime.advance(Duration.ofSeconds(10));
        assertThat(get(PersistentVolumeClaim.KIND, "data").status().phase()).isEqualTo("Pending");
        pod("web", "persistentVolumeClaim: {claimName: data}");
        until("web runs", () -> runs("web"));

        PersistentVolumeClaim claim = get(PersistentVolumeClaim.KIND, "data");
        assertThat(claim.status().phase()).isEqualTo("Bound");
        PersistentVolume volume = get(PersistentVolume.KIND, claim.spec().volumeName());
        assertThat(volume.spec().local().path()).endsWith(volume.name() + "_shop_data");
        assertThat(volume.spec().nodeAffinity().required().nodeSelectorTerms())
                .singleElement()
                .satisfies(term -> assertThat(term.matchExpressions().getFirst().values())
                        .containsExactly(get(Pod.KIND, "web").spec().nodeName()));
        assertThat(all(Event.KIND).stream().map(Event::reason))
                .contains(
                        "WaitForFirstConsumer",
                        "ExternalProvisioning",
                        "Provisioning",
                        "ProvisioningSucceeded",
                        "Scheduled");

        plane.api().delete(PersistentVolumeClaim.KIND, claim.key());
        runtime.advance(Duration.ofSeconds(10));
        assertThat(get(PersistentVolumeClaim.KIND, "data").metadata().hasDeletionTimestamp())
                .isTrue();
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "web"));
        until(
                "nothing is left",
                () -> all(PersistentVolume.KIND).isEmpty()
                        && all(PersistentVolumeClaim.KIND).isEmpty());
    }

    @Test
    void aStatefulSetFindsTheVolumesOfItsPodsAgain() {
        create(StatefulSet.KIND, """
                metadata: {name: db}
                spec:
                  replicas: 3
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: c, image: postgres, volumeMounts: [{name: data, mountPath: /data}]}]}
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        until("all run", () -> runs("db-0") && runs("db-1") && runs("db-2"));
        Map<String, String> before = volumes();
        assertThat(before).hasSize(3).doesNotContainValue("");

        scale(1);
        until("two are gone", () -> all(Pod.KIND).size() == 1);
        assertThat(volumes()).isEqualTo(before);
        scale(3);
        until("all run again", () -> runs("db-1") && runs("db-2"));
        assertThat(volumes()).isEqualTo(before);
    }

    private Map<String, String> volumes() {
        return all(PersistentVolumeClaim.KIND).stream()
                .collect(Collectors.toMap(
                        PersistentVolumeClaim::name, claim -> claim.spec().volumeName()));
    }

    private void scale(int replicas) {
        StatefulSet set = get(StatefulSet.KIND, "db");
        plane.api().update(StatefulSet.KIND, set.withSpec(set.spec().withReplicas(replicas)));
    }

    @Test
    void anEphemeralVolumeComesAndGoesWithItsPod() {
        pod(
                "job",
                "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests:"
                        + " {storage: 1Gi}}}}}");
        until("job runs", () -> runs("job"));
        assertThat(get(PersistentVolumeClaim.KIND, "job-data").status().phase()).isEqualTo("Bound");
        plane.api().delete(Pod.KIND, new ObjectKey("shop", "job"));
        until(
                "nothing is left",
                () -> all(PersistentVolume.KIND).isEmpty()
                        && all(PersistentVolumeClaim.KIND).isEmpty());
    }

    @Test
    void whatAFolderCannotBeIsRefusedAndSaidSo() {
        create(
                PersistentVolumeClaim.KIND,
                "metadata: {name: shared}\nspec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}");
        pod("web", "persistentVolumeClaim: {claimName: shared}");
        runtime.advance(Duration.ofMinutes(1));
        assertThat(all(Event.KIND).stream().map(Event::message))
                .contains("failed to provision volume with StorageClass \"local-path\": a folder of one node only"
                        + " supports ReadWriteOnce and ReadWriteOncePod access modes");
        assertThat(runs("web")).isFalse();
    }
}

package dev.jarbor.node.localvolume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimSpec;
import dev.jarbor.api.core.v1.VolumeResourceRequirements;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.SimulatedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders on disk for claims, under virtual time. */
class LocalVolumesTest {
    @TempDir
    Path root;

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);

    @BeforeEach
    void nodes() {
        for (String name : List.of("here", "there")) {
            Node node = Node.named(name);
            api.put(
                    Node.KIND,
                    node.withMetadata(node.metadata().withLabels(Map.of("kubernetes.io/hostname", name + ".example"))));
        }
        api.put(
                StorageClass.KIND,
                StorageClass.named("local-path")
                        .withProvisioner(LocalVolumes.PROVISIONER)
                        .withReclaimPolicy("Delete"));
    }

    private LocalVolumes start() {
        var informers = new SharedInformers(api, runtime);
        var volumes = new LocalVolumes(
                api,
                informers,
                runtime,
                component -> new ApiEventRecorder(api, runtime, component),
                "here"::equals,
                VolumeFolders.on(root));
        volumes.start();
        informers.start();
        settle();
        return volumes;
    }

    private void settle() {
        runtime.advance(Duration.ofSeconds(30));
    }

    private PersistentVolumeClaim claim(String name, String node, UnaryOperator<PersistentVolumeClaimSpec> change) {
        PersistentVolumeClaim claim = PersistentVolumeClaim.named("shop", name);
        Map<String, String> annotations = node.isEmpty()
                ? Map.of("volume.kubernetes.io/storage-provisioner", LocalVolumes.PROVISIONER)
                : Map.of(
                        "volume.kubernetes.io/storage-provisioner",
                        LocalVolumes.PROVISIONER,
                        VolumeMatch.SELECTED_NODE,
                        node);
        return api.put(
                PersistentVolumeClaim.KIND,
                claim.withMetadata(claim.metadata().withAnnotations(annotations))
                        .withSpec(change.apply(PersistentVolumeClaimSpec.EMPTY
                                .withStorageClassName("local-path")
                                .withAccessModes(List.of("ReadWriteOnce"))
                                .withResources(VolumeResourceRequirements.EMPTY.withRequests(
                                        Map.of("storage", Quantity.parse("2Gi")))))));
    }

    private List<PersistentVolume> volumes() {
        return api.list(PersistentVolume.KIND, "", Query.NONE).items();
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    private List<String> told() {
        return api.list(Event.KIND, "shop", Query.NONE).items().stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    /** What the binder does when the claim is gone. */
    private void release(PersistentVolume volume) {
        PersistentVolume present = api.get(PersistentVolume.KIND, volume.key());
        api.put(PersistentVolume.KIND, present.withStatus(present.status().withPhase("Released")));
    }

    @Test
    void aClaimGetsAFolderOnItsNodeAndNowhereElse() throws IOException {
        start();
        PersistentVolumeClaim here = claim("data", "here", spec -> spec);
        claim("other", "there", spec -> spec);
        settle();
        assertThat(volumes()).singleElement().satisfies(volume -> {
            assertThat(volume.name()).isEqualTo("pvc-" + here.metadata().uid());
            assertThat(volume.spec().capacity()).hasToString("{storage=2Gi}");
            assertThat(volume.spec().claimRef().uid()).isEqualTo(here.metadata().uid());
            assertThat(volume.spec().local().path())
                    .isEqualTo(root.resolve(volume.name() + "_shop_data").toString());
            assertThat(VolumeMatch.reaches(volume, api.get(Node.KIND, ObjectKey.cluster("here"))))
                    .isTrue();
            assertThat(VolumeMatch.reaches(volume, api.get(Node.KIND, ObjectKey.cluster("there"))))
                    .isFalse();
        });
        assertThat(folders()).hasSize(1);
        assertThat(Files.getPosixFilePermissions(root.resolve(folders().getFirst())))
                .hasSize(9);
        assertThat(told())
                .containsExactly(
                        "Provisioning: External provisioner is provisioning volume for claim \"shop/data\"",
                        "ProvisioningSucceeded: Successfully provisioned volume pvc-"
                                + here.metadata().uid());
    }

    @Test
    void aReleasedVolumeGoesWithItsFolderAndARetainedOneStays() throws IOException {
        start();
        claim("data", "here", spec -> spec);
        settle();
        PersistentVolume volume = volumes().getFirst();
        Files.writeString(Path.of(volume.spec().local().path()).resolve("file"), "text");
        release(volume);
        settle();
        assertThat(volumes()).isEmpty();
        assertThat(folders()).isEmpty();

        claim("kept", "here", spec -> spec);
        settle();
        PersistentVolume kept = volumes().getFirst();
        api.put(PersistentVolume.KIND, kept.withSpec(kept.spec().withPersistentVolumeReclaimPolicy("Retain")));
        release(kept);
        settle();
        assertThat(volumes()).hasSize(1);
        api.delete(PersistentVolume.KIND, kept.key());
        settle();
        assertThat(volumes()).isEmpty();
        assertThat(folders()).hasSize(1);
    }

    @Test
    void aFolderThatWasNotMadeForAVolumeIsNeverRemoved() throws IOException {
        start();
        claim("data", "here", spec -> spec);
        settle();
        Path precious = Files.createDirectory(root.resolveSibling("precious-" + root.getFileName()));
        PersistentVolume volume = volumes().getFirst();
        api.put(
                PersistentVolume.KIND,
                volume.withSpec(volume.spec().withLocal(volume.spec().local().withPath(precious.toString())))
                        .withStatus(volume.status().withPhase("Released")));
        settle();
        assertThat(precious).exists();
        assertThat(volumes()).hasSize(1);
        assertThat(api.list(Event.KIND, "default", Query.NONE).items())
                .anySatisfy(event -> assertThat(event.reason()).isEqualTo("VolumeFailedDelete"));
        Files.delete(precious);
    }

    @Test
    void whatAFolderCannotBeIsRefused() throws IOException {
        start();
        claim("block", "here", spec -> spec.withVolumeMode("Block"));
        claim("shared", "here", spec -> spec.withAccessModes(List.of("ReadWriteMany")));
        claim("nowhere", "", spec -> spec);
        settle();
        assertThat(volumes()).isEmpty();
        assertThat(folders()).isEmpty();
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "ProvisioningFailed: failed to provision volume with StorageClass \"local-path\": volumes in"
                                + " folders of a node cannot be block devices (volumeMode: Block)",
                        "ProvisioningFailed: failed to provision volume with StorageClass \"local-path\": a folder of"
                                + " one node only supports ReadWriteOnce and ReadWriteOncePod access modes",
                        "ProvisioningFailed: failed to provision volume with StorageClass \"local-path\": configuration"
                                + " error, no node was specified");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyClaimHasOneVolumeAndEveryVolumeItsFolderThroughAnyTrouble(long seed) throws IOException {
        LocalVolumes loop = start();
        for (int i = 0; i < 40; i++) {
            int number = i;
            claim("data-" + number, "here", spec -> spec);
            Verb refused = List.of(Verb.CREATE, Verb.DELETE, Verb.UPDATE).get(i % 3);
            api.beforeNext(
                    request ->
                            request.verb() == refused && request.path().plural().equals("persistentvolumes"),
                    request -> {
                        throw ApiException.serviceUnavailable("away");
                    });
            if ((i + seed) % 4 == 0) {
                api.dropWatches();
                api.forgetHistory();
            }
            if ((i + seed) % 7 == 0) {
                loop.close();
                loop = start();
            }
            if ((i + seed) % 3 == 0 && !volumes().isEmpty()) {
                release(volumes().getFirst());
            }
            runtime.advance(Duration.ofMillis(runtime.random().nextInt(300)));
            for (PersistentVolume volume : volumes()) {
                assertThat(volume.status().phase().equals("Released")
                                || Files.isDirectory(
                                        Path.of(volume.spec().local().path())))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
        runtime.advance(Duration.ofHours(1));
        assertThat(folders())
                .as("seed %d", seed)
                .isEqualTo(volumes().stream()
                        .map(volume -> String.valueOf(
                                Path.of(volume.spec().local().path()).getFileName()))
                        .sorted()
                        .toList());
    }
}

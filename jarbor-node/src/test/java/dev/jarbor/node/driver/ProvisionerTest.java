package dev.jarbor.node.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What classes and claims say is in the volumes that are made for them; folders of nodes show the rest. */
class ProvisionerTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final FakeDriver driver = new FakeDriver();

    ProvisionerTest() {
        var informers = new SharedInformers(api, runtime);
        new Provisioner(
                        api,
                        informers,
                        runtime,
                        new ApiEventRecorder(api, runtime, FakeDriver.NAME),
                        driver,
                        claim -> true,
                        volume -> true)
                .start();
        informers.start();
        api.put(
                StorageClass.KIND,
                StorageClass.named("disk")
                        .withProvisioner(FakeDriver.NAME)
                        .withReclaimPolicy("Delete")
                        .withMountOptions(List.of("noatime")));
    }

    private void settle() {
        runtime.advance(Duration.ofSeconds(20));
    }

    private void claim() {
        PersistentVolumeClaim claim = Claims.bound();
        api.put(
                PersistentVolumeClaim.KIND,
                claim.withSpec(claim.spec().withoutVolumeName().withStorageClassName("disk")));
        settle();
    }

    private List<PersistentVolume> volumes() {
        return api.list(PersistentVolume.KIND, "", Query.NONE).items();
    }

    @Test
    void aVolumeIsWhatItsClaimAndItsClassSay() {
        claim();
        assertThat(volumes()).singleElement().satisfies(volume -> {
            assertThat(volume.name()).isEqualTo("pvc-u1");
            assertThat(volume.metadata().annotations())
                    .isEqualTo(Map.of("pv.kubernetes.io/provisioned-by", FakeDriver.NAME));
            assertThat(volume.metadata().finalizers()).containsExactly(Provisioner.FINALIZER);
            assertThat(volume.spec().capacity()).hasToString("{storage=1Gi}");
            assertThat(volume.spec().accessModes()).containsExactly("ReadWriteOnce");
            assertThat(volume.spec().mountOptions()).containsExactly("noatime");
            assertThat(volume.spec().claimRef().name()).isEqualTo("data");
        });
    }

    @Test
    void whatFailsIsTriedAgainAndWhatCannotBeIsNot() {
        driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "busy"));
        claim();
        assertThat(driver.calls).isEqualTo(2);
        driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.INFEASIBLE, "never"));
        settle();
        int calls = driver.calls;
        runtime.advance(Duration.ofHours(1));
        assertThat(driver.calls).isEqualTo(calls);
        assertThat(volumes()).isEmpty();
    }

    @Test
    void aReleasedVolumeGoesOnceWhatIsBehindItIsGone() {
        claim();
        PersistentVolume volume = volumes().getFirst();
        driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.FAILED, "busy"));
        api.put(PersistentVolume.KIND, volume.withStatus(volume.status().withPhase("Released")));
        settle();
        assertThat(volumes()).hasSize(1);
        driver.failure = Optional.empty();
        settle();
        assertThat(volumes()).isEmpty();
        assertThat(driver.sizes).isEmpty();
    }

    private void claimFor(String node) {
        PersistentVolumeClaim claim = Claims.bound();
        api.put(
                PersistentVolumeClaim.KIND,
                claim.withMetadata(claim.metadata().withAnnotations(Map.of(VolumeMatch.SELECTED_NODE, node)))
                        .withSpec(claim.spec().withoutVolumeName().withStorageClassName("disk")));
        settle();
    }

    private Map<String, String> annotations() {
        return api.get(PersistentVolumeClaim.KIND, Claims.bound().key())
                .metadata()
                .annotations();
    }

    @Test
    void whereThereIsNoRoomAnotherNodeIsToBeChosen() {
        api.put(Node.KIND, Node.named("full"));
        driver.failure = Optional.of(new DriverFailure(DriverFailure.Kind.EXHAUSTED, "no room"));
        claimFor("full");
        assertThat(annotations()).doesNotContainKey(VolumeMatch.SELECTED_NODE);
        assertThat(api.list(Event.KIND, "", Query.NONE).items())
                .extracting(Event::message)
                .contains("failed to provision volume with StorageClass \"disk\": no room");
    }

    @Test
    void aNodeThatIsGoneIsToBeChosenAnew() {
        claimFor("gone");
        assertThat(annotations()).doesNotContainKey(VolumeMatch.SELECTED_NODE);
    }
}

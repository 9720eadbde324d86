package dev.jarbor.controllers.storageprotection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageProtectionControllerTest {
    private static final ObjectKey DATA = new ObjectKey("shop", "web-data");

    private final World world = new World(1);

    StorageProtectionControllerTest() {
        world.start(new StorageProtectionController(world.api, world.informers, world.runtime));
    }

    private Pod pod(String status, String volume) {
        return world.api.put(Pod.KIND, new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: web, namespace: shop, finalizers: [example.com/job]}
                spec: {nodeName: one, volumes: [{name: data, %s}]}
                status: %s
                """.formatted(volume, status))));
    }

    private void deletedClaim(OwnerReference... owners) {
        PersistentVolumeClaim claim = PersistentVolumeClaim.named("shop", DATA.name());
        world.api.create(
                PersistentVolumeClaim.KIND,
                claim.withMetadata(claim.metadata()
                        .withFinalizers(List.of("kubernetes.io/pvc-protection"))
                        .withOwnerReferences(List.of(owners))));
        world.api.delete(PersistentVolumeClaim.KIND, DATA);
        world.settle();
    }

    private boolean isThere() {
        return world.api.find(PersistentVolumeClaim.KIND, DATA).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Running", "Succeeded", "Failed"})
    void aPodHoldsItsClaimsUntilItIsGoneHoweverItEnded(String phase) {
        Pod pod = pod("{phase: " + phase + "}", "persistentVolumeClaim: {claimName: web-data}");
        deletedClaim();
        assertThat(isThere()).isTrue();
        world.api.put(Pod.KIND, pod.withMetadata(pod.metadata().withoutFinalizers()));
        world.api.delete(Pod.KIND, pod.key(), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(isThere()).isFalse();
    }

    @Test
    void aClaimThatWasMadeForAPodIsFreeWhenOnlyFinalizersHoldThePod() {
        Pod pod = pod("{phase: Running}", "ephemeral: {volumeClaimTemplate: {spec: {}}}");
        deletedClaim(OwnerReference.EMPTY
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.name())
                .withUid(pod.metadata().uid())
                .withController(true));
        assertThat(isThere()).isTrue();
        world.api.put(
                Pod.KIND,
                pod.withMetadata(pod.metadata()
                        .withDeletionTimestamp(world.runtime.now())
                        .withDeletionGracePeriodSeconds(0L)));
        world.settle();
        assertThat(isThere()).isFalse();
    }

    @Test
    void aPodThatIsHeldByFinalizersHoldsTheClaimsOfOthers() {
        Pod pod = pod("{phase: Running}", "persistentVolumeClaim: {claimName: web-data}");
        world.api.put(
                Pod.KIND,
                pod.withMetadata(pod.metadata()
                        .withDeletionTimestamp(world.runtime.now())
                        .withDeletionGracePeriodSeconds(0L)));
        deletedClaim();
        assertThat(isThere()).isTrue();
    }
}

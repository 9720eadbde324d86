package dev.jarbor.controllers.resourceclaim;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims of pods that ask for a device by a template, under virtual time. */
class ResourceClaimControllerTest {
    private World world = new World(1);

    private void start() {
        world.start(new ResourceClaimController(world.api, world.informers, world.runtime, world.events));
    }

    private void template() {
        world.api.create(ResourceClaimTemplate.KIND, new ResourceClaimTemplate(Json.object("""
                {"metadata":{"namespace":"shop","name":"gpu"},
                 "spec":{"metadata":{"labels":{"kind":"gpu"}},
                  "spec":{"devices":{"requests":[{"name":"one","exactly":{"deviceClassName":"gpu"}}]}}}}
                """)));
    }

    private Pod pod(String name) {
        Pod created = world.api.create(Pod.KIND, new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"%s"},
                 "spec":{"containers":[{"name":"main"}],
                  "resourceClaims":[{"name":"device","resourceClaimTemplateName":"gpu"}]}}
                """.formatted(name))));
        world.runtime.advance(Duration.ofSeconds(5));
        return created;
    }

    private List<ResourceClaim> claims() {
        return world.all(ResourceClaim.KIND);
    }

    private ResourceClaim claim() {
        assertThat(claims()).hasSize(1);
        return claims().getFirst();
    }

    /** What a scheduler writes. */
    private void allocate(Pod pod) {
        ResourceClaim claim = claim();
        claim = world.api.update(
                ResourceClaim.KIND,
                claim.withMetadata(claim.metadata().withFinalizers(List.of(Reservation.FINALIZER))));
        world.api.updateStatus(
                ResourceClaim.KIND,
                claim.withStatus(claim.status()
                        .withAllocation(AllocationResult.EMPTY.withAllocationTimestamp(world.runtime.now()))
                        .withReservedFor(List.of(ResourceClaimConsumerReference.EMPTY
                                .withResource("pods")
                                .withName(pod.name())
                                .withUid(pod.metadata().uid())))));
        world.runtime.advance(Duration.ofSeconds(5));
    }

    private void phase(String name, String phase) {
        Pod pod = world.the(Pod.KIND, NAMESPACE, name);
        world.api.put(Pod.KIND, pod.withStatus(pod.status().withPhase(phase)));
        world.runtime.advance(Duration.ofSeconds(5));
    }

    @Test
    void aClaimIsMadeFromItsTemplateAndThePodIsTold() {
        start();
        template();
        pod("web");

        ResourceClaim claim = claim();
        assertThat(claim.name()).startsWith("web-device-");
        assertThat(claim.metadata().annotations()).containsEntry("resource.kubernetes.io/pod-claim-name", "device");
        assertThat(claim.metadata().labels()).containsEntry("kind", "gpu");
        assertThat(claim.metadata().ownerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.kind()).isEqualTo("Pod");
            assertThat(owner.controller()).isTrue();
        });
        assertThat(claim.spec().devices().requests().getFirst().name()).isEqualTo("one");
        assertThat(world.the(Pod.KIND, NAMESPACE, "web").status().resourceClaimStatuses())
                .containsExactly(PodResourceClaimStatus.EMPTY.withName("device").withResourceClaimName(claim.name()));
    }

    @Test
    void aTemplateThatIsMissingIsSaidAndMayComeLater() {
        start();
        pod("web");
        assertThat(claims()).isEmpty();
        assertThat(world.told())
                .contains("FailedResourceClaimCreation: PodResourceClaim device: resourceclaimtemplates.resource.k8s.io"
                        + " \"gpu\" not found");
        template();
        world.runtime.advance(Duration.ofSeconds(5));

        assertThat(claims()).hasSize(1);
    }

    @Test
    void whatAPodHasReservedIsGivenBackWhenItHasEnded() {
        start();
        template();
        Pod pod = pod("web");
        allocate(pod);
        assertThat(claim().status().reservedFor()).hasSize(1);
        phase("web", "Running");
        assertThat(claim().status().hasAllocation()).isTrue();
        phase("web", "Succeeded");

        assertThat(claims()).as("a claim made for a pod goes with it").isEmpty();
    }

    @Test
    void aClaimOfItsOwnIsFreedAndStays() {
        start();
        world.api.create(ResourceClaim.KIND, ResourceClaim.named(NAMESPACE, "shared"));
        Pod pod = world.api.create(Pod.KIND, new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"web"},
                 "spec":{"resourceClaims":[{"name":"device","resourceClaimName":"shared"}]}}
                """)));
        allocate(pod);
        world.api.delete(Pod.KIND, pod.key(), DeleteOptions.NONE.grace(0));
        world.runtime.advance(Duration.ofSeconds(5));

        assertThat(claim().status().hasAllocation()).isFalse();
        assertThat(claim().status().reservedFor()).isEmpty();
        assertThat(claim().metadata().finalizers()).isEmpty();
    }

    @Test
    void aPodThatWasPlacedWithoutTheSchedulerHasItsClaimReserved() {
        start();
        world.api.create(ResourceClaim.KIND, ResourceClaim.named(NAMESPACE, "shared"));
        Pod first = world.api.create(Pod.KIND, new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"first"},
                 "spec":{"resourceClaims":[{"name":"device","resourceClaimName":"shared"}]}}
                """)));
        allocate(first);
        world.api.create(Pod.KIND, new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"second"},
                 "spec":{"nodeName":"node-1","resourceClaims":[{"name":"device","resourceClaimName":"shared"}]}}
                """)));
        world.runtime.advance(Duration.ofSeconds(5));

        assertThat(claim().status().reservedFor())
                .extracting(ResourceClaimConsumerReference::name)
                .containsExactly("first", "second");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noPodHasTwoClaimsAndNoneIsLeftOver(long seed) {
        world = new World(seed);
        start();
        template();
        for (int step = 0; step < 40; step++) {
            world.trouble(12);
            String name = "web-" + world.runtime.random().nextInt(6);
            try {
                var key = new ObjectKey(NAMESPACE, name);
                if (world.api.find(Pod.KIND, key).isPresent()) {
                    world.api.delete(Pod.KIND, key, DeleteOptions.NONE.grace(0));
                } else {
                    pod(name);
                }
            } catch (ApiException refused) {
                // one of the injected faults
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(3000)));
        }
        world.calm();

        List<Pod> pods = world.all(Pod.KIND);
        assertThat(claims()).as("seed " + seed).hasSameSizeAs(pods);
        assertThat(pods)
                .as("seed " + seed)
                .allSatisfy(pod -> assertThat(pod.status().resourceClaimStatuses())
                        .singleElement()
                        .satisfies(status -> assertThat(
                                        world.the(ResourceClaim.KIND, NAMESPACE, status.resourceClaimName())
                                                .metadata()
                                                .ownerReferences()
                                                .getFirst()
                                                .uid())
                                .isEqualTo(pod.metadata().uid())));
    }
}

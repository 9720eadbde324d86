package dev.jarbor.controllers.resourceclaim;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaim;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which claims a pod has, and how those look that are made for it. */
final class PodClaims {
    /** On a claim that was made for a pod: under which name the pod knows it. */
    static final String POD_CLAIM_NAME = "resource.kubernetes.io/pod-claim-name";

    private PodClaims() {}

    /** Whether the pod wants its claims: not once it has ended, nor when it goes without having been placed. */
    static boolean wantsClaims(Pod pod) {
        return pod.spec().hasResourceClaims() && !PodState.isFinished(pod) && !Ownership.isDeleting(pod);
    }

    /** Whether the pod needs what it has reserved no more: it has ended, or goes and never ran. */
    static boolean isDone(Pod pod) {
        return PodState.isFinished(pod)
                || (Ownership.isDeleting(pod) && pod.spec().nodeName().isEmpty());
    }

    /** The claim that was made for {@code claim} of {@code pod} already, among those of its namespace. */
    static Optional<ResourceClaim> made(Pod pod, PodResourceClaim claim, List<ResourceClaim> present) {
        return present.stream()
                .filter(one -> Ownership.isControlledBy(one, pod))
                .filter(one -> claim.name().equals(one.metadata().annotations().get(POD_CLAIM_NAME)))
                .findFirst();
    }

    /** Whether the pod may use a claim: it says so, or got one for resources of its containers. */
    static boolean mayHaveClaims(Pod pod) {
        return pod.spec().hasResourceClaims() || pod.status().hasExtendedResourceClaimStatus();
    }

    /** The names of the claims that the pod uses; those that are not made yet are not among them. */
    static List<String> names(Pod pod) {
        Stream<String> extended = pod.status().hasExtendedResourceClaimStatus()
                ? Stream.of(pod.status().extendedResourceClaimStatus().resourceClaimName())
                : Stream.empty();
        Stream<String> own = pod.spec().resourceClaims().stream()
                .flatMap(claim -> claim.hasResourceClaimName()
                        ? List.of(claim.resourceClaimName()).stream()
                        : pod.status().resourceClaimStatuses().stream()
                                .filter(status -> status.name().equals(claim.name()))
                                .map(PodResourceClaimStatus::resourceClaimName)
                                .filter(name -> !name.isEmpty()));
        return Stream.concat(own, extended).toList();
    }

    /** A new claim for {@code claim} of {@code pod}. */
    static ResourceClaim fromTemplate(Pod pod, PodResourceClaim claim, ResourceClaimTemplate template) {
        ObjectMeta said = template.spec().metadata();
        Map<String, String> annotations = new TreeMap<>(said.annotations());
        annotations.put(POD_CLAIM_NAME, claim.name());
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withGenerateName(pod.name() + "-" + claim.name() + "-")
                .withNamespace(pod.namespace())
                .withAnnotations(annotations)
                .withOwnerReferences(List.of(Ownership.controllerReference(Pod.KIND, pod)));
        if (said.hasLabels()) {
            metadata = metadata.withLabels(said.labels());
        }
        return ResourceClaim.named(pod.namespace(), "")
                .withMetadata(metadata)
                .withSpec(template.spec().spec());
    }

    static ObjectKey templateOf(Pod pod, PodResourceClaim claim) {
        return new ObjectKey(pod.namespace(), claim.resourceClaimTemplateName());
    }
}

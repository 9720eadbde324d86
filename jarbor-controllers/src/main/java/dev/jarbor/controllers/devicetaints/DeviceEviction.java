package dev.jarbor.controllers.devicetaints;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaim;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.DeviceTaint;
import dev.jarbor.api.resource.v1.DeviceToleration;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.scheduling.DeviceTaints;
import dev.jarbor.controllers.common.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * When a pod has to go because of its devices, and which rules want that.
 *
 * @param end the earliest time at which a taint is no longer tolerated
 * @param rules the uids of the rules that taint its devices so
 */
record DeviceEviction(Instant end, Set<String> rules) {
    /**
     * Empty where it may stay.
     *
     * @param claims finds a claim of the pod's namespace
     * @param since when a taint counts as added that does not say so
     */
    static Optional<DeviceEviction> of(
            Pod pod, Function<String, Optional<ResourceClaim>> claims, TaintedDevices devices, Instant since) {
        if (pod.spec().nodeName().isEmpty() || Ownership.isDeleting(pod)) {
            return Optional.empty();
        }
        var ends = new ArrayList<Instant>();
        var rules = new TreeSet<String>();
        for (ResourceClaim claim : claimsOf(pod, claims)) {
            for (DeviceRequestAllocationResult device :
                    claim.status().allocation().devices().results()) {
                for (TaintedDevices.Tainted tainted : devices.of(device)) {
                    end(tainted.taint(), device.tolerations(), since).ifPresent(end -> {
                        ends.add(end);
                        if (!tainted.rule().isEmpty()) {
                            rules.add(tainted.rule());
                        }
                    });
                }
            }
        }
        return ends.stream().min(Instant::compareTo).map(end -> new DeviceEviction(end, rules));
    }

    /** Those that have devices and are reserved for the pod. */
    static List<ResourceClaim> claimsOf(Pod pod, Function<String, Optional<ResourceClaim>> claims) {
        return pod.spec().resourceClaims().stream()
                .flatMap(claim -> name(pod, claim).stream())
                .flatMap(name -> claims.apply(name).stream())
                .filter(claim -> claim.status().hasAllocation())
                .filter(claim -> claim.status().reservedFor().stream()
                        .anyMatch(user -> user.uid().equals(pod.metadata().uid())))
                .toList();
    }

    private static Optional<String> name(Pod pod, PodResourceClaim claim) {
        return claim.hasResourceClaimName()
                ? Optional.of(claim.resourceClaimName())
                : pod.status().resourceClaimStatuses().stream()
                        .filter(status -> status.name().equals(claim.name()))
                        .map(PodResourceClaimStatus::resourceClaimName)
                        .filter(name -> !name.isEmpty())
                        .findFirst();
    }

    /** When {@code taint} is no longer tolerated; empty for never. */
    private static Optional<Instant> end(DeviceTaint taint, List<DeviceToleration> tolerations, Instant since) {
        if (!taint.effect().equals(DeviceTaints.NO_EXECUTE)) {
            return Optional.empty();
        }
        List<DeviceToleration> about = tolerations.stream()
                .filter(toleration -> DeviceTaints.tolerates(toleration, taint))
                .toList();
        if (about.stream().anyMatch(toleration -> !toleration.hasTolerationSeconds())) {
            return Optional.empty();
        }
        long seconds = about.stream()
                .mapToLong(toleration -> Math.max(0, toleration.tolerationSeconds()))
                .min()
                .orElse(0);
        return Optional.of(taint.timeAdded().orElse(since).plusSeconds(seconds));
    }
}

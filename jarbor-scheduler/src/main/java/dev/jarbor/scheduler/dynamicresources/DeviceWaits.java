package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.resource.v1.AllocatedDeviceStatus;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Pods that have a node and wait there until the drivers of their devices say that they may be bound. One owner; not
 * thread-safe; bounded by the pods that have been assigned.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/5007-device-attach-before-pod-scheduled">KEP-5007</a>
 */
public final class DeviceWaits {
    /** How long a pod waits before its devices are given back. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String LATE = "device binding timeout";

    private final TreeMap<ObjectKey, Attempt> waits = new TreeMap<>();

    public record Attempt(Pod pod, String node, List<ObjectKey> claims, Instant begun) {
        Instant end() {
            return begun.plus(PATIENCE);
        }
    }

    /**
     * A wait that is over.
     *
     * @param failure "" where the pod may be bound
     * @param lost the claims whose devices are given back
     */
    public record Over(Attempt attempt, String failure, List<ResourceClaim> lost) {
        /** How it ended, in the words of the reference's metrics. */
        String status() {
            return failure.isEmpty() ? "success" : failure.equals(LATE) ? "timeout" : "failure";
        }
    }

    public void put(Attempt attempt) {
        waits.put(attempt.pod().key(), attempt);
    }

    public void remove(ObjectKey pod) {
        waits.remove(pod);
    }

    /** Takes out what has come to an end. */
    public List<Over> over(Instant now, Function<ObjectKey, Optional<ResourceClaim>> claims) {
        var over = new ArrayList<Over>();
        for (Attempt attempt : List.copyOf(waits.values())) {
            List<ResourceClaim> open = attempt.claims().stream()
                    .flatMap(key -> claims.apply(key).stream())
                    .filter(claim -> !isReady(claim))
                    .toList();
            Optional<String> failure =
                    open.stream().flatMap(claim -> failure(claim).stream()).findFirst();
            boolean late = !now.isBefore(attempt.end());
            if (open.isEmpty() || failure.isPresent() || late) {
                waits.remove(attempt.pod().key());
                over.add(new Over(attempt, open.isEmpty() ? "" : failure.orElse(LATE), open));
            }
        }
        return over;
    }

    /** Whether a pod has to wait for what a driver says of {@code claim}. */
    static boolean isConditional(ResourceClaim claim) {
        return claim.status().allocation().devices().results().stream()
                .anyMatch(DeviceRequestAllocationResult::hasBindingConditions);
    }

    private static boolean isReady(ResourceClaim claim) {
        return claim.status().hasAllocation()
                && claim.status().allocation().devices().results().stream()
                        .allMatch(result -> result.bindingConditions().stream()
                                .allMatch(type -> condition(claim, result, type).isPresent()));
    }

    private static Optional<String> failure(ResourceClaim claim) {
        return claim.status().allocation().devices().results().stream()
                .flatMap(result -> result.bindingFailureConditions().stream()
                        .flatMap(type -> condition(claim, result, type).stream()))
                .map(condition -> "claim " + claim.name() + " binding failed: reason=" + condition.reason()
                        + ", message=" + GoText.quote(condition.message()))
                .findFirst();
    }

    /** The condition of that type, if it is true. */
    private static Optional<Condition> condition(
            ResourceClaim claim, DeviceRequestAllocationResult result, String type) {
        return claim.status().devices().stream()
                .filter(device -> isAbout(device, result))
                .flatMap(device -> device.conditions().stream())
                .filter(condition ->
                        condition.type().equals(type) && condition.status().equals("True"))
                .findFirst();
    }

    private static boolean isAbout(AllocatedDeviceStatus device, DeviceRequestAllocationResult result) {
        return device.driver().equals(result.driver())
                && device.pool().equals(result.pool())
                && device.device().equals(result.device())
                && device.shareID().equals(result.shareID());
    }
}

package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides about the size of one claim's volume. What was begun is brought to its end before anything else is asked for, unless
 * it is known that it was not done: then the owner may ask for less and so recover.
 *
 * @param last what the driver was asked for last and has not done, as far as that is remembered
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-storage/1790-recover-resize-failure">KEP-1790</a>
 */
record ResizePass(PersistentVolumeClaim claim, PersistentVolume volume, Optional<Attempt> last, Instant now) {
    /**
     * A try that failed.
     *
     * @param settled whether it is known that it was not done
     * @param next when to ask for the same again at the earliest
     */
    record Attempt(Quantity size, boolean settled, Instant next) {}

    ResizeStep decide() {
        if (!isBound() || VolumeMatch.request(claim).compareTo(ClaimStatus.capacity(claim)) <= 0) {
            return new ResizeStep.Nothing();
        }
        Optional<Quantity> size = VolumeMatch.capacity(volume).compareTo(VolumeMatch.request(claim)) < 0
                ? ofSmallVolume()
                : ofLargeVolume();
        return size.map(this::step).orElseGet(ResizeStep.Nothing::new);
    }

    private boolean isBound() {
        return claim.status().phase().equals("Bound")
                && volume.spec().claimRef().uid().equals(claim.metadata().uid());
    }

    /** Where the volume is smaller than asked for. */
    private Optional<Quantity> ofSmallVolume() {
        Quantity asked = VolumeMatch.request(claim);
        return switch (ClaimStatus.resize(claim)) {
            case ClaimStatus.NODE_PENDING, ClaimStatus.NODE_IN_PROGRESS ->
                Optional.of(begun().orElse(asked))
                        .filter(size -> VolumeMatch.capacity(volume).compareTo(size) < 0);
            case ClaimStatus.NODE_INFEASIBLE -> Optional.of(begun().orElse(asked));
            case ClaimStatus.CONTROLLER_IN_PROGRESS ->
                Optional.of(last.filter(Attempt::settled).isPresent() ? asked : begun().orElse(asked));
            default -> Optional.of(asked);
        };
    }

    /** Where the volume is large enough already, and the claim does not show it. */
    private Optional<Quantity> ofLargeVolume() {
        return switch (ClaimStatus.resize(claim)) {
            case ClaimStatus.NODE_PENDING, ClaimStatus.NODE_IN_PROGRESS -> Optional.empty();
            default -> Optional.of(begun().orElse(VolumeMatch.request(claim)));
        };
    }

    /** The size that was asked for last. */
    private Optional<Quantity> begun() {
        return Optional.ofNullable(claim.status().allocatedResources().get("storage"));
    }

    private ResizeStep step(Quantity size) {
        return last.filter(attempt -> attempt.size().equals(size) && now.isBefore(attempt.next()))
                .<ResizeStep>map(attempt -> new ResizeStep.Wait(Duration.between(now, attempt.next())))
                .orElseGet(() ->
                        new ResizeStep.Expand(size, begun().filter(size::equals).isEmpty()));
    }
}

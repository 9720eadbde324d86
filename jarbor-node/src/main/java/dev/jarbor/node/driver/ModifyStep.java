package dev.jarbor.node.driver;

import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.storage.v1.VolumeAttributesClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be done about the attributes of a claim's volume.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/">Volume Attributes Classes</a>
 */
sealed interface ModifyStep {
    /** It has what is asked for, or nothing is. */
    record Nothing() implements ModifyStep {}

    /** The driver could not, and is left in peace for a while. */
    record Wait(Duration time) implements ModifyStep {}

    /** There is no such class. */
    record Missing(String name) implements ModifyStep {}

    /** The driver is asked. */
    record Modify(VolumeAttributesClass wanted) implements ModifyStep {}

    /**
     * A try that failed.
     *
     * @param next when to ask for the same again at the earliest
     */
    record Attempt(String target, Instant next) {}

    /** @param found the class that the claim asks for; empty where there is none of that name */
    static ModifyStep decide(
            PersistentVolumeClaim claim, Optional<VolumeAttributesClass> found, Optional<Attempt> last, Instant now) {
        String wanted = claim.spec().volumeAttributesClassName();
        boolean bound = claim.status().phase().equals("Bound");
        if (!bound || wanted.isEmpty() || isSettled(claim, wanted)) {
            return new Nothing();
        }
        if (found.isEmpty()) {
            return new Missing(wanted);
        }
        return last.filter(attempt -> attempt.target().equals(wanted) && now.isBefore(attempt.next()))
                .<ModifyStep>map(attempt -> new Wait(Duration.between(now, attempt.next())))
                .orElseGet(() -> new Modify(found.get()));
    }

    /** Who goes back to the class from before a change that was begun asks for it again: how far that came nobody knows. */
    private static boolean isSettled(PersistentVolumeClaim claim, String wanted) {
        return wanted.equals(claim.status().currentVolumeAttributesClassName())
                && !claim.status().hasModifyVolumeStatus();
    }
}

package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.core.v1.PersistentVolume;
import java.util.List;

/** What is to be done about a claim. */
sealed interface ClaimStep {
    /** Whether the claim cannot go on by itself: then it is said again and again what it waits for. */
    default boolean isForSomebodyElse() {
        return switch (this) {
            case Wait ignored -> true;
            case Provision ignored -> true;
            case Bind ignored -> false;
            case Adopt ignored -> false;
            case Lose ignored -> false;
        };
    }

    /** It and the volume belong together: both say so, if they do not yet. */
    record Bind(PersistentVolume volume) implements ClaimStep {}

    /** It stays pending. */
    record Wait(List<Note> notes) implements ClaimStep {}

    /** A provisioner is asked to make its volume. */
    record Provision(String provisioner) implements ClaimStep {
        Note note() {
            return Note.normal(
                    "ExternalProvisioning",
                    "Waiting for a volume to be created either by the external provisioner '" + provisioner
                            + "' or manually by the system administrator. If volume creation is delayed, please verify"
                            + " that the provisioner is running and correctly registered.");
        }
    }

    /** It named no class when there was no default one; now there is. */
    record Adopt(String storageClass) implements ClaimStep {}

    /** Its volume is gone, or is another's. */
    record Lose(Note note) implements ClaimStep {}
}

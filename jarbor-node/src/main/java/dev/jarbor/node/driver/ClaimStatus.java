package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.ModifyVolumeStatus;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimCondition;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the status of a claim tells of its expansion and of the change of its attributes.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/#PersistentVolumeClaimStatus">PersistentVolumeClaimStatus</a>
 */
final class ClaimStatus {
    static final String CONTROLLER_IN_PROGRESS = "ControllerResizeInProgress";
    static final String CONTROLLER_INFEASIBLE = "ControllerResizeInfeasible";
    static final String NODE_PENDING = "NodeResizePending";
    static final String NODE_IN_PROGRESS = "NodeResizeInProgress";
    static final String NODE_INFEASIBLE = "NodeResizeInfeasible";

    private static final String STORAGE = "storage";
    private static final Set<String> RESIZING =
            Set.of("ControllerResizeError", "FileSystemResizePending", "NodeResizeError", "Resizing");
    private static final Set<String> MODIFYING = Set.of("ModifyVolumeError", "ModifyingVolume");

    private ClaimStatus() {}

    static Quantity capacity(PersistentVolumeClaim claim) {
        return claim.status().capacity().getOrDefault(STORAGE, Quantity.ZERO);
    }

    /** How far the expansion is; "" for none under way. */
    static String resize(PersistentVolumeClaim claim) {
        return claim.status().allocatedResourceStatuses().getOrDefault(STORAGE, "");
    }

    /** The driver is asked for {@code size}; where that is not news, what was said of earlier tries stays. */
    static PersistentVolumeClaimStatus expanding(PersistentVolumeClaim claim, ResizeStep.Expand step, Instant now) {
        PersistentVolumeClaimStatus status =
                with(claim.status(), RESIZING, condition("Resizing", "", now), !step.news());
        var sizes = new TreeMap<>(status.allocatedResources());
        sizes.put(STORAGE, step.size());
        status = status.withAllocatedResources(sizes);
        return step.news() ? resize(status, CONTROLLER_IN_PROGRESS) : status;
    }

    /** The driver has done its part, and the node has to do its own. */
    static PersistentVolumeClaimStatus pendingOnNode(PersistentVolumeClaim claim, Instant now) {
        String message = "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
        return resize(
                with(claim.status(), RESIZING, condition("FileSystemResizePending", message, now), true), NODE_PENDING);
    }

    /** The node has begun. */
    static PersistentVolumeClaimStatus growingOnNode(PersistentVolumeClaim claim) {
        return resize(claim.status(), NODE_IN_PROGRESS);
    }

    static PersistentVolumeClaimStatus expanded(PersistentVolumeClaim claim, Quantity size) {
        var capacity = new TreeMap<>(claim.status().capacity());
        capacity.put(STORAGE, size);
        var states = new TreeMap<>(claim.status().allocatedResourceStatuses());
        states.remove(STORAGE);
        PersistentVolumeClaimStatus status = without(claim.status().withCapacity(capacity), RESIZING);
        return states.isEmpty()
                ? status.withoutAllocatedResourceStatuses()
                : status.withAllocatedResourceStatuses(states);
    }

    static PersistentVolumeClaimStatus expansionFailed(
            PersistentVolumeClaim claim, DriverFailure failure, Instant now) {
        String message = "failed to expand pvc with " + failure.text();
        PersistentVolumeClaimStatus status =
                with(claim.status(), RESIZING, condition("ControllerResizeError", message, now), true);
        return failure.kind() == DriverFailure.Kind.INFEASIBLE ? resize(status, CONTROLLER_INFEASIBLE) : status;
    }

    private static PersistentVolumeClaimStatus resize(PersistentVolumeClaimStatus status, String state) {
        var states = new TreeMap<>(status.allocatedResourceStatuses());
        states.put(STORAGE, state);
        return status.withAllocatedResourceStatuses(states);
    }

    /** The class that is wanted is not there. */
    static PersistentVolumeClaimStatus modificationPending(PersistentVolumeClaim claim) {
        return claim.status()
                .withModifyVolumeStatus(claim.status().modifyVolumeStatus().withStatus("Pending"));
    }

    static PersistentVolumeClaimStatus modifying(PersistentVolumeClaim claim, String target, Instant now) {
        String message = "ModifyVolume operation in progress.";
        return with(claim.status(), MODIFYING, condition("ModifyingVolume", message, now), false)
                .withModifyVolumeStatus(
                        ModifyVolumeStatus.EMPTY.withStatus("InProgress").withTargetVolumeAttributesClassName(target));
    }

    static PersistentVolumeClaimStatus modified(PersistentVolumeClaim claim, String target) {
        return without(claim.status(), MODIFYING)
                .withoutModifyVolumeStatus()
                .withCurrentVolumeAttributesClassName(target);
    }

    static PersistentVolumeClaimStatus modificationFailed(
            PersistentVolumeClaim claim, DriverFailure failure, Instant now) {
        String message = "ModifyVolume failed with error: " + failure.text() + ". Waiting for retry.";
        PersistentVolumeClaimStatus status =
                with(claim.status(), MODIFYING, condition("ModifyVolumeError", message, now), false);
        return failure.kind() == DriverFailure.Kind.INFEASIBLE
                ? status.withModifyVolumeStatus(status.modifyVolumeStatus().withStatus("Infeasible"))
                : status;
    }

    private static PersistentVolumeClaimCondition condition(String type, String message, Instant now) {
        PersistentVolumeClaimCondition condition = PersistentVolumeClaimCondition.EMPTY
                .withType(type)
                .withStatus("True")
                .withLastTransitionTime(now);
        return message.isEmpty() ? condition : condition.withMessage(message);
    }

    /** With the condition in the place of one of its type; others of {@code family} stay only where {@code keep}. */
    private static PersistentVolumeClaimStatus with(
            PersistentVolumeClaimStatus status,
            Set<String> family,
            PersistentVolumeClaimCondition fresh,
            boolean keep) {
        var conditions = new ArrayList<PersistentVolumeClaimCondition>();
        for (PersistentVolumeClaimCondition old : status.conditions()) {
            if (old.type().equals(fresh.type())) {
                continue;
            }
            if (keep || !family.contains(old.type())) {
                conditions.add(old);
            }
        }
        conditions.add(fresh);
        return status.withConditions(conditions);
    }

    private static PersistentVolumeClaimStatus without(PersistentVolumeClaimStatus status, Set<String> family) {
        List<PersistentVolumeClaimCondition> others = status.conditions().stream()
                .filter(condition -> !family.contains(condition.type()))
                .toList();
        return others.isEmpty() ? status.withoutConditions() : status.withConditions(others);
    }
}

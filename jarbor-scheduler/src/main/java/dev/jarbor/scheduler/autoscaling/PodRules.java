package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which pods may be moved to remove their node, which go with it, and which keep it.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-types-of-pods-can-prevent-ca-from-removing-a-node">
 *     What types of pods can prevent CA from removing a node?</a>
 */
final class PodRules {
    private static final String SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    private static final String SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String SYSTEM = "kube-system";
    private static final Set<String> REPLICATED = Set.of("ReplicationController", "ReplicaSet", "Job", "StatefulSet");

    private static final long DEFAULT_GRACE = 30;
    private static final Duration OVERDUE = Duration.ofSeconds(30);
    /** As {@code --expendable-pods-priority-cutoff} has it. */
    private static final int EXPENDABLE_BELOW = -10;

    private PodRules() {}

    /** What becomes of a pod when its node goes. */
    sealed interface Verdict {
        /** It goes with the node, as one of it. */
        record Stays() implements Verdict {}

        /** It has to find room elsewhere. */
        record Moves() implements Verdict {}

        /**
         * It keeps the node.
         *
         * @param reason in one word
         * @param message the same for people
         */
        record Blocks(String reason, String message) implements Verdict {}
    }

    /** What becomes of {@code pod} at {@code now}. */
    static Verdict of(Pod pod, Instant now, Owners owners, Budgets budgets) {
        if (isMirror(pod) || isOverdue(pod, now)) {
            return new Verdict.Stays();
        }
        String name = pod.namespace() + "/" + pod.name();
        Optional<OwnerReference> missing =
                controller(pod).filter(kind -> !owners.has(kind.kind(), new ObjectKey(pod.namespace(), kind.name())));
        if (missing.isPresent()) {
            return new Verdict.Blocks("ControllerNotFound", isNotThere(missing.get(), name));
        }
        if (isOfDaemonSet(pod)) {
            return new Verdict.Stays();
        }
        Optional<String> said = annotation(pod, SAFE);
        if (said.equals(Optional.of("true"))) {
            return new Verdict.Moves();
        }
        if (controller(pod)
                .map(OwnerReference::kind)
                .filter(REPLICATED::contains)
                .isEmpty()) {
            return new Verdict.Blocks("NotReplicated", name + " is not replicated");
        }
        if (pod.namespace().equals(SYSTEM) && !budgets.cover(pod)) {
            return new Verdict.Blocks(
                    "UnmovableKubeSystemPod",
                    "non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: " + pod.name());
        }
        if (said.equals(Optional.of("false"))) {
            return new Verdict.Blocks(
                    "NotSafeToEvictAnnotation", "pod annotated as not safe to evict present: " + pod.name());
        }
        if (hasLocalStorage(pod)) {
            return new Verdict.Blocks("LocalStorageRequested", "pod with local storage present: " + pod.name());
        }
        return budgets.allow(pod)
                ? new Verdict.Moves()
                : new Verdict.Blocks("NotEnoughPdb", "not enough pod disruption budget to move " + name);
    }

    private static String isNotThere(OwnerReference owner, String pod) {
        String resource = owner.kind().toLowerCase(Locale.ROOT);
        String group = owner.apiVersion().contains("/") ? owner.apiVersion().split("/", 2)[0] : "";
        String error = " err: "
                + ApiException.notFound(new GroupResource(group, resource), owner.name())
                        .getMessage();
        return switch (owner.kind()) {
            case "DaemonSet" -> "daemonset for " + pod + " is not present," + error;
            case "Job", "StatefulSet" -> resource + " for " + pod + " is not available:" + error;
            default -> "replication controller for " + pod + " is not available," + error;
        };
    }

    /** Whether a pod that was told to go should have gone long ago: nobody waits for it. */
    static boolean isOverdue(Pod pod, Instant now) {
        return pod.metadata()
                .deletionTimestamp()
                .filter(told -> told.plusSeconds(pod.spec().terminationGracePeriodSecondsOr(DEFAULT_GRACE))
                        .plus(OVERDUE)
                        .isBefore(now))
                .isPresent();
    }

    /** Whether others may push it aside, so that nobody makes room for it. */
    static boolean isExpendable(Pod pod) {
        return pod.spec().priorityOr(0) < EXPENDABLE_BELOW;
    }

    /** Whether it has to be made anew elsewhere where its node goes. */
    static boolean isMovable(Pod pod) {
        return !isFinished(pod) && !isMirror(pod) && !isOfDaemonSet(pod);
    }

    static boolean isFinished(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    static boolean isOfDaemonSet(Pod pod) {
        return controller(pod).map(OwnerReference::kind).equals(Optional.of("DaemonSet"));
    }

    static boolean isMirror(Pod pod) {
        return pod.metadata().annotations().containsKey(MIRROR);
    }

    private static Optional<OwnerReference> controller(Pod pod) {
        return pod.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .findFirst();
    }

    private static boolean hasLocalStorage(Pod pod) {
        List<String> safe = annotation(pod, SAFE_VOLUMES)
                .map(names -> Arrays.asList(names.split(",", -1)))
                .orElse(List.of());
        return pod.spec().volumes().stream()
                .filter(PodRules::isLocal)
                .anyMatch(volume -> !safe.contains(volume.name()));
    }

    private static boolean isLocal(Volume volume) {
        return volume.hasHostPath()
                || (volume.hasEmptyDir() && !volume.emptyDir().medium().equals("Memory"));
    }

    private static Optional<String> annotation(Pod pod, String name) {
        return Optional.ofNullable(pod.metadata().annotations().get(name));
    }
}

package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.select.Selector;
import java.util.Arrays;
import java.util.List;
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

    private PodRules() {}

    /** What becomes of a pod when its node goes. */
    sealed interface Verdict {
        /** It goes with the node, as one of it. */
        record Stays() implements Verdict {}

        /** It has to find room elsewhere. */
        record Moves() implements Verdict {}

        /** It keeps the node, for this reason. */
        record Blocks(String reason) implements Verdict {}
    }

    static Verdict of(Pod pod, List<PodDisruptionBudget> budgets) {
        if (isMirror(pod) || isOfDaemonSet(pod) || pod.metadata().hasDeletionTimestamp()) {
            return new Verdict.Stays();
        }
        Optional<String> said = annotation(pod, SAFE);
        if (said.equals(Optional.of("true"))) {
            return new Verdict.Moves();
        }
        if (said.equals(Optional.of("false"))) {
            return new Verdict.Blocks("NotSafeToEvictAnnotation");
        }
        if (controller(pod).filter(REPLICATED::contains).isEmpty() && !hasOtherController(pod)) {
            return new Verdict.Blocks("NotReplicated");
        }
        List<PodDisruptionBudget> own =
                budgets.stream().filter(budget -> covers(budget, pod)).toList();
        if (pod.namespace().equals(SYSTEM) && own.isEmpty()) {
            return new Verdict.Blocks("UnmovableKubeSystemPod");
        }
        if (hasLocalStorage(pod)) {
            return new Verdict.Blocks("LocalStorageRequested");
        }
        return new Verdict.Moves();
    }

    static boolean covers(PodDisruptionBudget budget, Pod pod) {
        return budget.namespace().equals(pod.namespace())
                && budget.spec().hasSelector()
                && Selector.ofObject(budget.spec().selector().value())
                        .matches(pod.metadata().labels());
    }

    static boolean isFinished(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    static boolean isOfDaemonSet(Pod pod) {
        return controller(pod).equals(Optional.of("DaemonSet"));
    }

    static boolean isMirror(Pod pod) {
        return pod.metadata().annotations().containsKey(MIRROR);
    }

    private static Optional<String> controller(Pod pod) {
        return pod.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .map(OwnerReference::kind)
                .findFirst();
    }

    /** Controllers of custom kinds make their pods anew, too. */
    private static boolean hasOtherController(Pod pod) {
        return pod.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .anyMatch(owner ->
                        owner.apiVersion().contains(".") && owner.apiVersion().contains("/"));
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

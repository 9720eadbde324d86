package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.RollingUpdateStatefulSetStrategy;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetStatus;
import dev.jarbor.api.apps.v1.StatefulSetUpdateStrategy;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.History;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One pass over a StatefulSet: from a snapshot of it, its revisions and its pods to a {@link Plan}.
 *
 * <p>In order (the default): ordinals are started from the lowest, each only when all before it are available, and ended
 * from the highest, each only when all are well and the one before is gone. The first pod that is not well may always be
 * ended, so that a set that is stuck can shrink. In parallel, nothing waits. An update goes from the highest ordinal down to
 * the partition, one pod at a time, or as many at once as maxUnavailable allows where it is set. No two pods ever share an identity, because
 * a pod's name is its identity and one on its way out holds it until it is gone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/">StatefulSets</a>
 */
final class StatefulPass {
    private final StatefulSet set;
    private final ControllerRevision current;
    private final ControllerRevision update;
    private final Instant now;
    private final int start;
    private final int end;
    private final NavigableMap<Integer, Pod> pods = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();

    /** What is to be done about one ordinal. */
    sealed interface Step {
        /** A pod is to be made, and before it the claims that it lacks. */
        record Create(int ordinal, Pod pod) implements Step {}

        /** A pod is to be ended; {@code ended} where it has ended by itself and is made anew. */
        record Delete(Pod pod, boolean ended) implements Step {}

        /** A pod has lost labels or volumes of its identity. */
        record Restore(int ordinal, Pod pod) implements Step {}
    }

    /**
     * @param steps in their order
     * @param status what the set should say of what was found
     * @param recount after how long the pass may come out differently without a change of any pod; zero when it will not
     */
    record Plan(List<Step> steps, StatefulSetStatus status, Duration recount) {}

    /**
     * @param owned the pods of {@code set}
     * @param current the revision that pods were of before the update
     * @param update the revision of the present template
     */
    static Plan plan(
            StatefulSet set, List<Pod> owned, ControllerRevision current, ControllerRevision update, Instant now) {
        return new StatefulPass(set, owned, current, update, now).decide();
    }

    private StatefulPass(
            StatefulSet set, List<Pod> owned, ControllerRevision current, ControllerRevision update, Instant now) {
        this.set = set;
        this.current = current;
        this.update = update;
        this.now = now;
        this.start = set.spec().ordinals().start();
        this.end = start + set.spec().replicasOr(1);
        owned.forEach(pod -> Identity.ordinal(set, pod).ifPresent(ordinal -> pods.put(ordinal, pod)));
    }

    private Plan decide() {
        if (!Ownership.isDeleting(set) && furnish() && shrink()) {
            roll();
        }
        return new Plan(List.copyOf(steps), status(), recount());
    }

    /** Whether {@code set} wants a pod of that ordinal. */
    static boolean wants(StatefulSet set, int ordinal) {
        int start = set.spec().ordinals().start();
        return ordinal >= start && ordinal < start + set.spec().replicasOr(1);
    }

    private boolean inOrder() {
        return !set.spec().podManagementPolicy().equals("Parallel");
    }

    /** Makes what is missing, and makes anew what has ended. Returns whether the pass may go on. */
    private boolean furnish() {
        for (int ordinal = start; ordinal < end; ordinal++) {
            Pod pod = pods.get(ordinal);
            if (pod == null) {
                steps.add(new Step.Create(ordinal, made(ordinal)));
            } else if (PodState.isFinished(pod) && !Ownership.isDeleting(pod)) {
                steps.add(new Step.Delete(pod, true));
            } else {
                Pod restored = Ownership.isDeleting(pod) ? pod : Identity.asserted(set, pod, ordinal);
                if (!restored.equals(pod)) {
                    steps.add(new Step.Restore(ordinal, restored));
                }
                if (isAvailable(pod)) {
                    continue;
                }
            }
            if (inOrder()) {
                return false;
            }
        }
        return true;
    }

    /** A pod below the partition, or one that the update has not reached, stays what it was before. */
    private Pod made(int ordinal) {
        ControllerRevision revision = ordinal < oldBelow() ? current : update;
        return Identity.pod(set, History.template(revision), revision.name(), ordinal);
    }

    private int oldBelow() {
        if (!isRolling()) {
            return start;
        }
        StatefulSetUpdateStrategy strategy = set.spec().updateStrategy();
        return start
                + (strategy.hasRollingUpdate()
                        ? strategy.rollingUpdate().partition()
                        : set.status().currentReplicas());
    }

    /** Ends what is too many. Returns whether the pass may go on. */
    private boolean shrink() {
        var surplus = new ArrayList<Pod>(pods.tailMap(end, true).descendingMap().values());
        surplus.addAll(pods.headMap(start, false).descendingMap().values());
        Optional<Pod> sick = firstSick();
        for (Pod pod : surplus) {
            if (!inOrder()) {
                if (!Ownership.isDeleting(pod)) {
                    steps.add(new Step.Delete(pod, false));
                }
                continue;
            }
            boolean blocked = Ownership.isDeleting(pod)
                    || (!isAvailable(pod) && !sick.filter(pod::equals).isPresent());
            if (!blocked) {
                steps.add(new Step.Delete(pod, false));
            }
            return false;
        }
        return true;
    }

    private Optional<Pod> firstSick() {
        return pods.values().stream().filter(pod -> !isAvailable(pod)).findFirst();
    }

    private boolean isRolling() {
        return !set.spec().updateStrategy().type().equals("OnDelete");
    }

    private void roll() {
        if (!isRolling() || !steps.isEmpty()) {
            return;
        }
        RollingUpdateStatefulSetStrategy rolling = set.spec().updateStrategy().rollingUpdate();
        NavigableMap<Integer, Pod> due = pods.subMap(Math.min(end, start + rolling.partition()), true, end, false)
                .descendingMap();
        if (rolling.hasMaxUnavailable()) {
            rollSeveral(due.values());
        } else {
            rollOne(due.values());
        }
    }

    /** The first that is old goes, however those are that come after it; what is new is waited for. */
    private void rollOne(Collection<Pod> due) {
        for (Pod pod : due) {
            if (isOld(pod)) {
                steps.add(new Step.Delete(pod, false));
                return;
            }
            if (!isAvailable(pod)) {
                return;
            }
        }
    }

    /** As many go as may be unavailable, wherever those are that already are; to replace one of these costs nothing. */
    private void rollSeveral(Collection<Pod> due) {
        int room = maxUnavailable(set)
                - (int) pods.subMap(start, true, end, false).values().stream()
                        .filter(pod -> !isAvailable(pod))
                        .count();
        for (Pod pod : due) {
            boolean lacking = !isAvailable(pod);
            if (isOld(pod) && (lacking || room > 0)) {
                steps.add(new Step.Delete(pod, false));
                room -= lacking ? 0 : 1;
            } else if (lacking && maxUnavailable(set) == 1) {
                return;
            }
            if (room <= 0 && !steps.isEmpty()) {
                return;
            }
        }
    }

    private boolean isOld(Pod pod) {
        return !Identity.revisionOf(pod).equals(update.name()) && !Ownership.isDeleting(pod);
    }

    /** How many pods of {@code set} an update may take out. Percentages are of the replicas, rounded down; at least one. */
    static int maxUnavailable(StatefulSet set) {
        RollingUpdateStatefulSetStrategy rolling = set.spec().updateStrategy().rollingUpdate();
        return rolling.hasMaxUnavailable()
                ? Math.max(1, rolling.maxUnavailable().scaled(set.spec().replicasOr(1), false))
                : 1;
    }

    private static boolean isHealthy(Pod pod) {
        return pod.status().phase().equals("Running") && PodState.isReady(pod) && !Ownership.isDeleting(pod);
    }

    private boolean isAvailable(Pod pod) {
        return isHealthy(pod) && PodState.isAvailable(pod, set.spec().minReadySeconds(), now);
    }

    /** What was found, and what of it the steps change at once: who is made counts, who is ended is of no revision any more. */
    private StatefulSetStatus status() {
        StatefulSetStatus before = set.status();
        int replicas = pods.size() + made();
        int ready = count(pod -> pod.status().phase().equals("Running") && PodState.isReady(pod));
        int available = count(pod -> pod.status().phase().equals("Running")
                && PodState.isAvailable(pod, set.spec().minReadySeconds(), now));
        int updated = count(pod -> is(pod, update)) + changed(update);
        int old = count(pod -> is(pod, current)) + changed(current);
        int wanted = set.spec().replicasOr(1);
        boolean done = isRolling() && updated == wanted && ready == wanted && replicas == wanted;
        StatefulSetStatus status = before.withReplicas(replicas)
                .withReadyReplicas(ready)
                .withAvailableReplicas(available)
                .withCurrentReplicas(done ? updated : old)
                .withUpdatedReplicas(updated)
                .withCurrentRevision(done ? update.name() : current.name())
                .withUpdateRevision(update.name())
                .withCollisionCount(before.collisionCount())
                .withObservedGeneration(set.metadata().generation());
        // The reference leaves these away when they are 0.
        status = ready == 0 ? status.withoutReadyReplicas() : status;
        status = updated == 0 ? status.withoutUpdatedReplicas() : status;
        return status.currentReplicas() == 0 ? status.withoutCurrentReplicas() : status;
    }

    private int made() {
        return (int) steps.stream().filter(Step.Create.class::isInstance).count();
    }

    /** How many pods more, or fewer, are of {@code revision} once the steps are taken. */
    private int changed(ControllerRevision revision) {
        int change = 0;
        for (Step step : steps) {
            if (step instanceof Step.Create(int ordinal, Pod pod) && is(pod, revision)) {
                change++;
            } else if (step instanceof Step.Delete(Pod pod, boolean ended) && !ended && is(pod, revision)) {
                change--;
            }
        }
        return change;
    }

    private static boolean is(Pod pod, ControllerRevision revision) {
        return !Ownership.isDeleting(pod) && Identity.revisionOf(pod).equals(revision.name());
    }

    private int count(Predicate<Pod> matches) {
        return (int) pods.values().stream().filter(matches).count();
    }

    private Duration recount() {
        return pods.values().stream()
                .map(pod -> PodState.availableAt(pod, set.spec().minReadySeconds()))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .map(then -> Duration.between(now, then))
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}

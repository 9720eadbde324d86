package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetSpec;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.Templates;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One pass over a Deployment: from a snapshot of it and its ReplicaSets to a {@link Plan}. A pass takes one step: it grows
 * the new set, or shrinks the old ones, never both; what becomes of that step starts the next pass.
 *
 * <p>A rolling update keeps two bounds at every moment, whatever pods do in between. The sizes of all sets never add up to
 * more than desired plus maxSurge, because the new set grows only into the room below that. And old pods are asked to go
 * only beyond what is needed for desired minus maxUnavailable, where a pod of the new set that is not available counts
 * as lacking; so the available pods fall below that bound only by themselves.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployments</a>
 */
final class RolloutPass {
    private final Deployment deployment;
    private final boolean oldPodsRun;
    private final Instant now;
    private final RolloutStatus statusOf;
    private final Draft draft;
    private Conditions conditions;
    private String revision = "";

    /**
     * @param owned the ReplicaSets of {@code deployment}
     * @param oldPodsRun whether a pod of another set than the current one still runs; asked by Recreate only
     */
    private RolloutPass(Deployment deployment, List<ReplicaSet> owned, boolean oldPodsRun, Instant now) {
        this.deployment = deployment;
        this.oldPodsRun = oldPodsRun;
        this.now = now;
        this.statusOf = new RolloutStatus(deployment, now);
        this.conditions = new Conditions(deployment.status().conditions());
        this.draft = new Draft(deployment, owned, currentOf(deployment, owned));
    }

    /** The oldest set with the Deployment's template. */
    static Optional<ReplicaSet> currentOf(Deployment deployment, List<ReplicaSet> owned) {
        return owned.stream()
                .sorted(Draft.OLDEST_FIRST)
                .filter(set ->
                        Templates.same(set.spec().template(), deployment.spec().template()))
                .findFirst();
    }

    static Plan plan(Deployment deployment, List<ReplicaSet> owned, boolean oldPodsRun, Instant now) {
        return new RolloutPass(deployment, owned, oldPodsRun, now).decide();
    }

    private Plan decide() {
        if (Ownership.isDeleting(deployment)) {
            return finish(statusOf.counted(draft.all(), draft.current(), conditions));
        }
        notePause();
        if (deployment.spec().paused() || isScaling()) {
            refreshCurrent();
            scale();
            if (deployment.spec().paused()) {
                cleanUpHistory();
            }
            return finish(statusOf.counted(draft.all(), draft.current(), conditions));
        }
        Optional<ReplicaSet> now = Sizes.isRolling(deployment) ? roll() : recreate();
        return finish(statusOf.rolled(draft.all(), now, conditions));
    }

    private Plan finish(DeploymentStatus status) {
        return new Plan(draft.writes(), revision, status, statusOf.untilDeadline(status));
    }

    /** A pause stops the clock of the progress deadline; going on starts it anew. */
    private void notePause() {
        String reason = conditions.reason(Conditions.PROGRESSING);
        if (!statusOf.hasDeadline() || reason.equals(Conditions.TIMED_OUT)) {
            return;
        }
        boolean paused = reason.equals(Conditions.PAUSED);
        if (deployment.spec().paused() && !paused) {
            conditions = conditions.updated(
                    Conditions.PROGRESSING, "Unknown", Conditions.PAUSED, "Deployment is paused", now);
        } else if (!deployment.spec().paused() && paused) {
            conditions = conditions.updated(
                    Conditions.PROGRESSING, "Unknown", Conditions.RESUMED, "Deployment is resumed", now);
        }
    }

    /** Whether the wanted size has changed since the sets were last scaled. */
    private boolean isScaling() {
        return Draft.active(draft.all()).stream()
                .filter(set -> set.metadata().annotations().containsKey(Revisions.DESIRED))
                .anyMatch(set -> Revisions.number(set, Revisions.DESIRED) != Sizes.desired(deployment));
    }

    // The three ways forward.

    private Optional<ReplicaSet> roll() {
        ReplicaSet newSet = draft.current().isPresent() ? refreshCurrent() : create();
        int size = Sizes.of(newSet);
        int desired = Sizes.desired(deployment);
        int next = size > desired ? desired : Sizes.nextForNew(deployment, draft.all(), size);
        if (next != size) {
            return Optional.of(draft.resize(newSet, next));
        }
        if (!shrinkOld(newSet) && statusOf.isComplete(deployment.status())) {
            cleanUpHistory();
        }
        return Optional.of(newSet);
    }

    private Optional<ReplicaSet> recreate() {
        List<ReplicaSet> old = Draft.active(draft.old());
        refreshCurrent();
        if (!old.isEmpty()) {
            old.forEach(set -> draft.resize(set, 0));
            return draft.current();
        }
        boolean oldCounted = draft.old().stream().anyMatch(set -> set.status().replicas() > 0);
        if (oldCounted || oldPodsRun) {
            return draft.current();
        }
        ReplicaSet newSet = draft.current().orElseGet(this::create);
        ReplicaSet grown = draft.resize(newSet, Sizes.desired(deployment));
        if (statusOf.isComplete(deployment.status())) {
            cleanUpHistory();
        }
        return Optional.of(grown);
    }

    /** To the wanted size without changing what runs. */
    private void scale() {
        int desired = Sizes.desired(deployment);
        Optional<ReplicaSet> only = activeOrLatest();
        if (only.isPresent()) {
            draft.resize(only.get(), desired);
            return;
        }
        if (draft.current().filter(this::isSaturated).isPresent()) {
            Draft.active(draft.old()).forEach(set -> draft.resize(set, 0));
            return;
        }
        if (Sizes.isRolling(deployment)) {
            ProportionalScaling.sizes(deployment, Draft.active(draft.all())).forEach(draft::resize);
        }
    }

    /** The only set with pods; where none has any, the current or else the latest one. Empty for more than one. */
    private Optional<ReplicaSet> activeOrLatest() {
        List<ReplicaSet> active = Draft.active(draft.all());
        return switch (active.size()) {
            case 0 -> draft.current().or(() -> draft.old().stream().max(Draft.OLDEST_FIRST));
            case 1 -> Optional.of(active.getFirst());
            default -> Optional.empty();
        };
    }

    private boolean isSaturated(ReplicaSet set) {
        int desired = Sizes.desired(deployment);
        return Sizes.of(set) == desired
                && Revisions.number(set, Revisions.DESIRED) == desired
                && set.status().availableReplicas() == desired;
    }

    /** Takes away old pods as far as the bound allows, unhealthy ones first; returns whether it took any. */
    private boolean shrinkOld(ReplicaSet newSet) {
        if (!draft.all().stream().allMatch(RolloutPass::isCounted)) {
            return false;
        }
        int least = Sizes.desired(deployment) - Sizes.maxUnavailable(deployment);
        int newLacking = Sizes.of(newSet) - Sizes.available(newSet);
        int most = Sizes.total(draft.all()) - least - newLacking;
        if (most <= 0) {
            return false;
        }
        int taken = 0;
        for (ReplicaSet set : Draft.active(draft.old())) {
            int unhealthy = Sizes.of(set) - Sizes.available(set);
            int part = Math.max(0, Math.min(most - taken, unhealthy));
            taken += part;
            draft.resize(set, Sizes.of(set) - part);
        }
        int spare = Sizes.available(draft.all()) - least;
        for (ReplicaSet set : Draft.active(draft.old())) {
            int part = Math.max(0, Math.min(spare, Sizes.of(set)));
            spare -= part;
            taken += part;
            draft.resize(set, Sizes.of(set) - part);
        }
        return taken > 0;
    }

    /** Whether the set's status speaks of its present size; if not, it may count pods that are already given up. */
    private static boolean isCounted(ReplicaSet set) {
        return set.status().observedGeneration() >= set.metadata().generation();
    }

    // The steps they are made of.

    /** The current set with the Deployment's annotations and settings, and as the latest revision. */
    private ReplicaSet refreshCurrent() {
        if (draft.current().isEmpty()) {
            return ReplicaSet.EMPTY;
        }
        ReplicaSet set = draft.current().orElseThrow();
        ReplicaSet refreshed = Revisions.current(deployment, set, Revisions.highest(draft.old()) + 1);
        int minReadySeconds = deployment.spec().minReadySeconds();
        if (refreshed.spec().minReadySeconds() != minReadySeconds) {
            refreshed = refreshed.withSpec(refreshed.spec().withMinReadySeconds(minReadySeconds));
        }
        draft.write(set, refreshed, List.of());
        revision = refreshed.metadata().annotations().getOrDefault(Revisions.REVISION, "");
        if (statusOf.hasDeadline() && conditions.of(Conditions.PROGRESSING).isEmpty()) {
            String message = "Found new replica set \"" + set.name() + "\"";
            conditions = conditions.with(Conditions.PROGRESSING, "True", Conditions.NEW_SET_FOUND, message, now);
        }
        return refreshed;
    }

    private ReplicaSet create() {
        String hash =
                Templates.hash(deployment.spec().template(), deployment.status().collisionCount());
        PodTemplateSpec template = Templates.labelled(deployment.spec().template(), Templates.HASH, hash);
        var selector = new TreeMap<>(deployment.spec().selector().matchLabels());
        selector.put(Templates.HASH, hash);
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(deployment.name() + "-" + hash)
                .withLabels(template.metadata().labels());
        ReplicaSet empty = ReplicaSet.EMPTY
                .withMetadata(Ownership.controlled(metadata, Deployment.KIND, deployment))
                .withSpec(ReplicaSetSpec.EMPTY
                        .withReplicas(0)
                        .withMinReadySeconds(deployment.spec().minReadySeconds())
                        .withSelector(deployment.spec().selector().withMatchLabels(selector))
                        .withTemplate(template));
        int size = Sizes.nextForNew(deployment, draft.all(), 0);
        ReplicaSet set =
                Revisions.current(deployment, Revisions.noting(deployment, empty), Revisions.highest(draft.all()) + 1);
        set = set.withSpec(set.spec().withReplicas(size));
        revision = set.metadata().annotations().getOrDefault(Revisions.REVISION, "");
        draft.create(set);
        if (statusOf.hasDeadline()) {
            String message = "Created new replica set \"" + set.name() + "\"";
            conditions = conditions.with(Conditions.PROGRESSING, "True", Conditions.NEW_SET_CREATED, message, now);
        }
        return set;
    }

    /** Deletes the oldest empty sets beyond the limit. */
    private void cleanUpHistory() {
        int limit = deployment.spec().revisionHistoryLimitOr(Integer.MAX_VALUE);
        List<ReplicaSet> kept =
                draft.old().stream().filter(set -> !Ownership.isDeleting(set)).toList();
        if (kept.size() <= limit) {
            return;
        }
        kept.stream()
                .sorted(Comparator.comparingLong(Revisions::of).thenComparing(Draft.OLDEST_FIRST))
                .limit(kept.size() - limit)
                .filter(set -> Sizes.of(set) == 0
                        && set.status().replicas() == 0
                        && set.metadata().generation() <= set.status().observedGeneration())
                .forEach(draft::delete);
    }
}

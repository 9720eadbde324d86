package dev.jarbor.controllers.deployment;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetSpec;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.Templates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    /** By age; the name decides between sets of the same second. */
    static final Comparator<ReplicaSet> OLDEST_FIRST = Comparator.comparing(
                    (ReplicaSet set) -> set.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(ReplicaSet::name);

    private final Deployment deployment;
    private final boolean oldPodsRun;
    private final Instant now;
    private final RolloutStatus statusOf;
    /** The sets as they will be once everything intended so far is written. */
    private final Map<ObjectKey, ReplicaSet> sets = new LinkedHashMap<>();

    private final Map<ObjectKey, Plan.Write> writes = new LinkedHashMap<>();
    private final Optional<ObjectKey> current;
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
        owned.stream().sorted(OLDEST_FIRST).forEach(set -> sets.put(set.key(), set));
        this.current = currentOf(deployment, owned).map(ReplicaSet::key);
    }

    /** The oldest set with the Deployment's template. */
    static Optional<ReplicaSet> currentOf(Deployment deployment, List<ReplicaSet> owned) {
        return owned.stream()
                .sorted(OLDEST_FIRST)
                .filter(set ->
                        Templates.same(set.spec().template(), deployment.spec().template()))
                .findFirst();
    }

    static Plan plan(Deployment deployment, List<ReplicaSet> owned, boolean oldPodsRun, Instant now) {
        return new RolloutPass(deployment, owned, oldPodsRun, now).decide();
    }

    private Plan decide() {
        if (Ownership.isDeleting(deployment)) {
            return finish(statusOf.counted(all(), current(), conditions));
        }
        notePause();
        if (deployment.spec().paused() || isScaling()) {
            refreshCurrent();
            scale();
            if (deployment.spec().paused()) {
                cleanUpHistory();
            }
            return finish(statusOf.counted(all(), current(), conditions));
        }
        Optional<ReplicaSet> now = Sizes.isRolling(deployment) ? roll() : recreate();
        return finish(statusOf.rolled(all(), now, conditions));
    }

    private Plan finish(DeploymentStatus status) {
        return new Plan(List.copyOf(writes.values()), revision, status, statusOf.untilDeadline(status));
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
        return active(all()).stream()
                .filter(set -> set.metadata().annotations().containsKey(Revisions.DESIRED))
                .anyMatch(set -> Revisions.number(set, Revisions.DESIRED) != Sizes.desired(deployment));
    }

    // The three ways forward.

    private Optional<ReplicaSet> roll() {
        ReplicaSet newSet = current.isPresent() ? refreshCurrent() : create();
        int size = Sizes.of(newSet);
        int desired = Sizes.desired(deployment);
        int next = size > desired ? desired : Sizes.nextForNew(deployment, all(), size);
        if (next != size) {
            return Optional.of(resize(newSet, next));
        }
        if (!shrinkOld(newSet) && statusOf.isComplete(deployment.status())) {
            cleanUpHistory();
        }
        return Optional.of(newSet);
    }

    private Optional<ReplicaSet> recreate() {
        List<ReplicaSet> old = active(old());
        refreshCurrent();
        if (!old.isEmpty()) {
            old.forEach(set -> resize(set, 0));
            return current();
        }
        boolean oldCounted = old().stream().anyMatch(set -> set.status().replicas() > 0);
        if (oldCounted || oldPodsRun) {
            return current();
        }
        ReplicaSet newSet = current().orElseGet(this::create);
        ReplicaSet grown = resize(newSet, Sizes.desired(deployment));
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
            resize(only.get(), desired);
            return;
        }
        if (current().filter(this::isSaturated).isPresent()) {
            active(old()).forEach(set -> resize(set, 0));
            return;
        }
        if (Sizes.isRolling(deployment)) {
            List<ReplicaSet> active = active(all());
            Map<String, Integer> sizes = ProportionalScaling.sizes(deployment, active);
            active.forEach(set -> resize(set, sizes.getOrDefault(set.name(), Sizes.of(set))));
        }
    }

    /** The only set with pods; where none has any, the current or else the latest one. Empty for more than one. */
    private Optional<ReplicaSet> activeOrLatest() {
        List<ReplicaSet> active = active(all());
        return switch (active.size()) {
            case 0 -> current().or(() -> old().stream().max(OLDEST_FIRST));
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
        if (!sets.values().stream().allMatch(RolloutPass::isCounted)) {
            return false;
        }
        int least = Sizes.desired(deployment) - Sizes.maxUnavailable(deployment);
        int newLacking = Sizes.of(newSet) - Sizes.available(newSet);
        int most = Sizes.total(all()) - least - newLacking;
        if (most <= 0) {
            return false;
        }
        int taken = 0;
        for (ReplicaSet set : active(old())) {
            int unhealthy = Sizes.of(set) - Sizes.available(set);
            int part = Math.max(0, Math.min(most - taken, unhealthy));
            taken += part;
            resize(set, Sizes.of(set) - part);
        }
        int spare = Sizes.available(all()) - least;
        for (ReplicaSet set : active(old())) {
            int part = Math.max(0, Math.min(spare, Sizes.of(set)));
            spare -= part;
            taken += part;
            resize(set, Sizes.of(set) - part);
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
        if (current.isEmpty()) {
            return ReplicaSet.EMPTY;
        }
        ReplicaSet set = current().orElseThrow();
        ReplicaSet refreshed = Revisions.current(deployment, set, Revisions.highest(old()) + 1);
        int minReadySeconds = deployment.spec().minReadySeconds();
        if (refreshed.spec().minReadySeconds() != minReadySeconds) {
            refreshed = refreshed.withSpec(refreshed.spec().withMinReadySeconds(minReadySeconds));
        }
        write(set, refreshed, "");
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
        int size = Sizes.nextForNew(deployment, all(), 0);
        ReplicaSet set =
                Revisions.current(deployment, Revisions.noting(deployment, empty), Revisions.highest(all()) + 1);
        set = set.withSpec(set.spec().withReplicas(size));
        revision = set.metadata().annotations().getOrDefault(Revisions.REVISION, "");
        String event = size > 0 ? "Scaled up replica set " + set.name() + " from 0 to " + size : "";
        sets.put(set.key(), set);
        writes.put(set.key(), new Plan.Write.Create(set, event));
        if (statusOf.hasDeadline()) {
            String message = "Created new replica set \"" + set.name() + "\"";
            conditions = conditions.with(Conditions.PROGRESSING, "True", Conditions.NEW_SET_CREATED, message, now);
        }
        return set;
    }

    private ReplicaSet resize(ReplicaSet set, int size) {
        int before = Sizes.of(set);
        ReplicaSet noted = Revisions.noting(deployment, set);
        if (size == before) {
            return write(set, noted, "");
        }
        String event = "Scaled " + (size > before ? "up" : "down") + " replica set " + set.name() + " from " + before
                + " to " + size;
        return write(set, noted.withSpec(noted.spec().withReplicas(size)), event);
    }

    /** Intends {@code after} instead of {@code before}; several changes to one set become one write. */
    private ReplicaSet write(ReplicaSet before, ReplicaSet after, String event) {
        if (after.equals(before)) {
            return before;
        }
        sets.put(after.key(), after);
        String earlier = switch (writes.get(after.key())) {
            case Plan.Write.Update update -> update.event();
            case null, default -> "";
        };
        boolean isNew = writes.get(after.key()) instanceof Plan.Write.Create;
        String told = event.isEmpty() ? earlier : event;
        writes.put(after.key(), isNew ? new Plan.Write.Create(after, told) : new Plan.Write.Update(after, told));
        return after;
    }

    /** Deletes the oldest empty sets beyond the limit. */
    private void cleanUpHistory() {
        int limit = deployment.spec().revisionHistoryLimitOr(Integer.MAX_VALUE);
        List<ReplicaSet> kept =
                old().stream().filter(set -> !Ownership.isDeleting(set)).toList();
        if (kept.size() <= limit) {
            return;
        }
        kept.stream()
                .sorted(Comparator.comparingLong(Revisions::of).thenComparing(OLDEST_FIRST))
                .limit(kept.size() - limit)
                .filter(set -> Sizes.of(set) == 0
                        && set.status().replicas() == 0
                        && set.metadata().generation() <= set.status().observedGeneration())
                .forEach(set -> writes.put(set.key(), new Plan.Write.Delete(set)));
    }

    private List<ReplicaSet> all() {
        return List.copyOf(sets.values());
    }

    private Optional<ReplicaSet> current() {
        return current.map(key -> Optional.ofNullable(sets.get(key)).orElseThrow());
    }

    /** All but the current one, oldest first. */
    private List<ReplicaSet> old() {
        var old = new ArrayList<ReplicaSet>(sets.size());
        sets.forEach((key, set) -> {
            if (!current.filter(key::equals).isPresent()) {
                old.add(set);
            }
        });
        return old;
    }

    private static List<ReplicaSet> active(List<ReplicaSet> sets) {
        return sets.stream().filter(set -> Sizes.of(set) > 0).toList();
    }
}

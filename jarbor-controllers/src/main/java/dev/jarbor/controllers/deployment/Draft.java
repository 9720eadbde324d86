package dev.jarbor.controllers.deployment;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ReplicaSets of a Deployment as they will be once everything intended so far is written. Several changes of one set become
 * one write, and each is told.
 */
final class Draft {
    /** By age; the name decides between sets of the same second. */
    static final Comparator<ReplicaSet> OLDEST_FIRST = Comparator.comparing(
                    (ReplicaSet set) -> set.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(ReplicaSet::name);

    private final Deployment deployment;
    private final Map<ObjectKey, ReplicaSet> sets = new LinkedHashMap<>();
    private final Map<ObjectKey, Plan.Write> writes = new LinkedHashMap<>();
    private final Optional<ObjectKey> current;

    /**
     * @param owned the sets that there are
     * @param current the one of the present template
     */
    Draft(Deployment deployment, List<ReplicaSet> owned, Optional<ReplicaSet> current) {
        this.deployment = deployment;
        this.current = current.map(ReplicaSet::key);
        owned.stream().sorted(OLDEST_FIRST).forEach(set -> sets.put(set.key(), set));
    }

    /** All sets, oldest first. */
    List<ReplicaSet> all() {
        return List.copyOf(sets.values());
    }

    Optional<ReplicaSet> current() {
        return current.map(key -> Optional.ofNullable(sets.get(key)).orElseThrow());
    }

    /** All but the current one, oldest first. */
    List<ReplicaSet> old() {
        var old = new ArrayList<ReplicaSet>(sets.size());
        sets.forEach((key, set) -> {
            if (!current.filter(key::equals).isPresent()) {
                old.add(set);
            }
        });
        return old;
    }

    static List<ReplicaSet> active(List<ReplicaSet> sets) {
        return sets.stream().filter(set -> Sizes.of(set) > 0).toList();
    }

    List<Plan.Write> writes() {
        return List.copyOf(writes.values());
    }

    /** Intends a new set, which is not the current one of this draft: it may turn out to exist. */
    void create(ReplicaSet set) {
        int size = Sizes.of(set);
        sets.put(set.key(), set);
        writes.put(
                set.key(),
                new Plan.Write.Create(
                        set,
                        size > 0 ? List.of("Scaled up replica set " + set.name() + " from 0 to " + size) : List.of()));
    }

    /** Intends the size {@code size} for {@code set}, and a note of what it was made for. */
    ReplicaSet resize(ReplicaSet set, int size) {
        int before = Sizes.of(set);
        ReplicaSet noted = Revisions.noting(deployment, set);
        if (size == before) {
            return write(set, noted, List.of());
        }
        String event = "Scaled " + (size > before ? "up" : "down") + " replica set " + set.name() + " from " + before
                + " to " + size;
        return write(set, noted.withSpec(noted.spec().withReplicas(size)), List.of(event));
    }

    /** Intends {@code after} instead of {@code before}. */
    ReplicaSet write(ReplicaSet before, ReplicaSet after, List<String> events) {
        if (after.equals(before)) {
            return before;
        }
        sets.put(after.key(), after);
        // At its last place: what is told comes in the order in which it was decided.
        Plan.Write write = switch (writes.remove(after.key())) {
            case Plan.Write.Create(ReplicaSet made, List<String> earlier) ->
                new Plan.Write.Create(after, joined(earlier, events));
            case Plan.Write.Update(ReplicaSet changed, List<String> earlier) ->
                new Plan.Write.Update(after, joined(earlier, events));
            case null, default -> new Plan.Write.Update(after, events);
        };
        writes.put(after.key(), write);
        return after;
    }

    private static List<String> joined(List<String> earlier, List<String> later) {
        var all = new ArrayList<>(earlier);
        all.addAll(later);
        return List.copyOf(all);
    }

    void delete(ReplicaSet set) {
        writes.put(set.key(), new Plan.Write.Delete(set));
    }
}

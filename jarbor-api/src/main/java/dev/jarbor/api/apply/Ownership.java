package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Follows who owns which fields of the objects of one kind, through updates and applies, as the reference does
 * (structured-merge-diff, merge; apimachinery, managedfields).
 *
 * <ul>
 *   <li>Who updates, owns what the update changed or added; whoever owned that before loses it.
 *   <li>Who applies, owns what the configuration says, and nothing else any more. What somebody else owns and the
 *       configuration would change is a conflict, unless it is forced.
 *   <li>What is removed from the object is owned by nobody.
 * </ul>
 */
public final class Ownership {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    /** What nobody owns, because the server alone decides it or because it says which object this is. */
    private static final FieldSet STRIPPED = FieldSet.of("apiVersion")
            .union(FieldSet.of("kind"))
            .union(FieldSet.of("metadata"))
            .union(FieldSet.of("metadata", "name"))
            .union(FieldSet.of("metadata", "namespace"))
            .union(FieldSet.of("metadata", "creationTimestamp"))
            .union(FieldSet.of("metadata", "selfLink"))
            .union(FieldSet.of("metadata", "uid"))
            .union(FieldSet.of("metadata", "clusterName"))
            .union(FieldSet.of("metadata", "generation"))
            .union(FieldSet.of("metadata", "managedFields"))
            .union(FieldSet.of("metadata", "resourceVersion"));

    /** Stands for the writer while an update is looked at, so that what it changes is told from what it owned before. */
    private static final Owner.Identity SELF = new Owner.Identity("current-operation", Owner.Operation.UPDATE, "", "");

    private final Versions versions;
    private final UnaryOperator<FieldSet> reached;

    /**
     * @param versions the kind
     * @param reached of a set of fields those that the way of writing reaches at all: a status does not change through
     *     the object itself, so nobody comes to own it by sending it
     */
    public Ownership(Versions versions, UnaryOperator<FieldSet> reached) {
        this.versions = versions;
        this.reached = reached;
    }

    /**
     * Who writes.
     *
     * @param manager "" counts as {@code unknown}
     * @param apiVersion the version in which the objects are given
     * @param subresource "" for the object itself
     * @param now RFC 3339 with seconds
     */
    public record Writer(String manager, String apiVersion, String subresource, String now) {
        public Writer {
            manager = manager.isEmpty() ? "unknown" : manager;
        }

        Owner.Identity identity(Owner.Operation operation) {
            return Owner.Identity.of(manager, operation, apiVersion, subresource);
        }

        Writer named(String other) {
            return new Writer(other, apiVersion, subresource, now);
        }
    }

    /**
     * Who owns what after {@code fresh} replaced {@code live}.
     *
     * @param live the empty object for a creation
     * @param owners as they are before
     */
    public Owners afterUpdate(ObjectValue live, ObjectValue fresh, Owners owners, Writer writer) {
        boolean untracked = owners.isEmpty() && live.object("metadata").has("uid");
        return untracked ? owners : UpdateCap.within(updated(live, fresh, owners, writer));
    }

    private Owners updated(ObjectValue live, ObjectValue fresh, Owners owners, Writer writer) {
        if (isAlone(live, fresh, owners, writer)) {
            return new Owners(List.of(owners.list().getFirst().withTime(writer.now())));
        }
        ObjectValue before = plain(live);
        ObjectValue after = plain(fresh);
        Comparison compared = Comparison.of(before, after, shape(writer.apiVersion()));
        FieldSet written = reached.apply(compared.written()).difference(STRIPPED);
        Map<Owner.Identity, Owner> all = fitted(owners);
        var changes = new Changes(before, after, writer.apiVersion(), compared);
        disown(all, changes, changes.conflicts(all, SELF));
        if (!written.isEmpty()) {
            Owner.Identity self = writer.identity(Owner.Operation.UPDATE);
            Owner previous = all.get(self);
            FieldSet owned = previous == null ? written : written.union(previous.fields());
            all.put(self, Owner.of(self, writer.apiVersion(), owned).withTime(writer.now()));
        }
        return new Owners(List.copyOf(all.values()));
    }

    /** Whether the only owner changes what is his anyway, as whoever renews a Lease does: then only the time is another. */
    private boolean isAlone(ObjectValue live, ObjectValue fresh, Owners owners, Writer writer) {
        if (owners.list().size() != 1 || versions.mayChangeShape()) {
            return false;
        }
        Owner owner = owners.list().getFirst();
        return owner.is(writer.identity(Owner.Operation.UPDATE))
                && OwnChange.isWithin(reached.apply(owner.fields()), live, fresh, shape(writer.apiVersion()));
    }

    /**
     * Applies a configuration.
     *
     * @param live the empty object where there is none yet
     * @param applied the configuration, already found to be of the right shape
     */
    public Applied apply(ObjectValue live, ObjectValue applied, Owners owners, Writer writer, boolean force) {
        Applied result = applied(live, applied, owners, writer, force);
        if (!writer.manager().equals(LastApplied.MANAGER)) {
            return result;
        }
        return switch (migrated(result, live, applied, owners, writer)) {
            case Applied.Done(ObjectValue object, Owners after) ->
                new Applied.Done(LastApplied.noted(object, applied), after);
            case Applied.Conflicting conflicting -> conflicting;
        };
    }

    /** Conflicts about what client-side apply set itself are none. */
    private Applied migrated(Applied result, ObjectValue live, ObjectValue applied, Owners owners, Writer writer) {
        if (!(result instanceof Applied.Conflicting(List<Conflict> conflicts))) {
            return result;
        }
        FieldSet own = LastApplied.fields(plain(live), writer.apiVersion(), shape(writer.apiVersion()));
        if (own.isEmpty()) {
            return result;
        }
        List<Conflict> others = conflicts.stream()
                .filter(conflict -> !LastApplied.covers(own, conflict))
                .toList();
        return others.isEmpty() ? applied(live, applied, owners, writer, true) : new Applied.Conflicting(others);
    }

    private Applied applied(ObjectValue live, ObjectValue applied, Owners owners, Writer writer, boolean force) {
        Owners tracked =
                owners.isEmpty() ? updated(ObjectValue.EMPTY, live, owners, writer.named(BEFORE_FIRST_APPLY)) : owners;
        Shape shape = shape(writer.apiVersion());
        Owner.Identity self = writer.identity(Owner.Operation.APPLY);
        ObjectValue before = plain(live);
        ObjectValue merged = Merge.of(before, applied, shape);
        Map<Owner.Identity, Owner> all = fitted(tracked);
        Optional<Owner> last = Optional.ofNullable(all.get(self));
        FieldSet said = reached.apply(Contents.of(applied, shape));
        all.put(self, Owner.of(self, writer.apiVersion(), said).withTime(writer.now()));
        ObjectValue after = last.map(
                        owner -> new Pruning(versions, writer.apiVersion()).prune(merged, owner, all.values()))
                .orElse(merged);
        var changes = new Changes(before, after, writer.apiVersion(), Comparison.of(before, after, shape));
        Map<Owner.Identity, FieldSet> conflicts = changes.conflicts(all, self);
        if (!force && !conflicts.isEmpty()) {
            return new Applied.Conflicting(listed(conflicts));
        }
        disown(all, changes, conflicts);
        FieldSet own = said.difference(STRIPPED);
        if (own.isEmpty()) {
            all.remove(self);
        } else {
            String time = after.equals(before) ? last.map(Owner::time).orElse("") : writer.now();
            all.put(self, Owner.of(self, writer.apiVersion(), own).withTime(time));
        }
        return new Applied.Done(after, new Owners(List.copyOf(all.values())));
    }

    private Map<Owner.Identity, Owner> fitted(Owners owners) {
        Map<Owner.Identity, Owner> all = owners.byIdentity();
        if (versions.mayChangeShape()) {
            all.replaceAll((identity, owner) -> versions.shape(owner.apiVersion())
                    .map(shape -> owner.withFields(owner.fields().fitted(shape)))
                    .orElse(owner));
        }
        return all;
    }

    private static List<Conflict> listed(Map<Owner.Identity, FieldSet> conflicts) {
        var listed = new ArrayList<Conflict>();
        conflicts.forEach((owner, fields) -> fields.forEach(path -> listed.add(new Conflict(owner, path))));
        return listed;
    }

    /** Takes from everybody what was written over him and what was removed; who owns nothing then, goes. */
    private static void disown(
            Map<Owner.Identity, Owner> owners, Changes changes, Map<Owner.Identity, FieldSet> conflicts) {
        conflicts.forEach((identity, lost) -> owners.computeIfPresent(
                identity, (same, owner) -> owner.withFields(owner.fields().difference(lost))));
        owners.replaceAll((identity, owner) -> {
            FieldSet removed = changes.removed(owner.apiVersion());
            return removed.isEmpty() ? owner : owner.withFields(owner.fields().difference(removed));
        });
        owners.values().removeIf(owner -> owner.fields().isEmpty());
    }

    private Shape shape(String apiVersion) {
        return versions.shape(apiVersion)
                .orElseThrow(
                        () -> new IllegalStateException("a request in a version that is not served: " + apiVersion));
    }

    /** Entries of {@code managedFields} are not fields that somebody owns. */
    private static ObjectValue plain(ObjectValue object) {
        return object.object("metadata").has("managedFields")
                ? object.update("metadata", metadata -> metadata.without("managedFields"))
                : object;
    }

    /** What a write changes, in the words of every version that an owner speaks. */
    private final class Changes {
        private final ObjectValue before;
        private final ObjectValue after;
        private final String apiVersion;
        private final Map<String, Comparison> byVersion = new TreeMap<>();

        Changes(ObjectValue before, ObjectValue after, String apiVersion, Comparison compared) {
            this.before = before;
            this.after = after;
            this.apiVersion = apiVersion;
            byVersion.put(apiVersion, compared.filtered(reached));
        }

        /** What others than {@code self} own of what is written; owners whose version is gone are dropped. */
        Map<Owner.Identity, FieldSet> conflicts(Map<Owner.Identity, Owner> owners, Owner.Identity self) {
            var conflicts = new TreeMap<Owner.Identity, FieldSet>();
            for (Owner owner : List.copyOf(owners.values())) {
                if (owner.identity().equals(self)) {
                    continue;
                }
                Optional<Shape> shape = versions.shape(owner.apiVersion());
                if (shape.isEmpty()) {
                    owners.remove(owner.identity());
                    continue;
                }
                Comparison compared =
                        byVersion.computeIfAbsent(owner.apiVersion(), version -> compared(version, shape.get()));
                FieldSet taken = owner.fields().intersection(compared.written());
                if (!taken.isEmpty()) {
                    conflicts.put(owner.identity(), taken);
                }
            }
            return conflicts;
        }

        FieldSet removed(String version) {
            Comparison compared = byVersion.get(version);
            return compared == null ? FieldSet.EMPTY : compared.removed();
        }

        private Comparison compared(String version, Shape shape) {
            ObjectValue old = before.isEmpty() ? before : versions.convert(before, apiVersion, version);
            ObjectValue fresh = versions.convert(after, apiVersion, version);
            return Comparison.of(old, fresh, shape).filtered(reached);
        }
    }
}

package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Removes from an object what its applier applied the last time, does not apply any more, and nobody else owns.
 *
 * @param versions the object's kind
 * @param apiVersion the version of the apply
 */
record Pruning(Versions versions, String apiVersion) {
    /** An object in a version. */
    private record Versioned(ObjectValue object, String apiVersion, Shape shape) {
        FieldSet contents() {
            return Contents.of(object, shape).withNamedParents(shape);
        }

        Versioned without(FieldSet gone) {
            return new Versioned(Removal.of(object, gone, shape), apiVersion, shape);
        }
    }

    /**
     * @param merged the object with the new configuration laid over it
     * @param last what the applier owned before
     * @param owners everybody who owns fields now, the applier with its new configuration among them
     */
    ObjectValue prune(ObjectValue merged, Owner last, Collection<Owner> owners) {
        Optional<Versioned> before = in(last.apiVersion(), new Versioned(merged, apiVersion, Shape.Deduced.DEDUCED));
        if (last.fields().isEmpty() || before.isEmpty()) {
            return merged;
        }
        Versioned all = before.get();
        FieldSet owned = last.fields().withNamedParents(all.shape());
        Versioned pruned = withOwned(all, all.without(owned), owners);
        // Only what the applier owned may go, whatever else the steps before took along.
        FieldSet kept = in(last.apiVersion(), pruned).map(Versioned::contents).orElse(FieldSet.EMPTY);
        Versioned rest = all.without(all.contents().difference(kept).intersection(owned));
        return in(apiVersion, rest).map(Versioned::object).orElse(merged);
    }

    /** Puts back what somebody owns, each in his version; the version that was pruned comes first. */
    private Versioned withOwned(Versioned all, Versioned pruned, Collection<Owner> owners) {
        var byVersion = new TreeMap<String, FieldSet>();
        owners.forEach(owner -> byVersion.merge(owner.apiVersion(), owner.fields(), FieldSet::union));
        Versioned rest = pruned;
        FieldSet first = byVersion.remove(all.apiVersion());
        if (first != null) {
            rest = withOwned(all, rest, first);
        }
        for (var version : byVersion.entrySet()) {
            Optional<Versioned> allThere = in(version.getKey(), all);
            Optional<Versioned> restThere = in(version.getKey(), rest);
            if (allThere.isPresent() && restThere.isPresent()) {
                rest = withOwned(allThere.get(), restThere.get(), version.getValue());
            }
        }
        return rest;
    }

    private static Versioned withOwned(Versioned all, Versioned pruned, FieldSet owned) {
        FieldSet stays = pruned.contents().union(owned.withNamedParents(all.shape()));
        return all.without(all.contents().difference(stays));
    }

    private Optional<Versioned> in(String wanted, Versioned object) {
        return versions.shape(wanted)
                .map(shape -> new Versioned(
                        object.apiVersion().equals(wanted)
                                ? object.object()
                                : versions.convert(object.object(), object.apiVersion(), wanted),
                        wanted,
                        shape));
    }
}

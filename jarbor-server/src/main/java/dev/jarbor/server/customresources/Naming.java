package dev.jarbor.server.customresources;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which of its names a definition gets: within a group, no two resources share a name, and no two share a kind.
 * Who had a name first keeps it.
 */
final class Naming {
    private final Definition definition;
    private final Set<String> resources = new HashSet<>();
    private final Set<String> kinds = new HashSet<>();
    private ObjectValue accepted;
    private String reason = "";
    private String message = "";

    private Naming(Definition definition, Collection<Definition> others) {
        this.definition = definition;
        accepted = definition.acceptedNames();
        for (Definition other : others) {
            if (other.group().equals(definition.group()) && !other.name().equals(definition.name())) {
                ObjectValue names = other.acceptedNames();
                resources.add(names.string("plural"));
                resources.add(names.string("singular"));
                resources.addAll(names.list("shortNames").strings());
                kinds.add(names.string("kind"));
                kinds.add(names.string("listKind"));
            }
        }
    }

    /** The status of {@code definition} with its accepted names and the conditions that follow from them. */
    static ObjectValue status(Definition definition, Collection<Definition> all, Instant now) {
        var naming = new Naming(definition, all);
        naming.decide();
        return naming.status(now);
    }

    private void decide() {
        ObjectValue asked = definition.names();
        one(asked, "plural", resources, "PluralConflict");
        one(asked, "singular", resources, "SingularConflict");
        shortNames(asked);
        one(asked, "kind", kinds, "KindConflict");
        one(asked, "listKind", kinds, "ListKindConflict");
        ListValue categories = asked.list("categories");
        accepted = categories.isEmpty() ? accepted.without("categories") : accepted.with("categories", categories);
    }

    private void one(ObjectValue asked, String field, Set<String> taken, String conflict) {
        String name = asked.string(field);
        if (!name.equals(definition.acceptedNames().string(field)) && taken.contains(name)) {
            refuse(conflict, inUse(name));
        } else if (!name.isEmpty()) {
            accepted = accepted.with(field, name);
        }
    }

    private void shortNames(ObjectValue asked) {
        List<String> known = definition.acceptedNames().list("shortNames").strings();
        var conflicts = new ArrayList<String>();
        for (String name : asked.list("shortNames").strings()) {
            if (!known.contains(name) && resources.contains(name)) {
                conflicts.add(inUse(name));
            }
        }
        if (!conflicts.isEmpty()) {
            refuse(
                    "ShortNamesConflict",
                    conflicts.size() == 1 ? conflicts.getFirst() : "[" + String.join(", ", conflicts) + "]");
            return;
        }
        ListValue names = asked.list("shortNames");
        accepted = names.isEmpty() ? accepted.without("shortNames") : accepted.with("shortNames", names);
    }

    private static String inUse(String name) {
        return "\"" + name + "\" is already in use";
    }

    private void refuse(String conflict, String why) {
        reason = conflict;
        message = why;
    }

    private ObjectValue status(Instant now) {
        ObjectValue status = definition.status().with("acceptedNames", accepted);
        boolean clean = reason.isEmpty();
        status = clean
                ? Conditions.with(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now)
                : Conditions.with(status, "NamesAccepted", "False", reason, message, now);
        if (definition.isEstablished()) {
            return status;
        }
        return clean
                ? Conditions.with(
                        status,
                        "Established",
                        "True",
                        "InitialNamesAccepted",
                        "the initial names have been accepted",
                        now)
                : Conditions.with(status, "Established", "False", "NotAccepted", "not all names are accepted", now);
    }
}

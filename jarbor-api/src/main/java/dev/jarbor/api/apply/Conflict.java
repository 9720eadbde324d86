package dev.jarbor.api.apply;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A field that an apply would change although somebody else owns it.
 *
 * @param owner who owns it
 * @param path the way to it, in the owner's version
 */
public record Conflict(Owner.Identity owner, List<String> path) {
    public Conflict {
        path = List.copyOf(path);
    }

    /** The refusal that a client gets, in the reference's words. */
    public static ApiException refusal(List<Conflict> conflicts) {
        List<Cause> causes = conflicts.stream()
                .map(conflict -> new Cause(
                        "FieldManagerConflict", "conflict with " + conflict.who(), Path.shown(conflict.path())))
                .toList();
        return ApiException.applyConflict(message(conflicts), causes);
    }

    private static String message(List<Conflict> conflicts) {
        if (conflicts.size() == 1) {
            Conflict only = conflicts.getFirst();
            return "Apply failed with 1 conflict: conflict with " + only.who() + ": " + Path.shown(only.path());
        }
        var byOwner = new TreeMap<Owner.Identity, List<Conflict>>();
        for (Conflict conflict : conflicts) {
            byOwner.computeIfAbsent(conflict.owner(), absent -> new ArrayList<>())
                    .add(conflict);
        }
        var lines = new ArrayList<String>();
        byOwner.values().forEach(owned -> {
            lines.add("conflicts with " + owned.getFirst().who() + ":");
            owned.forEach(conflict -> lines.add("- " + Path.shown(conflict.path())));
        });
        return "Apply failed with " + conflicts.size() + " conflicts: " + String.join("\n", lines);
    }

    private String who() {
        String subresource =
                owner.subresource().isEmpty() ? "" : " with subresource " + GoText.quote(owner.subresource());
        String version = owner.operation() == Owner.Operation.UPDATE ? " using " + owner.apiVersion() : "";
        return GoText.quote(owner.manager()) + subresource + version;
    }
}

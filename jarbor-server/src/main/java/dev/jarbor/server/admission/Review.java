package dev.jarbor.server.admission;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Snapshot;

/**
 * A write that admission looks at.
 *
 * @param operation CREATE, UPDATE (patches too) or DELETE
 * @param resource the main resource, whatever the subresource
 * @param subresource "" for the object itself
 * @param before the stored object; empty for a creation
 * @param object the object as it is to be stored; empty for a deletion
 * @param now the state that the decision is made on
 */
public record Review(
        User user,
        Verb operation,
        ServedResource resource,
        String subresource,
        ObjectKey key,
        ObjectValue before,
        ObjectValue object,
        Snapshot now,
        boolean dryRun,
        Warnings warnings) {

    public Review withObject(ObjectValue changed) {
        return new Review(user, operation, resource, subresource, key, before, changed, now, dryRun, warnings);
    }

    /** Whether this creates an object of {@code plural} itself, not one of its subresources. */
    public boolean creates(String group, String plural) {
        return operation == Verb.CREATE && isAbout(group, plural);
    }

    /** Whether this is about an object of {@code plural} itself, not one of its subresources. */
    public boolean isAbout(String group, String plural) {
        return subresource.isEmpty() && resource.is(group, plural);
    }
}

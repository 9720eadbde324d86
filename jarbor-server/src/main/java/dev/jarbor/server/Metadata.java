package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.registry.ServedResource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What the server alone decides about an object's metadata, the same for every kind.
 *
 * @see <a href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#metadata">API
 *     conventions, Metadata</a>
 */
final class Metadata {
    /** A generated name is this long at most: the prefix is cut so that the suffix fits into a DNS label. */
    private static final int LONGEST_GENERATED = 63;

    private static final int SUFFIX = 5;

    /** What an update cannot change, whatever it says. */
    private static final List<String> SERVERS_OWN =
            List.of("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");

    private Metadata() {}

    static ObjectValue of(ObjectValue object) {
        return object.object("metadata");
    }

    static ObjectKey key(ObjectValue object) {
        ObjectValue metadata = of(object);
        return new ObjectKey(metadata.string("namespace"), metadata.string("name"));
    }

    static String resourceVersion(ObjectValue object) {
        return of(object).string("resourceVersion");
    }

    static long revision(ObjectValue object) {
        return Long.parseLong(resourceVersion(object));
    }

    static boolean isDeleting(ObjectValue object) {
        return of(object).has("deletionTimestamp");
    }

    /** Puts the namespace of the path into the object, and refuses an object that says another one. */
    static ObjectValue placed(Call call, ServedResource resource, ObjectValue object) {
        String said = of(object).string("namespace");
        if (!resource.namespaced()) {
            return said.isEmpty() ? object : object.update("metadata", metadata -> metadata.without("namespace"));
        }
        if (call.namespace().isEmpty()) {
            throw ApiException.badRequest("an empty namespace may not be set during creation");
        }
        if (!said.isEmpty() && !said.equals(call.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        return said.isEmpty()
                ? object.update("metadata", metadata -> metadata.with("namespace", call.namespace()))
                : object;
    }

    /** The object with the name that {@code generateName} asks for, where it has none of its own. */
    static ObjectValue named(ObjectValue object, Runtime runtime) {
        ObjectValue metadata = of(object);
        String prefix = metadata.string("generateName");
        if (!metadata.string("name").isEmpty() || prefix.isEmpty()) {
            return object;
        }
        String cut =
                prefix.length() > LONGEST_GENERATED - SUFFIX ? prefix.substring(0, LONGEST_GENERATED - SUFFIX) : prefix;
        return object.with("metadata", metadata.with("name", cut + runtime.newSuffix(SUFFIX)));
    }

    /** A new object without what only the server may say of it. */
    static ObjectValue unborn(ObjectValue object) {
        return object.update(
                "metadata",
                metadata -> metadata.without("uid")
                        .without("creationTimestamp")
                        .without("deletionTimestamp")
                        .without("deletionGracePeriodSeconds")
                        .without("selfLink"));
    }

    /** The first metadata of an object: identity from the server, nothing that only the server may say. */
    static ObjectValue born(ObjectValue object, ServedResource resource, Runtime runtime) {
        ObjectValue metadata = of(object);
        if (!metadata.string("resourceVersion").isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        ObjectValue born = metadata.without("resourceVersion")
                .without("deletionTimestamp")
                .without("deletionGracePeriodSeconds")
                .without("selfLink")
                .with("uid", runtime.newUid())
                .with("creationTimestamp", Fields.ofInstant(runtime.now().truncatedTo(ChronoUnit.SECONDS)));
        born = resource.facts().generation() ? born.with("generation", 1) : born.without("generation");
        return object.with("metadata", born);
    }

    /** Takes over into {@code after} what an update cannot change. */
    static ObjectValue kept(ObjectValue before, ObjectValue after) {
        ObjectValue old = of(before);
        ObjectValue metadata = of(after).without("selfLink");
        for (String field : SERVERS_OWN) {
            metadata = old.has(field) ? metadata.with(field, old.valueOrNull(field)) : metadata.without(field);
        }
        metadata = metadata.with("name", old.string("name")).with("resourceVersion", old.string("resourceVersion"));
        if (old.has("namespace")) {
            metadata = metadata.with("namespace", old.string("namespace"));
        }
        return after.with("metadata", metadata);
    }

    /** {@code onto} with the managed fields that {@code from} has. */
    static ObjectValue owned(ObjectValue from, ObjectValue onto) {
        return onto.update("metadata", metadata -> UpdateScope.keep(of(from), metadata, "managedFields"));
    }

    /** Whether nothing differs but the times at which somebody came to own something. */
    static boolean sameButTimes(ObjectValue one, ObjectValue other) {
        if (!sameBeside(one, other)) {
            return false;
        }
        List<ObjectValue> owners = of(one).list("managedFields").objects();
        List<ObjectValue> others = of(other).list("managedFields").objects();
        if (owners.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < owners.size(); i++) {
            ObjectValue owner = owners.get(i);
            if (!owner.equals(others.get(i)) && !others.contains(owner) && !isTimeless(owner, others)) {
                return false;
            }
        }
        return owned(one, other).equals(one);
    }

    /** Whether nothing differs outside of metadata: most writes change something there, which is soon found. */
    private static boolean sameBeside(ObjectValue one, ObjectValue other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            String name = one.name(i);
            if (!name.equals("metadata") && !one.value(i).equals(other.valueOrNull(name))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTimeless(ObjectValue owner, List<ObjectValue> others) {
        ObjectValue timeless = owner.without("time");
        return others.stream().anyMatch(other -> other.without("time").equals(timeless));
    }

    /** Counts changes that the kind's controllers have to look at, where the kind has generations. */
    static ObjectValue counted(ServedResource resource, ObjectValue before, ObjectValue after) {
        if (!resource.facts().generation() || !resource.strategy().isNewGeneration(before, after)) {
            return after;
        }
        long generation = of(before).integer("generation") + 1;
        return after.update("metadata", metadata -> metadata.with("generation", generation));
    }
}

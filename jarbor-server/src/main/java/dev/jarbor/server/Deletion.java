package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What one delete request does to one object: decided from the object, the options and the time alone.
 *
 * @param grace seconds the client gives the object to stop, -1 where it does not say; less than none counts as one
 * @param propagation Background, Foreground, Orphan, or "" where the client does not say
 * @param uid the uid that the object must have, "" for any
 * @param resourceVersion the version that it must be at, "" for any
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage collection</a>
 */
record Deletion(long grace, String propagation, String uid, String resourceVersion) {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan", "nil");

    /** What becomes of the object. */
    sealed interface Outcome {
        /** It goes now. */
        record Gone() implements Outcome {}

        /** It stays, marked, until its finalizers are done or its time is over. */
        record Marked(ObjectValue object) implements Outcome {}

        /** It is on its way out already, and this request does not hurry it. */
        record Unchanged() implements Outcome {}
    }

    static Deletion read(ObjectValue options) {
        String policy = options.string("propagationPolicy");
        var errors = new ArrayList<FieldError>();
        if (!policy.isEmpty() && options.has("orphanDependents")) {
            errors.add(FieldError.invalid(
                    FieldPath.of("propagationPolicy"),
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (!policy.isEmpty() && !POLICIES.subList(0, 3).contains(policy)) {
            errors.add(FieldError.notSupported(FieldPath.of("propagationPolicy"), policy, POLICIES));
        }
        errors.addAll(WriteOptions.dryRun(options.list("dryRun").strings()));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", "DeleteOptions"), "", errors);
        }
        if (policy.isEmpty() && options.has("orphanDependents")) {
            policy = options.bool("orphanDependents") ? "Orphan" : "Background";
        }
        ObjectValue preconditions = options.object("preconditions");
        long asked = options.integer("gracePeriodSeconds");
        return new Deletion(
                options.has("gracePeriodSeconds") ? (asked < 0 ? 1 : asked) : -1,
                policy,
                preconditions.string("uid"),
                preconditions.string("resourceVersion"));
    }

    Outcome of(ServedResource resource, ObjectValue object, Instant now) {
        checkPreconditions(resource, object);
        ObjectValue finalized = withFinalizers(resource, object);
        long seconds = resource.strategy().deletionGrace(object, grace);
        if (!Metadata.isDeleting(object)) {
            ObjectValue marked = resource.strategy().onDeletionMark(marked(finalized, now, seconds));
            return Deletes.isDone(resource, marked) ? new Outcome.Gone() : new Outcome.Marked(marked);
        }
        long given = Metadata.of(object).integer("deletionGracePeriodSeconds");
        ObjectValue hurried = seconds < given ? hurried(finalized, given, seconds) : finalized;
        if (Deletes.isDone(resource, hurried)) {
            return new Outcome.Gone();
        }
        return hurried.equals(object) ? new Outcome.Unchanged() : new Outcome.Marked(hurried);
    }

    /** The reference names the object by its kind here, where all other conflicts name the resource. */
    private void checkPreconditions(ServedResource resource, ObjectValue object) {
        ObjectValue metadata = Metadata.of(object);
        var named = new GroupResource(
                resource.groupKind().group(), resource.groupKind().kind());
        precondition(named, metadata, "UID", uid, metadata.string("uid"), "deleted and then recreated");
        precondition(
                named, metadata, "ResourceVersion", resourceVersion, metadata.string("resourceVersion"), "modified");
    }

    private static void precondition(
            GroupResource resource, ObjectValue metadata, String what, String wanted, String found, String happened) {
        if (!wanted.isEmpty() && !wanted.equals(found)) {
            throw ApiException.conflict(
                    resource,
                    metadata.string("name"),
                    "the " + what + " in the precondition (" + wanted + ") does not match the " + what + " in record ("
                            + found + "). The object might have been " + happened);
        }
    }

    private static ObjectValue marked(ObjectValue object, Instant now, long seconds) {
        Instant end = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds);
        return object.update("metadata", metadata -> {
            long generation = metadata.integer("generation");
            ObjectValue counted = generation > 0 ? metadata.with("generation", generation + 1) : metadata;
            return counted.with("deletionTimestamp", Fields.ofInstant(end)).with("deletionGracePeriodSeconds", seconds);
        });
    }

    /** Moves the end forward by as much as the new grace period is shorter than the one given before. */
    private static ObjectValue hurried(ObjectValue object, long given, long seconds) {
        return object.update("metadata", metadata -> {
            Instant end = Fields.instant(metadata.valueOrNull("deletionTimestamp"));
            return metadata.with("deletionTimestamp", Fields.ofInstant(end.minus(Duration.ofSeconds(given - seconds))))
                    .with("deletionGracePeriodSeconds", seconds);
        });
    }

    /** Turns the propagation policy into the finalizers that the garbage collector acts on. */
    private ObjectValue withFinalizers(ServedResource resource, ObjectValue object) {
        List<String> present = Metadata.of(object).list("finalizers").strings();
        var wanted = new ArrayList<>(present);
        switch (policy(resource, present)) {
            case "Orphan" -> {
                wanted.remove(FOREGROUND);
                add(wanted, ORPHAN);
            }
            case "Foreground" -> {
                wanted.remove(ORPHAN);
                add(wanted, FOREGROUND);
            }
            default -> {
                wanted.remove(ORPHAN);
                wanted.remove(FOREGROUND);
            }
        }
        if (wanted.equals(present)) {
            return object;
        }
        Value finalizers = ListValue.ofStrings(wanted);
        return object.update(
                "metadata",
                metadata ->
                        wanted.isEmpty() ? metadata.without("finalizers") : metadata.with("finalizers", finalizers));
    }

    /** What the client says; else what an earlier request or the object's maker said; else the kind's own way. */
    private String policy(ServedResource resource, List<String> present) {
        if (!propagation.isEmpty()) {
            return propagation;
        }
        if (present.contains(ORPHAN)) {
            return "Orphan";
        }
        return present.contains(FOREGROUND) ? "Foreground" : resource.facts().propagation();
    }

    private static void add(List<String> finalizers, String finalizer) {
        if (!finalizers.contains(finalizer)) {
            finalizers.add(finalizer);
        }
    }
}

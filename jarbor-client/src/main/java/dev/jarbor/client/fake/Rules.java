package dev.jarbor.client.fake;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link FakeApi} makes of the objects that clients write: pure but for ids and the time.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>
 */
final class Rules {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final long DEFAULT_POD_GRACE = 30;

    private final Runtime runtime;

    Rules(Runtime runtime) {
        this.runtime = runtime;
    }

    /** {@code wanted} as a new object. */
    ObjectValue created(ResourcePath path, ObjectValue wanted) {
        ObjectValue metadata = wanted.object("metadata");
        if (!metadata.string("resourceVersion").isEmpty()) {
            throw Refusal.invalid(path, "resourceVersion should not be set on objects to be created");
        }
        if (metadata.string("name").isEmpty()) {
            if (metadata.string("generateName").isEmpty()) {
                throw Refusal.invalid(path, "name or generateName is required");
            }
            metadata = metadata.with("name", metadata.string("generateName") + runtime.newSuffix(5));
        }
        if (!path.namespace().isEmpty()) {
            metadata = metadata.with("namespace", path.namespace());
        }
        if (wanted.has("spec")) {
            metadata = metadata.with("generation", 1);
        }
        ObjectValue object = wanted.without("status").with("metadata", metadata.without("uid"));
        return identified(
                switch (resource(path)) {
                    case "pods" -> object.update("status", status -> status.with("phase", "Pending"));
                    case "namespaces" ->
                        object.update(
                                        "spec",
                                        spec -> spec.with("finalizers", ListValue.ofStrings(List.of("kubernetes"))))
                                .update("status", status -> status.with("phase", "Active"));
                    default -> object;
                });
    }

    /** The present, as objects write it. */
    String now() {
        return time(runtime.now());
    }

    /** {@code object} with a uid and a creation time where it has none. */
    ObjectValue identified(ObjectValue object) {
        return object.update("metadata", metadata -> {
            ObjectValue named = metadata.has("uid") ? metadata : metadata.with("uid", runtime.newUid());
            return named.has("creationTimestamp") ? named : named.with("creationTimestamp", time(runtime.now()));
        });
    }

    /** {@code before} as an update to {@code wanted} leaves it; equal to it when nothing changes. */
    ObjectValue updated(ResourcePath path, ObjectValue before, ObjectValue wanted) {
        unmoved(path, before, wanted.object("metadata"));
        return switch (path.subresource()) {
            case "" -> replaced(before, wanted);
            case "status", "approval" -> reported(before, wanted);
            case "finalize" ->
                before.update(
                        "spec",
                        spec -> spec.with("finalizers", wanted.object("spec").list("finalizers")));
            default -> throw Refusal.noSuchSubresource(path);
        };
    }

    /** The status, and the annotations that some controllers write along with it. */
    private static ObjectValue reported(ObjectValue before, ObjectValue wanted) {
        ObjectValue noted = wanted.object("metadata").has("annotations")
                ? before.update(
                        "metadata",
                        metadata -> metadata.with(
                                "annotations", wanted.object("metadata").object("annotations")))
                : before;
        return wanted.has("status") ? noted.with("status", wanted.object("status")) : noted;
    }

    private static void unmoved(ResourcePath path, ObjectValue before, ObjectValue wanted) {
        String version = wanted.string("resourceVersion");
        if (!version.isEmpty() && !version.equals(before.object("metadata").string("resourceVersion"))) {
            throw Refusal.conflict(path);
        }
        String uid = wanted.string("uid");
        if (!uid.isEmpty() && !uid.equals(before.object("metadata").string("uid"))) {
            throw Refusal.uidConflict(path, uid, before.object("metadata").string("uid"));
        }
    }

    /** The main resource: the status stays, and so does what only the server sets. */
    private static ObjectValue replaced(ObjectValue before, ObjectValue wanted) {
        ObjectValue was = before.object("metadata");
        ObjectValue metadata = wanted.object("metadata");
        for (String kept : List.of(
                "name",
                "namespace",
                "uid",
                "resourceVersion",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "generation")) {
            metadata = was.has(kept) ? metadata.with(kept, was.valueOrNull(kept)) : metadata.without(kept);
        }
        ObjectValue after =
                before.has("status") ? wanted.with("status", before.valueOrNull("status")) : wanted.without("status");
        boolean sameSpec = content(after).equals(content(before));
        if (!sameSpec && was.has("generation")) {
            metadata = metadata.with("generation", was.integer("generation") + 1);
        }
        return after.with("metadata", metadata);
    }

    private static ObjectValue content(ObjectValue object) {
        return object.without("metadata")
                .without("status")
                .without("apiVersion")
                .without("kind");
    }

    /** {@code pod} bound to the node that {@code binding} names, as the scheduler asks for it. */
    ObjectValue bound(ResourcePath path, ObjectValue pod, ObjectValue binding) {
        unmoved(path, pod, binding.object("metadata"));
        if (!pod.object("metadata").string("deletionTimestamp").isEmpty()) {
            throw Refusal.conflict(path, "pod " + path.name() + " is being deleted, cannot be assigned to a host");
        }
        String node = pod.object("spec").string("nodeName");
        if (!node.isEmpty()) {
            throw Refusal.conflict(path, "pod " + path.name() + " is already assigned to node \"" + node + "\"");
        }
        ObjectValue scheduled = ObjectValue.builder()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", time(runtime.now()))
                .build();
        return pod.update(
                        "spec",
                        spec -> spec.with("nodeName", binding.object("target").string("name")))
                .update("status", status -> status.with("conditions", replacing(status.list("conditions"), scheduled)));
    }

    private static ListValue replacing(ListValue conditions, ObjectValue condition) {
        var changed = new ArrayList<Value>();
        conditions.objects().stream()
                .filter(other -> !other.string("type").equals(condition.string("type")))
                .forEach(changed::add);
        changed.add(condition);
        return ListValue.of(changed);
    }

    /** {@code before} marked for deletion; whether it goes at once is for {@link #finished} to say. */
    ObjectValue deleting(ResourcePath path, ObjectValue before, ObjectValue options) {
        ObjectValue preconditions = options.object("preconditions");
        unmoved(path, before, preconditions);
        Value finalizers = finalizers(before.object("metadata").list("finalizers"), options);
        ObjectValue object = before.object("metadata").list("finalizers").equals(finalizers)
                ? before
                : before.update("metadata", metadata -> metadata.with("finalizers", finalizers));
        long grace = grace(path, before, options);
        String since = before.object("metadata").string("deletionTimestamp");
        if (since.isEmpty()) {
            return marked(path, object, runtime.now().plusSeconds(grace), grace);
        }
        long given = before.object("metadata").integer("deletionGracePeriodSeconds");
        return grace < given
                ? marked(path, object, Instant.parse(since).minus(Duration.ofSeconds(given - grace)), grace)
                : object;
    }

    private static ObjectValue marked(ResourcePath path, ObjectValue object, Instant end, long grace) {
        ObjectValue marked = object.update(
                "metadata",
                metadata -> metadata.with("deletionTimestamp", time(end)).with("deletionGracePeriodSeconds", grace));
        return resource(path).equals("namespaces")
                ? marked.update("status", status -> status.with("phase", "Terminating"))
                : marked;
    }

    private static ListValue finalizers(ListValue present, ObjectValue options) {
        String policy = options.string("propagationPolicy");
        boolean orphan = policy.equals("Orphan") || options.bool("orphanDependents");
        if (policy.isEmpty() && !options.has("orphanDependents")) {
            return present;
        }
        var changed = new ArrayList<>(present.strings());
        changed.removeAll(List.of(FOREGROUND, ORPHAN));
        if (orphan) {
            changed.add(ORPHAN);
        } else if (policy.equals("Foreground")) {
            changed.add(FOREGROUND);
        }
        return ListValue.ofStrings(changed);
    }

    /** Seconds until the object may go: only pods that run somewhere get any. */
    private static long grace(ResourcePath path, ObjectValue object, ObjectValue options) {
        ObjectValue spec = object.object("spec");
        String phase = object.object("status").string("phase");
        if (!resource(path).equals("pods")
                || spec.string("nodeName").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return 0;
        }
        if (options.has("gracePeriodSeconds")) {
            return options.integer("gracePeriodSeconds");
        }
        return spec.has("terminationGracePeriodSeconds")
                ? spec.integer("terminationGracePeriodSeconds")
                : DEFAULT_POD_GRACE;
    }

    /** Whether {@code object} is being deleted and nothing holds it any more. */
    boolean finished(ResourcePath path, ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        return !metadata.string("deletionTimestamp").isEmpty()
                && metadata.integer("deletionGracePeriodSeconds") == 0
                && metadata.list("finalizers").isEmpty()
                && !(resource(path).equals("namespaces")
                        && !object.object("spec").list("finalizers").isEmpty());
    }

    private static String resource(ResourcePath path) {
        return path.group().isEmpty() ? path.plural() : path.plural() + "." + path.group();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Verb;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Store;
import java.util.List;

/** The {@code scale} subresource: the number of replicas of a workload, as an {@code autoscaling/v1} Scale. */
final class Scales implements SubresourceHandler {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final Store store;
    private final Writes writes;
    private final Intake intake;
    private final Patches patches;
    private final FieldOwners owners;

    Scales(Store store, Writes writes, Intake intake, Patches patches, FieldOwners owners) {
        this.store = store;
        this.writes = writes;
        this.intake = intake;
        this.patches = patches;
        this.owners = owners;
    }

    @Override
    public Answer handle(Call call) {
        return switch (call.verb()) {
            case GET -> Answer.ok(scale(current(call)));
            case UPDATE -> change(call, current -> call.request().body());
            case PATCH -> change(call, current -> patched(call, current));
            case LIST, WATCH, CREATE, DELETE, DELETECOLLECTION ->
                throw ApiException.methodNotSupported(
                        call.resource().groupResource(), call.verb().word());
        };
    }

    private Value patched(Call call, ObjectValue current) {
        return call.request().patchType() == PatchType.APPLY
                ? owners.appliedScale(call, current, scale(current), Patches.configuration(call), SCALE)
                : patches.patched(call, scale(current), SCALE);
    }

    /** The workload itself, of which admission sees the Scale. */
    private static final UpdateScope SCOPE = new UpdateScope() {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            return UpdateScope.MAIN.merge(resource, before, after);
        }

        @Override
        public List<FieldError> validate(ServedResource resource, ObjectValue before, ObjectValue after) {
            return UpdateScope.MAIN.validate(resource, before, after);
        }

        @Override
        public ObjectValue reviewed(ObjectValue workload) {
            return scale(workload);
        }

        @Override
        public ObjectValue withReviewed(ObjectValue workload, ObjectValue scale) {
            long replicas = scale.object("spec").integer("replicas");
            return workload.update("spec", spec -> spec.with("replicas", replicas));
        }
    };

    /** What the Scale is to be, given the workload as it is. */
    private interface WantedScale {
        Value of(ObjectValue current);
    }

    private Answer change(Call call, WantedScale wanted) {
        Answer changed = writes.change(call, SCOPE, current -> {
            ObjectValue scale = intake.readAs(call, SCALE, wanted.of(current));
            long replicas = scale.object("spec").integer("replicas");
            if (replicas < 0) {
                throw ApiException.invalid(
                        new GroupKind("autoscaling", "Scale"),
                        call.name(),
                        List.of(FieldError.invalid(
                                FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0")));
            }
            ObjectValue asked = asked(call, current, scale).update("spec", spec -> spec.with("replicas", replicas));
            return owners.scaled(call, current, scale(current), scale, SCALE).on(asked);
        });
        return new Answer(changed.code(), scale(changed.body()), changed.warnings());
    }

    /** The workload with the conditions (uid, version) that the Scale brings. */
    private static ObjectValue asked(Call call, ObjectValue current, ObjectValue scale) {
        ObjectValue said = Metadata.of(scale);
        String version = said.string("resourceVersion");
        boolean shown = call.verb() == Verb.PATCH && version.equals(Metadata.resourceVersion(current));
        return current.update("metadata", metadata -> {
            ObjectValue own = version.isEmpty() || shown
                    ? metadata.without("resourceVersion")
                    : metadata.with("resourceVersion", version);
            return said.string("uid").isEmpty() ? own : own.with("uid", said.string("uid"));
        });
    }

    private ObjectValue current(Call call) {
        ObjectKey key = call.key();
        return store.snapshot()
                .get(call.resource().storage(), key)
                .orElseThrow(() -> ApiException.notFound(call.resource().groupResource(), key.name()));
    }

    private static ObjectValue scale(ObjectValue workload) {
        ObjectValue metadata = Metadata.of(workload);
        var own = ObjectValue.builder();
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (metadata.has(field)) {
                own.put(field, metadata.valueOrNull(field));
            }
        }
        ObjectValue status =
                ObjectValue.EMPTY.with("replicas", workload.object("status").integer("replicas"));
        String selector = selector(workload.object("spec").object("selector"));
        return ObjectValue.builder()
                .put("apiVersion", SCALE.apiVersion())
                .put("kind", SCALE.kind())
                .put("metadata", own.build())
                .put(
                        "spec",
                        ObjectValue.EMPTY.with(
                                "replicas", workload.object("spec").integer("replicas")))
                .put("status", selector.isEmpty() ? status : status.with("selector", selector))
                .build();
    }

    /** Selectors of replication controllers are plain labels; all others are LabelSelector objects. */
    private static String selector(ObjectValue selector) {
        try {
            boolean structured = selector.has("matchLabels") || selector.has("matchExpressions");
            Selector parsed = structured ? Selector.ofObject(selector) : Selector.ofLabels(selector.strings());
            return parsed.toString();
        } catch (InvalidSelectorException malformed) {
            return "";
        }
    }
}

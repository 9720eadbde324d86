package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Verb;
import dev.jarbor.server.registry.CustomVersion.ScalePaths;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Store;
import java.util.List;

/** The {@code scale} subresource of custom resources: where its numbers stand, their definition says. */
final class CustomScales implements SubresourceHandler {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final Store store;
    private final Writes writes;
    private final Intake intake;
    private final Patches patches;
    private final FieldOwners owners;

    CustomScales(Store store, Writes writes, Intake intake, Patches patches, FieldOwners owners) {
        this.store = store;
        this.writes = writes;
        this.intake = intake;
        this.patches = patches;
        this.owners = owners;
    }

    @Override
    public Answer handle(Call call) {
        ScalePaths paths = call.resource().custom().scale();
        return switch (call.verb()) {
            case GET -> Answer.ok(scale(paths, current(call)));
            case UPDATE -> change(call, paths, current -> call.request().body());
            case PATCH -> change(call, paths, current -> patched(call, paths, current));
            case LIST, WATCH, CREATE, DELETE, DELETECOLLECTION ->
                throw ApiException.methodNotSupported(
                        call.resource().groupResource(), call.verb().word());
        };
    }

    private Value patched(Call call, ScalePaths paths, ObjectValue current) {
        return call.request().patchType() == PatchType.APPLY
                ? owners.appliedScale(call, current, scale(paths, current), Patches.configuration(call), SCALE)
                : patches.patched(call, scale(paths, current), SCALE);
    }

    /** What the Scale is to be, given the object as it is. */
    private interface WantedScale {
        Value of(ObjectValue current);
    }

    /** The object itself, of which admission sees the Scale. */
    private record Scope(ScalePaths paths) implements UpdateScope {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            return MAIN.merge(resource, before, after);
        }

        @Override
        public List<FieldError> validate(ServedResource resource, ObjectValue before, ObjectValue after) {
            return MAIN.validate(resource, before, after);
        }

        @Override
        public ObjectValue reviewed(ObjectValue object) {
            return scale(paths, object);
        }

        @Override
        public ObjectValue withReviewed(ObjectValue object, ObjectValue scale) {
            return withReplicas(
                    object, paths.specReplicas(), scale.object("spec").integer("replicas"));
        }
    }

    private Answer change(Call call, ScalePaths paths, WantedScale wanted) {
        Answer changed = writes.change(call, new Scope(paths), current -> {
            ObjectValue scale = intake.readAs(call, SCALE, wanted.of(current));
            long replicas = scale.object("spec").integer("replicas");
            if (replicas < 0) {
                throw ApiException.invalid(
                        new GroupKind("autoscaling", "Scale"),
                        call.name(),
                        List.of(FieldError.invalid(
                                FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0")));
            }
            ObjectValue asked = withReplicas(conditions(call, current, scale), paths.specReplicas(), replicas);
            return paths.specReplicas().equals(List.of("spec", "replicas"))
                    ? owners.scaled(call, current, scale(paths, current), scale, SCALE)
                            .on(asked)
                    : owners.updated(call, current, asked);
        });
        return new Answer(changed.code(), scale(paths, changed.body()), changed.warnings());
    }

    private static ObjectValue withReplicas(ObjectValue object, List<String> path, long replicas) {
        String name = path.getFirst();
        return path.size() == 1
                ? object.with(name, replicas)
                : object.update(name, below -> withReplicas(below, path.subList(1, path.size()), replicas));
    }

    /** The object with the conditions (uid, version) that the Scale brings. */
    private static ObjectValue conditions(Call call, ObjectValue current, ObjectValue scale) {
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
                .map(call.resource()::loaded)
                .orElseThrow(() -> ApiException.notFound(call.resource().groupResource(), key.name()));
    }

    private static ObjectValue scale(ScalePaths paths, ObjectValue object) {
        if (!(at(object, paths.specReplicas()) instanceof IntegerValue(long replicas))) {
            throw ApiException.internalError(
                    "the spec replicas field \"." + String.join(".", paths.specReplicas()) + "\" does not exist");
        }
        ObjectValue metadata = Metadata.of(object);
        var own = ObjectValue.builder();
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (metadata.has(field)) {
                own.put(field, metadata.valueOrNull(field));
            }
        }
        long observed = at(object, paths.statusReplicas()) instanceof IntegerValue(long number) ? number : 0;
        ObjectValue status = ObjectValue.EMPTY.with("replicas", observed);
        if (!paths.selector().isEmpty() && at(object, paths.selector()) instanceof StringValue(String selector)) {
            status = selector.isEmpty() ? status : status.with("selector", selector);
        }
        return ObjectValue.builder()
                .put("apiVersion", SCALE.apiVersion())
                .put("kind", SCALE.kind())
                .put("metadata", own.build())
                .put("spec", ObjectValue.EMPTY.with("replicas", replicas))
                .put("status", status)
                .build();
    }

    private static Value at(ObjectValue object, List<String> path) {
        return object.at(path.toArray(new String[0]));
    }
}

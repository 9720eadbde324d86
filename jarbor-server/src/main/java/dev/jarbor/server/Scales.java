package dev.jarbor.server;

import static dev.jarbor.server.ScaleForm.SCALE;

import dev.jarbor.api.ObjectKey;
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
import java.util.function.Consumer;

/** The {@code scale} subresource: the number of replicas of a workload or a custom resource, as a Scale. */
final class Scales implements SubresourceHandler {
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
        ScaleForm form = ScaleForm.of(call.resource());
        return switch (call.verb()) {
            case GET -> Answer.ok(form.scale(current(call)));
            case UPDATE -> change(call, form, current -> call.request().body());
            case PATCH -> change(call, form, current -> patched(call, form, current));
            case LIST, WATCH, CREATE, DELETE, DELETECOLLECTION ->
                throw ApiException.methodNotSupported(
                        call.resource().groupResource(), call.verb().word());
        };
    }

    private ObjectValue current(Call call) {
        ObjectKey key = call.key();
        return store.snapshot()
                .get(call.resource().storage(), key)
                .map(call.resource()::loaded)
                .orElseThrow(() -> ApiException.notFound(call.resource().groupResource(), key.name()));
    }

    private Value patched(Call call, ScaleForm form, ObjectValue current) {
        ObjectValue scale = form.scale(current);
        return call.request().patchType() == PatchType.APPLY
                ? owners.appliedScale(call, current, scale, Patches.configuration(call))
                : patches.patched(call, scale, SCALE);
    }

    /** What the Scale is to be, given the object as it is. */
    private interface WantedScale {
        Value of(ObjectValue current);
    }

    /** The object itself, of which admission sees the Scale. */
    private record Scope(ScaleForm form) implements UpdateScope {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            return MAIN.merge(resource, before, after);
        }

        @Override
        public List<FieldError> validate(
                ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings) {
            return MAIN.validate(resource, before, after, warnings);
        }

        @Override
        public ObjectValue reviewed(ObjectValue object) {
            return form.scale(object);
        }

        @Override
        public ObjectValue withReviewed(ObjectValue object, ObjectValue scale) {
            return form.withReplicas(object, scale.object("spec").integer("replicas"));
        }
    }

    private Answer change(Call call, ScaleForm form, WantedScale wanted) {
        Answer changed = writes.change(call, new Scope(form), current -> {
            ObjectValue scale = intake.readAs(call, SCALE, wanted.of(current));
            long replicas = scale.object("spec").integer("replicas");
            if (replicas < 0) {
                throw ApiException.invalid(
                        new GroupKind("autoscaling", "Scale"),
                        call.name(),
                        List.of(FieldError.invalid(
                                FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0")));
            }
            ObjectValue asked = form.withReplicas(conditional(call, current, scale), replicas);
            return owners.scaled(call, current, form.scale(current), scale).on(asked);
        });
        return new Answer(changed.code(), form.scale(changed.body()), changed.warnings());
    }

    /** The object with the conditions (uid, version) that the Scale brings. */
    private static ObjectValue conditional(Call call, ObjectValue current, ObjectValue scale) {
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
}

package dev.jarbor.server;

import dev.jarbor.api.patch.JsonMergePatch;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.patch.StrategicMergePatch;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;

/** Patches: applied to the object as its version shows it, then treated as an update to the result. */
final class Patches {
    private final Writes writes;
    private final Intake intake;
    private final Schemas schemas;

    Patches(Writes writes, Intake intake, Schemas schemas) {
        this.writes = writes;
        this.intake = intake;
        this.schemas = schemas;
    }

    Answer patch(Call call, UpdateScope scope) {
        if (call.request().patchType() == PatchType.APPLY) {
            // Before anything is looked up: an apply may create, so NotFound would be a wrong answer.
            throw noApply();
        }
        ServedResource resource = call.resource();
        return writes.change(call, scope, current -> {
            Value patched =
                    apply(call, resource.shown(current), resource.definition().groupVersionKind());
            return unconditional(current, intake.read(call, patched));
        });
    }

    /** {@code object}, of the kind {@code kind}, as the call's patch wants it. */
    Value apply(Call call, ObjectValue object, GroupVersionKind kind) {
        Value patch = call.request().body();
        return switch (call.request().patchType()) {
            case JSON -> JsonPatch.of(patch).apply(object);
            case MERGE -> JsonMergePatch.apply(object, JsonMergePatch.checked(patch));
            case STRATEGIC_MERGE ->
                StrategicMergePatch.apply(object, JsonMergePatch.checked(patch), type(kind), schemas);
            case APPLY -> throw noApply();
        };
    }

    /** Server-side apply needs field ownership, which this server does not keep yet. */
    private static ApiException noApply() {
        return ApiException.unsupportedMediaType(List.of(
                PatchType.JSON.mediaType(), PatchType.MERGE.mediaType(), PatchType.STRATEGIC_MERGE.mediaType()));
    }

    private TypeSchema type(GroupVersionKind kind) {
        return schemas.forKind(kind)
                .orElseThrow(() -> ApiException.unsupportedMediaType(
                        List.of(PatchType.JSON.mediaType(), PatchType.MERGE.mediaType())));
    }

    /**
     * A patch that does not mention the resource version holds for whatever the object is when it is written: it is
     * applied anew when somebody else was faster.
     */
    private static ObjectValue unconditional(ObjectValue current, ObjectValue patched) {
        String name = Metadata.of(patched).string("name");
        if (!name.equals(Metadata.of(current).string("name"))) {
            throw ApiException.badRequest("the name of the object (" + name + ") does not match the name on the URL ("
                    + Metadata.of(current).string("name") + ")");
        }
        return Metadata.resourceVersion(patched).equals(Metadata.resourceVersion(current))
                ? patched.update("metadata", metadata -> metadata.without("resourceVersion"))
                : patched;
    }
}

package dev.jarbor.server;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.patch.JsonMergePatch;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.patch.StrategicMergePatch;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.registry.Shape;
import java.util.List;

/** Patches: applied to the object as its version shows it, then treated as an update to the result. */
final class Patches {
    /** How often an apply looks anew whether its object is there, when that changes under its hands. */
    private static final int MOST_LOOKS = 8;

    private final Writes writes;
    private final Intake intake;
    private final Schemas schemas;
    private final FieldOwners owners;
    private final Authorization authorization;

    Patches(Writes writes, Intake intake, Schemas schemas, FieldOwners owners, Authorization authorization) {
        this.writes = writes;
        this.intake = intake;
        this.schemas = schemas;
        this.owners = owners;
        this.authorization = authorization;
    }

    Answer patch(Call call, UpdateScope scope) {
        if (call.request().patchType() == PatchType.APPLY) {
            return apply(call, scope);
        }
        ServedResource resource = call.resource();
        return writes.change(call, scope, current -> {
            Value patched =
                    patched(call, resource.shown(current), resource.definition().groupVersionKind());
            return owners.updated(call, current, unconditional(current, read(call, patched, current)));
        });
    }

    /** An object that its kind cannot have is the fault of the patch that made it: 422 where a whole object is a 400. */
    private ObjectValue read(Call call, Value patched, ObjectValue current) {
        try {
            return intake.read(call, patched, current);
        } catch (ApiException refused) {
            if (refused.status().code() != 400) {
                throw refused;
            }
            String why = refused.status().message();
            String prefix = Shape.undecodable(call.resource().definition().groupVersionKind());
            Value patch = call.request().body();
            String shown = call.request().patchType() == PatchType.STRATEGIC_MERGE
                    ? GoText.printed(patch)
                    : Json.text(patched);
            throw ApiException.invalid(
                    new GroupKind("", ""),
                    "",
                    List.of(FieldError.invalid(
                            FieldPath.of("patch"),
                            shown,
                            why.startsWith(prefix) ? why.substring(prefix.length()) : why)));
        }
    }

    /** {@code object}, of the kind {@code kind}, as the call's patch wants it; not for apply. */
    Value patched(Call call, ObjectValue object, GroupVersionKind kind) {
        Value patch = call.request().body();
        return switch (call.request().patchType()) {
            case JSON -> JsonPatch.of(patch).apply(object);
            case MERGE -> JsonMergePatch.apply(object, JsonMergePatch.checked(patch));
            case STRATEGIC_MERGE ->
                StrategicMergePatch.apply(object, JsonMergePatch.checked(patch), type(kind), schemas);
            case APPLY -> throw new IllegalArgumentException("an apply is more than a patch");
        };
    }

    /** Server-side apply: changes the object, or creates it. */
    private Answer apply(Call call, UpdateScope scope) {
        ObjectValue patch = configuration(call);
        for (int look = 1; ; look++) {
            boolean there = writes.find(call).isPresent() || !call.subresource().isEmpty();
            try {
                return there ? changed(call, scope, patch) : created(call, patch);
            } catch (ApiException refused) {
                boolean outdated = there ? refused.isNotFound() : refused.isAlreadyExists();
                if (!outdated || !call.subresource().isEmpty() || look == MOST_LOOKS) {
                    throw refused;
                }
            }
        }
    }

    /** The body of an apply. */
    static ObjectValue configuration(Call call) {
        if (call.request().body() instanceof ObjectValue patch) {
            return patch;
        }
        throw ApiException.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot"
                + " unmarshal " + call.request().body().typeName()
                + " into Go value of type map[string]interface {}");
    }

    private Answer changed(Call call, UpdateScope scope, ObjectValue patch) {
        return writes.change(
                call,
                scope,
                current -> unconditional(current, intake.read(call, owners.applied(call, current, patch), current)));
    }

    private Answer created(Call call, ObjectValue patch) {
        ServedResource resource = call.resource();
        ObjectValue made = owners.applied(call, ObjectValue.EMPTY, patch);
        ObjectValue metadata = Metadata.of(made);
        if (!metadata.string("uid").isEmpty()) {
            throw ApiException.conflict(
                    resource.groupResource(),
                    call.name(),
                    "uid mismatch: the provided object specified uid " + metadata.string("uid")
                            + ", and no existing object was found");
        }
        if (metadata.string("name").isEmpty()) {
            throw ApiException.badRequest("the name of the object (" + call.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        requireName(call.name(), made);
        authorization.requireCreation(call.user(), call.request());
        return writes.create(call, Metadata.placed(call, resource, intake.read(call, unversioned(made))));
    }

    /** A version binds what exists: an operator that names one creates what is missing, and changes nothing that is there. */
    private static ObjectValue unversioned(ObjectValue made) {
        return made.update("metadata", metadata -> metadata.without("resourceVersion"));
    }

    private TypeSchema type(GroupVersionKind kind) {
        return schemas.forKind(kind)
                .orElseThrow(() -> ApiException.unsupportedMediaType(
                        List.of(PatchType.JSON.mediaType(), PatchType.MERGE.mediaType(), PatchType.APPLY.mediaType())));
    }

    /**
     * A patch that does not mention the resource version holds for whatever the object is when it is written: it is
     * applied anew when somebody else was faster.
     */
    private static ObjectValue unconditional(ObjectValue current, ObjectValue patched) {
        requireName(Metadata.of(current).string("name"), patched);
        return Metadata.resourceVersion(patched).equals(Metadata.resourceVersion(current))
                ? patched.update("metadata", metadata -> metadata.without("resourceVersion"))
                : patched;
    }

    private static void requireName(String expected, ObjectValue object) {
        String name = Metadata.of(object).string("name");
        if (!name.equals(expected)) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + expected + ")");
        }
    }
}

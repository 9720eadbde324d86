package dev.jarbor.client.fake;

import dev.jarbor.api.apply.Applied;
import dev.jarbor.api.apply.Conflict;
import dev.jarbor.api.apply.Owners;
import dev.jarbor.api.apply.Ownership;
import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.TypeShapes;
import dev.jarbor.api.apply.Versions;
import dev.jarbor.api.patch.JsonMergePatch;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.patch.StrategicMergePatch;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import java.util.function.UnaryOperator;

/** What a patch makes of an object, or an apply. */
final class Patching {
    private Patching() {}

    static ObjectValue patched(ApiRequest request, ObjectValue before) {
        Value patch = request.body();
        return switch (request.patchType()) {
            case MERGE -> JsonMergePatch.apply(before, JsonMergePatch.checked(patch));
            case JSON -> JsonPatch.of(patch).apply(before) instanceof ObjectValue object ? object : before;
            case STRATEGIC_MERGE -> {
                Schemas types = Schemas.builtIn();
                yield StrategicMergePatch.apply(before, JsonMergePatch.checked(patch), typeOf(before, types), types);
            }
            case APPLY -> throw new IllegalArgumentException("an apply is more than a patch");
        };
    }

    /** @param before empty where there is nothing yet */
    static ObjectValue applied(ApiRequest request, ObjectValue before, String now) {
        ObjectValue configuration = JsonMergePatch.checked(request.body());
        Schemas types = Schemas.builtIn();
        Shape shape = new TypeShapes(types).of(typeOf(configuration, types));
        var ownership = new Ownership(Versions.alike(shape), UnaryOperator.identity());
        var writer = new Ownership.Writer(
                request.query().string("fieldManager"),
                configuration.string("apiVersion"),
                request.path().subresource(),
                now);
        boolean force = request.query().bool("force");
        return switch (ownership.apply(before, configuration, Owners.stored(before), writer, force)) {
            case Applied.Done(ObjectValue object, Owners owners) -> owners.on(object);
            case Applied.Conflicting conflicting -> throw Conflict.refusal(conflicting.conflicts());
        };
    }

    private static TypeSchema typeOf(ObjectValue object, Schemas types) {
        String apiVersion = object.string("apiVersion");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return types.forKind(group, apiVersion.substring(slash + 1), object.string("kind"))
                .orElseThrow(() -> Refusal.unsupportedPatch(PatchType.STRATEGIC_MERGE));
    }
}

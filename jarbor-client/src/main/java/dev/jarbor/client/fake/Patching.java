package dev.jarbor.client.fake;

import dev.jarbor.api.patch.JsonMergePatch;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.patch.StrategicMergePatch;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;

/** What a patch makes of an object. */
final class Patching {
    private Patching() {}

    static ObjectValue apply(ApiRequest request, ObjectValue before) {
        Value patch = request.body();
        return switch (request.patchType()) {
            case MERGE -> JsonMergePatch.apply(before, JsonMergePatch.checked(patch));
            case JSON -> JsonPatch.of(patch).apply(before) instanceof ObjectValue object ? object : before;
            case STRATEGIC_MERGE -> {
                Schemas types = Schemas.builtIn();
                yield StrategicMergePatch.apply(before, JsonMergePatch.checked(patch), typeOf(before, types), types);
            }
            case APPLY -> throw Refusal.unsupportedPatch(PatchType.APPLY);
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

package dev.jarbor.client;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;

/** A change to an object, in one of the formats. */
public record Patch(PatchType type, Value body) {
    public static Patch merge(ObjectValue body) {
        return new Patch(PatchType.MERGE, body);
    }

    public static Patch strategic(ObjectValue body) {
        return new Patch(PatchType.STRATEGIC_MERGE, body);
    }
}

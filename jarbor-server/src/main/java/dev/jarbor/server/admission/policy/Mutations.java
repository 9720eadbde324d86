package dev.jarbor.server.admission.policy;

import dev.jarbor.api.apply.Configurations;
import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.ShapeCheck;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.MadeObject;
import dev.jarbor.cel.value.Values;
import java.util.ArrayList;
import java.util.List;

/** Carries out what the expressions of a mutating policy make: applied configurations and JSON patches. */
final class Mutations {
    private Mutations() {}

    /** A change cannot be made. */
    static final class Impossible extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Impossible(String why) {
            super(why, null, false, false);
        }
    }

    /** {@code object} with the configuration that an expression made laid over it. */
    static ObjectValue applied(Object made, ObjectValue object, Shape shape) {
        if (!(made instanceof MadeObject configuration)) {
            throw new Impossible("unsupported return type from ApplyConfiguration expression");
        }
        requireNames(configuration, "Object");
        ObjectValue said = ((ObjectValue) value(configuration))
                .with("apiVersion", object.string("apiVersion"))
                .with("kind", object.string("kind"));
        String faults = ShapeCheck.faults(said, shape);
        if (!faults.isEmpty()) {
            throw new Impossible("error applying patch: failed to convert patch object to typed object: " + faults);
        }
        List<String> atomic = Configurations.atomicParts(said, shape);
        if (!atomic.isEmpty()) {
            throw new Impossible(
                    "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or"
                            + " structs: " + String.join(", ", atomic));
        }
        return Configurations.merged(object, said, shape);
    }

    /** {@code object} patched with the operations that an expression made; as it was where a test of them fails. */
    static ObjectValue patched(Object made, ObjectValue object) {
        if (!(made instanceof List<?> operations)) {
            throw new Impossible("type mismatch: JSONPatchType.expression should evaluate to array");
        }
        var patch = new ArrayList<Value>();
        for (Object operation : operations) {
            if (!(operation instanceof MadeObject one)) {
                throw new Impossible("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
            }
            if (one.fields().get("value") instanceof MadeObject inner) {
                requireNames(inner, inner.typeName());
            }
            patch.add(value(one));
        }
        try {
            return JsonPatch.of(ListValue.of(patch)).apply(object) instanceof ObjectValue changed ? changed : object;
        } catch (ApiException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            String why = String.valueOf(cause.getMessage());
            if (why.endsWith("test failed")) {
                return object;
            }
            throw new Impossible("JSONPath: " + why);
        }
    }

    private static Value value(Object made) {
        try {
            return Values.toValue(made);
        } catch (CelException e) {
            throw new Impossible(
                    "JSONPath valueExpression evaluated to a type that could not marshal to JSON: " + e.getMessage());
        }
    }

    /** The type of an object that stands in a field has to say so. */
    private static void requireNames(Object made, String expected) {
        switch (made) {
            case MadeObject object -> {
                if (!object.typeName().equals(expected)) {
                    throw new Impossible("type mismatch: unexpected type name " + GoText.quote(object.typeName())
                            + ", expected " + GoText.quote(expected)
                            + ", which matches field name path from root Object type");
                }
                object.fields().forEach((name, value) -> requireNames(value, expected + "." + name));
            }
            case List<?> list -> list.forEach(item -> requireNames(item, expected));
            default -> {}
        }
    }
}

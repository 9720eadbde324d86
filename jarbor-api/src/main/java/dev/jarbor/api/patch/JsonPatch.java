package dev.jarbor.api.patch;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of operations on a document (RFC 6902), with the reference's leniences: {@code replace} of an object's field
 * that is absent adds it, a {@code test} for null passes where there is nothing, and a {@code value} left out is null.
 * What a patch copies and how many operations it has is bounded as in the API server.
 */
public final class JsonPatch {
    private static final int MOST_OPERATIONS = 10_000;
    private static final int MOST_COPIED_BYTES = 3 * 1024 * 1024;

    private final List<ObjectValue> operations;

    private JsonPatch(List<ObjectValue> operations) {
        this.operations = operations;
    }

    /**
     * The patch that {@code document} is.
     *
     * @throws ApiException bad request where it is no list of objects, too large where the list is too long
     */
    public static JsonPatch of(Value document) {
        if (!(document instanceof ListValue list)) {
            throw ApiException.badRequest(
                    "json: cannot unmarshal " + goName(document) + " into Go value of type jsonpatch.Patch");
        }
        if (list.size() > MOST_OPERATIONS) {
            throw ApiException.requestEntityTooLarge(
                    "The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS + ", got " + list.size());
        }
        var operations = new ArrayList<ObjectValue>(list.size());
        for (Value item : list) {
            if (!(item instanceof ObjectValue operation)) {
                throw ApiException.badRequest(
                        "json: cannot unmarshal " + goName(item) + " into Go value of type jsonpatch.Operation");
            }
            operations.add(operation);
        }
        return new JsonPatch(operations);
    }

    /**
     * {@code document} with all operations done in order.
     *
     * @throws ApiException unprocessable where one of them cannot be done
     */
    public Value apply(Value document) {
        Value patched = document;
        int copied = 0;
        for (ObjectValue operation : operations) {
            if (operation.string("op").equals("copy")) {
                copied += copiedBytes(operation, patched);
            }
            if (copied > MOST_COPIED_BYTES) {
                throw ApiException.unprocessable(
                        "Unable to complete the copy, the accumulated size increase of copy is " + copied
                                + ", exceeding the limit " + MOST_COPIED_BYTES);
            }
            patched = apply(operation, patched);
        }
        return patched;
    }

    private static Value apply(ObjectValue operation, Value document) {
        return switch (operation.string("op")) {
            case "add" -> add(pointer(operation, "path"), document, operation.valueOrNull("value"));
            case "remove" -> remove(pointer(operation, "path"), document);
            case "replace" -> replace(pointer(operation, "path"), document, operation.valueOrNull("value"));
            case "move" -> move(operation, document);
            case "copy" -> copy(operation, document);
            case "test" -> test(pointer(operation, "path"), document, operation.valueOrNull("value"));
            default -> throw ApiException.unprocessable("Unexpected kind: " + operation.string("op"));
        };
    }

    private static Value add(JsonPointer place, Value document, Value value) {
        return place.edit(document, (container, token) -> added(container, token, value, place))
                .orElseThrow(() -> missing("add", place));
    }

    private static Value remove(JsonPointer place, Value document) {
        return place.edit(document, (container, token) -> removed(container, token, place))
                .orElseThrow(() -> missing("remove", place));
    }

    private static Value replace(JsonPointer place, Value document, Value value) {
        if (place.isRoot()) {
            if (value instanceof ObjectValue || value instanceof ListValue) {
                return value;
            }
            throw ApiException.unprocessable("replace operation value must be object or array");
        }
        return place.edit(document, (container, token) -> replaced(container, token, value, place))
                .orElseThrow(() -> missing("replace", place));
    }

    private static Value move(ObjectValue operation, Value document) {
        JsonPointer from = pointer(operation, "from");
        Value moved = from.isRoot() ? NullValue.NULL : from.in(document).orElse(NullValue.NULL);
        return add(pointer(operation, "path"), remove(from, document), moved);
    }

    private static Value copy(ObjectValue operation, Value document) {
        return add(pointer(operation, "path"), document, source(operation, document));
    }

    /** An object's absent field copies as null; any other place that is not there is a fault. */
    private static Value source(ObjectValue operation, Value document) {
        JsonPointer from = pointer(operation, "from");
        Optional<Value> there = from.isRoot() ? Optional.empty() : from.in(document);
        return there.or(() -> from.edit(document, (container, token) -> container)
                        .filter(ignored -> isFieldOfObject(from, document))
                        .map(ignored -> (Value) NullValue.NULL))
                .orElseThrow(() -> missing("copy", from));
    }

    private static Value test(JsonPointer place, Value document, Value expected) {
        Value actual = place.in(document)
                .or(() -> isFieldOfObject(place, document) ? Optional.of(NullValue.NULL) : Optional.empty())
                .orElseThrow(() -> missing("test", place));
        if (!actual.equals(expected)) {
            throw ApiException.unprocessable("testing value " + place + " failed: test failed");
        }
        return document;
    }

    private static Value added(Value container, String token, Value value, JsonPointer place) {
        if (container instanceof ObjectValue object) {
            return object.with(token, value);
        }
        var items = new ArrayList<>(((ListValue) container).items());
        int index = token.equals("-")
                ? items.size()
                : JsonPointer.index(token, items.size() + 1).orElseThrow(() -> badIndex("add", token, place));
        items.add(index, value);
        return ListValue.of(items);
    }

    private static Value removed(Value container, String token, JsonPointer place) {
        if (container instanceof ObjectValue object) {
            if (!object.has(token)) {
                throw ApiException.unprocessable("error in remove for path: '" + place
                        + "': Unable to remove nonexistent key: " + token + ": missing value");
            }
            return object.without(token);
        }
        var items = new ArrayList<>(((ListValue) container).items());
        int index = JsonPointer.index(token, items.size()).orElseThrow(() -> badIndex("remove", token, place));
        items.remove(index);
        return ListValue.of(items);
    }

    private static Value replaced(Value container, String token, Value value, JsonPointer place) {
        if (container instanceof ObjectValue object) {
            return object.with(token, value);
        }
        var items = new ArrayList<>(((ListValue) container).items());
        int index = JsonPointer.index(token, items.size()).orElseThrow(() -> badIndex("replace", token, place));
        items.set(index, value);
        return ListValue.of(items);
    }

    private static int copiedBytes(ObjectValue operation, Value document) {
        return Json.bytes(source(operation, document)).length;
    }

    private static boolean isFieldOfObject(JsonPointer place, Value document) {
        if (place.isRoot()) {
            return false;
        }
        var parent = new JsonPointer(place.tokens().subList(0, place.tokens().size() - 1));
        return parent.in(document).filter(ObjectValue.class::isInstance).isPresent();
    }

    private static JsonPointer pointer(ObjectValue operation, String field) {
        String kind = operation.string("op");
        if (!(operation.valueOrNull(field) instanceof StringValue(String text))) {
            throw ApiException.unprocessable(kind + " operation failed to decode " + field + ": missing value");
        }
        return JsonPointer.parse(text)
                .orElseThrow(() -> ApiException.unprocessable(
                        kind + " operation does not apply: doc is missing path: \"" + text + "\": missing value"));
    }

    private static ApiException missing(String kind, JsonPointer place) {
        return ApiException.unprocessable(
                kind + " operation does not apply: doc is missing path: \"" + place + "\": missing value");
    }

    private static ApiException badIndex(String kind, String token, JsonPointer place) {
        return ApiException.unprocessable("error in " + kind + " for path: '" + place
                + "': Unable to access invalid index: " + token + ": invalid index referenced");
    }

    private static String goName(Value value) {
        return switch (value) {
            case BooleanValue ignored -> "bool";
            case IntegerValue ignored -> "number";
            default -> value.typeName();
        };
    }
}

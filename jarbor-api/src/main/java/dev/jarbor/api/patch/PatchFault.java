package dev.jarbor.api.patch;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.stream.Collectors;

/** What is wrong with strategic merge patches, in the words and with the status codes of the reference. */
final class PatchFault {
    private PatchFault() {}

    static ApiException retainKeys() {
        return ApiException.badRequest("invalid patch format of retainKeys");
    }

    static ApiException primitiveList() {
        return ApiException.badRequest("invalid patch format of primitive list");
    }

    static ApiException elementOrder() {
        return ApiException.badRequest("invalid patch format of setElementOrder list");
    }

    static ApiException listOfLists() {
        return ApiException.unprocessable("lists of lists are not supported");
    }

    static ApiException unknownPatchType(Value type, ObjectValue object) {
        return ApiException.unknown("unknown patch type: " + plain(type) + " in map: " + plain(object));
    }

    static ApiException listMerge() {
        return ApiException.unknown("merging lists cannot yet be specified in the patch");
    }

    static ApiException noMergeKey(Value item, String key) {
        return ApiException.unknown("map: " + plain(item) + " does not contain declared merge key: " + key);
    }

    static ApiException noMergeKeyDeclared() {
        return ApiException.unknown("cannot merge lists without merge key for struct");
    }

    static ApiException notAnObject(Value found) {
        return ApiException.unknown("expected a map[string]interface {}, but received a " + goType(found));
    }

    static ApiException notAList(Value found) {
        return ApiException.unknown("expected a []interface {}, but received a " + goType(found));
    }

    static ApiException mixedTypes(ListValue left, ListValue right) {
        return ApiException.unknown("list element types are not identical: [" + plain(left) + " " + plain(right) + "]");
    }

    static ApiException orderMismatch(ListValue patch, ListValue order) {
        return ApiException.unknown("The order in patch list:\n" + plain(patch) + "\n doesn't match "
                + Directives.SET_ELEMENT_ORDER + " list:\n" + plain(order) + "\n");
    }

    /** As Go's {@code %v} prints it. */
    private static String plain(Value value) {
        return switch (value) {
            case ObjectValue object ->
                object.names().stream()
                        .map(name -> name + ":" + plain(object.valueOrNull(name)))
                        .collect(Collectors.joining(" ", "map[", "]"));
            case ListValue list -> list.stream().map(PatchFault::plain).collect(Collectors.joining(" ", "[", "]"));
            case NullValue ignored -> "<nil>";
            default -> value.toString();
        };
    }

    private static String goType(Value value) {
        return switch (value) {
            case ObjectValue ignored -> "map[string]interface {}";
            case ListValue ignored -> "[]interface {}";
            case StringValue ignored -> "string";
            case IntegerValue ignored -> "int64";
            case DecimalValue ignored -> "float64";
            case BooleanValue ignored -> "bool";
            case NullValue ignored -> "%!s(<nil>)";
        };
    }
}

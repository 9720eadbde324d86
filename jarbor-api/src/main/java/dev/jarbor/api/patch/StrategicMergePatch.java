package dev.jarbor.api.patch;

import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Optional;

/**
 * Strategic merge patch: a JSON merge patch that knows the type it patches. Lists whose field declares the merge
 * strategy merge, objects by their merge key and scalars as sets; all other lists are replaced. Directives in the patch
 * say more:
 *
 * <pre>
 * $patch: replace | delete              on an object, or on an item of a merging list
 * $retainKeys: [names]                  all other fields of the object go (unions)
 * $deleteFromPrimitiveList/x: [values]  these leave the list of scalars x
 * $setElementOrder/x: [keys or values]  the order in which the items of the merging list x end up
 * </pre>
 *
 * The rules and the messages are those of k8s.io/apimachinery, util/strategicpatch, as the API server applies it.
 *
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">Strategic
 *     Merge Patch</a>
 */
public final class StrategicMergePatch {
    private StrategicMergePatch() {}

    /**
     * {@code original}, an object of {@code type}, as {@code patch} wants it.
     *
     * @param types where the types of its fields are found
     * @throws dev.jarbor.api.status.ApiException where the patch contradicts itself or the type
     */
    public static ObjectValue apply(ObjectValue original, ObjectValue patch, TypeSchema type, Schemas types) {
        return merge(original, patch, PatchShape.of(type, types));
    }

    static ObjectValue merge(ObjectValue original, ObjectValue patch, PatchShape shape) {
        if (patch.has(Directives.PATCH)) {
            return instead(patch);
        }
        ObjectValue merged = retained(original, patch);
        ObjectValue rest = patch.without(Directives.RETAIN_KEYS);
        for (String name : patch.names()) {
            if (Directives.isOrder(name)) {
                String field =
                        Directives.subject(name, Directives.SET_ELEMENT_ORDER).orElseThrow(PatchFault::elementOrder);
                merged = ordered(merged, rest, name, field, shape.field(field));
                rest = rest.without(name).without(field);
            }
        }
        for (String name : rest.names()) {
            merged = mergeField(merged, name, rest.valueOrNull(name), shape);
        }
        return merged;
    }

    /** The patch is not merged but stands for the object, or removes what it has. */
    private static ObjectValue instead(ObjectValue patch) {
        Value directive = patch.valueOrNull(Directives.PATCH);
        return switch (directive.toString()) {
            case "replace" -> patch.without(Directives.PATCH);
            case "delete" -> ObjectValue.EMPTY;
            default -> throw PatchFault.unknownPatchType(directive, patch);
        };
    }

    /** {@code original} with no fields but those that the patch retains; it must retain what it sets. */
    private static ObjectValue retained(ObjectValue original, ObjectValue patch) {
        if (!patch.has(Directives.RETAIN_KEYS)) {
            return original;
        }
        if (!(patch.valueOrNull(Directives.RETAIN_KEYS) instanceof ListValue keys)) {
            throw PatchFault.retainKeys();
        }
        patch.without(Directives.RETAIN_KEYS).forEach((name, value) -> {
            boolean data = !(value instanceof NullValue) && !Directives.isDeletion(name) && !Directives.isOrder(name);
            if (data && !keys.items().contains(Value.of(name))) {
                throw PatchFault.retainKeys();
            }
        });
        ObjectValue retained = original;
        for (String name : original.names()) {
            if (!keys.items().contains(Value.of(name))) {
                retained = retained.without(name);
            }
        }
        return retained;
    }

    /** Merges the list {@code field} and puts it in the order that the patch's directive {@code name} gives. */
    private static ObjectValue ordered(
            ObjectValue original, ObjectValue patch, String name, String field, PatchShape.Field shape) {
        ListValue order = list(patch.valueOrNull(name));
        boolean live = original.has(field);
        boolean patched = patch.has(field);
        ListValue liveItems = live ? list(original.valueOrNull(field)) : ListValue.EMPTY;
        ListValue patchItems = patched ? list(patch.valueOrNull(field)) : ListValue.EMPTY;
        if (!live && !patched) {
            return original;
        }
        ListOrder.check(patchItems, order, shape.mergeKey());
        ListValue merged = liveItems;
        if (!live) {
            merged = Directives.without(patchItems);
        } else if (patched) {
            merged = shape.merges() ? ListMerge.merge(liveItems, patchItems, shape) : patchItems;
        }
        ListValue row = ListOrder.liveRow(liveItems, patchItems, shape.mergeKey());
        return original.with(field, new ListOrder(shape.mergeKey(), order, row).arrange(merged));
    }

    private static ObjectValue mergeField(ObjectValue merged, String name, Value change, PatchShape shape) {
        boolean deletion = Directives.isDeletion(name);
        String field = deletion
                ? Directives.subject(name, Directives.DELETE_FROM_PRIMITIVE_LIST)
                        .orElseThrow(PatchFault::primitiveList)
                : name;
        if (change instanceof NullValue) {
            return merged.without(field);
        }
        Optional<Value> before = merged.get(field);
        if (before.isPresent() && before.get() instanceof ListValue list && change instanceof ListValue items) {
            return merged.with(field, mergeList(list, items, deletion, shape.field(field)));
        }
        if (deletion) {
            return merged;
        }
        if (before.isPresent() && before.get() instanceof ObjectValue object && change instanceof ObjectValue fields) {
            PatchShape.Field inner = shape.field(field);
            return merged.with(field, inner.replaces() ? fields : merge(object, fields, inner.inner()));
        }
        return Directives.without(JsonMergePatch.withoutNulls(change))
                .map(clean -> merged.with(field, clean))
                .orElseGet(() -> merged.without(field));
    }

    private static ListValue mergeList(ListValue list, ListValue items, boolean deletion, PatchShape.Field shape) {
        if (deletion) {
            return ListMerge.delete(list, items, shape);
        }
        return shape.merges() ? ListMerge.merge(list, items, shape) : items;
    }

    private static ListValue list(Value value) {
        if (value instanceof ListValue list) {
            return list;
        }
        throw PatchFault.notAList(value);
    }
}

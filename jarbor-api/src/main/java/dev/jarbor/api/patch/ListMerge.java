package dev.jarbor.api.patch;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Merges the lists of fields with the merge strategy. */
final class ListMerge {
    private ListMerge() {}

    /** {@code original} with the items of {@code patch} merged in, and the patch's items in the patch's order. */
    static ListValue merge(ListValue original, ListValue patch, PatchShape.Field shape) {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        return holdObjects(original, patch)
                ? mergeObjects(original, patch, shape)
                : new ListOrder(shape.mergeKey(), patch, original).arrange(union(original, patch));
    }

    /** {@code original} without the scalars in {@code unwanted}; lists of objects merge even so, as in the reference. */
    static ListValue delete(ListValue original, ListValue unwanted, PatchShape.Field shape) {
        if (original.isEmpty() && unwanted.isEmpty()) {
            return original;
        }
        if (holdObjects(original, unwanted)) {
            return mergeObjects(original, unwanted, shape);
        }
        return ListValue.of(original.stream()
                .filter(item -> !unwanted.items().contains(item))
                .toList());
    }

    private static ListValue mergeObjects(ListValue original, ListValue patch, PatchShape.Field shape) {
        if (shape.mergeKey().isEmpty()) {
            throw PatchFault.noMergeKeyDeclared();
        }
        var items = new ArrayList<ObjectValue>();
        var kept = new ArrayList<>(original.objects());
        boolean replace = false;
        for (ObjectValue item : patch.objects()) {
            if (!item.has(Directives.PATCH)) {
                items.add(item);
            } else if (isReplacement(item)) {
                replace = true;
            } else {
                Value unwanted = key(item, shape.mergeKey());
                kept.removeIf(live ->
                        live.get(shape.mergeKey()).filter(unwanted::equals).isPresent());
            }
        }
        if (replace) {
            return new ListOrder(shape.mergeKey(), ListValue.EMPTY, ListValue.of(items)).arrange(ListValue.of(items));
        }
        ListValue liveOrder = ListValue.of(kept);
        items.forEach(item -> mergeItem(kept, item, shape));
        return new ListOrder(shape.mergeKey(), ListValue.of(items), liveOrder).arrange(ListValue.of(kept));
    }

    /** Whether the item says that the patch's list replaces the other, and not that an item is to be deleted. */
    private static boolean isReplacement(ObjectValue item) {
        Value directive = item.valueOrNull(Directives.PATCH);
        return switch (directive.toString()) {
            case "replace" -> true;
            case "delete" -> false;
            case "merge" -> throw PatchFault.listMerge();
            default -> throw PatchFault.unknownPatchType(directive, item);
        };
    }

    /** Whether the item does not belong into the list but takes another out of it. */
    static boolean isDeletion(Value item) {
        return item instanceof ObjectValue object
                && object.valueOrNull(Directives.PATCH).equals(Value.of("delete"));
    }

    private static void mergeItem(List<ObjectValue> items, ObjectValue item, PatchShape.Field shape) {
        Value key = key(item, shape.mergeKey());
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).get(shape.mergeKey()).filter(key::equals).isPresent()) {
                items.set(i, StrategicMergePatch.merge(items.get(i), item, shape.inner()));
                return;
            }
        }
        items.add(item);
    }

    static Value key(Value item, String mergeKey) {
        if (!(item instanceof ObjectValue object)) {
            throw PatchFault.notAnObject(item);
        }
        return object.get(mergeKey).orElseThrow(() -> PatchFault.noMergeKey(item, mergeKey));
    }

    private static ListValue union(ListValue original, ListValue patch) {
        var items = new LinkedHashSet<>(original.items());
        items.addAll(patch.items());
        return ListValue.of(List.copyOf(items));
    }

    /** Whether both lists hold objects; all items of both must be of one type, and none a list. */
    private static boolean holdObjects(ListValue left, ListValue right) {
        Class<?> type = (left.isEmpty() ? right : left).get(0).getClass();
        if (type == ListValue.class) {
            throw PatchFault.listOfLists();
        }
        for (ListValue list : List.of(left, right)) {
            if (list.stream().anyMatch(item -> item.getClass() != type)) {
                throw PatchFault.mixedTypes(left, right);
            }
        }
        return type == ObjectValue.class;
    }
}

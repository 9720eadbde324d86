package dev.jarbor.api.patch;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order of a merged list. Items that the patch names stand in the patch's order and all others in the order they
 * had; the two rows are then folded into one as the live list had them, as far as both rows allow: before each item of
 * the patch go those others that stood before it.
 */
final class ListOrder {
    private final String mergeKey;
    private final Map<Value, Integer> wanted;
    private final Map<Value, Integer> live;

    /** @param mergeKey what tells items apart, or "" where they are scalars */
    ListOrder(String mergeKey, ListValue wanted, ListValue live) {
        this.mergeKey = mergeKey;
        this.wanted = positions(wanted);
        this.live = positions(live);
    }

    /** Refuses an order that lists the patch's items in another order than the patch, or not all of them. */
    static void check(ListValue patch, ListValue order, String mergeKey) {
        if (order.isEmpty() || patch.isEmpty()) {
            return;
        }
        int next = 0;
        for (Value item : patch) {
            if (isDirective(item)) {
                if (next == order.size() && !ListMerge.isDeletion(item)) {
                    throw PatchFault.orderMismatch(patch, order);
                }
                continue;
            }
            Value key = mergeKey.isEmpty() ? item : ListMerge.key(item, mergeKey);
            while (next < order.size() && !key.equals(keyIn(order, next, mergeKey))) {
                next++;
            }
            if (next++ == order.size()) {
                throw PatchFault.orderMismatch(patch, order);
            }
        }
    }

    /**
     * The order that counts as the live list's while {@code patch} is merged into it: at its end, each deleted item
     * makes room for one that the patch adds, so that a new item which takes the place of a deleted one comes after the
     * items that the patch does not name.
     */
    static ListValue liveRow(ListValue live, ListValue patch, String mergeKey) {
        if (mergeKey.isEmpty() || patch.stream().noneMatch(ListMerge::isDeletion)) {
            return live;
        }
        Set<Value> deleted = keys(patch.stream().filter(ListMerge::isDeletion), mergeKey);
        List<Value> row = new ArrayList<>(live.stream()
                .filter(item -> !deleted.contains(ListMerge.key(item, mergeKey)))
                .toList());
        Set<Value> kept = keys(row.stream(), mergeKey);
        patch.stream()
                .filter(item -> !isDirective(item) && !kept.contains(ListMerge.key(item, mergeKey)))
                .limit(live.size() - row.size())
                .toList()
                .forEach(row::add);
        return ListValue.of(row);
    }

    ListValue arrange(ListValue merged) {
        var named = new ArrayList<Value>();
        var others = new ArrayList<Value>();
        for (Value item : merged) {
            (wanted.containsKey(key(item)) ? named : others).add(item);
        }
        named.sort(by(wanted));
        others.sort(by(live));
        return ListValue.of(folded(named, others));
    }

    private List<Value> folded(List<Value> named, List<Value> others) {
        var all = new ArrayList<Value>(named.size() + others.size());
        int next = 0;
        for (Value item : named) {
            while (next < others.size() && stoodBefore(others.get(next), item)) {
                all.add(others.get(next++));
            }
            all.add(item);
        }
        all.addAll(others.subList(next, others.size()));
        return all;
    }

    private boolean stoodBefore(Value left, Value right) {
        int from = live.getOrDefault(key(left), -1);
        int to = live.getOrDefault(key(right), -1);
        return from >= 0 && from < to;
    }

    private Comparator<Value> by(Map<Value, Integer> positions) {
        return Comparator.comparingInt(item -> positions.getOrDefault(key(item), Integer.MAX_VALUE));
    }

    private Map<Value, Integer> positions(ListValue items) {
        var positions = new HashMap<Value, Integer>();
        for (int i = 0; i < items.size(); i++) {
            positions.putIfAbsent(key(items.get(i)), i);
        }
        return positions;
    }

    private Value key(Value item) {
        return mergeKey.isEmpty() ? item : ListMerge.key(item, mergeKey);
    }

    private static boolean isDirective(Value item) {
        return item instanceof ObjectValue object && object.has(Directives.PATCH);
    }

    private static Set<Value> keys(Stream<Value> items, String mergeKey) {
        return items.map(item -> ListMerge.key(item, mergeKey)).collect(Collectors.toSet());
    }

    private static Value keyIn(ListValue order, int index, String mergeKey) {
        return mergeKey.isEmpty() ? order.get(index) : ListMerge.key(order.get(index), mergeKey);
    }
}

package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Lays an applied configuration over an object: what the configuration says holds, everything else stays. Nothing goes;
 * that is {@link Removal}'s.
 */
final class Merge {
    private Merge() {}

    static ObjectValue of(ObjectValue live, ObjectValue applied, Shape shape) {
        return merged(live, applied, shape) instanceof ObjectValue object ? object : live;
    }

    private static Value merged(Value live, Value applied, Shape shape) {
        return switch (shape.as(applied)) {
            case Shape.Fields object -> {
                if (object.atomic() || !(live instanceof ObjectValue mine) || mine.isEmpty()) {
                    yield applied;
                }
                yield applied instanceof ObjectValue said ? fields(mine, said, object) : keep(mine, applied);
            }
            case Shape.Items list -> {
                if (list.listing() == Shape.Listing.ATOMIC || !(live instanceof ListValue mine) || mine.isEmpty()) {
                    yield applied;
                }
                yield applied instanceof ListValue said ? items(mine, said, list) : keep(mine, applied);
            }
            case Shape.Leaf ignored -> applied;
            case Shape.Deduced ignored -> applied;
            case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
        };
    }

    /** A null says nothing about the parts of what it stands for; anything else of another type replaces. */
    private static Value keep(Value live, Value applied) {
        return applied instanceof NullValue ? live : applied;
    }

    private static ObjectValue fields(ObjectValue live, ObjectValue applied, Shape.Fields shape) {
        ObjectValue merged = live;
        for (int i = 0; i < applied.size(); i++) {
            String name = applied.name(i);
            Value said = applied.value(i);
            if (!live.has(name)) {
                merged = merged.with(name, said);
            } else {
                Value before = live.valueOrNull(name);
                Shape inner = shape.field(name);
                Value after = merged(before, said, inner == null ? Shape.Deduced.DEDUCED : inner);
                merged = after.equals(before) ? merged : merged.with(name, after);
            }
        }
        return merged;
    }

    /** A list with the element of each item, in order; what has none is passed over. */
    private record Row(List<String> elements, List<Value> items, Map<String, Value> byElement) {
        static Row of(ListValue list, Shape.Items shape) {
            var row = new Row(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
            for (Value item : list) {
                if (ListKeys.of(shape, item) instanceof ListKeys.Found.Element(String element)) {
                    row.elements.add(element);
                    row.items.add(item);
                    // Of items with the same keys none is merged: one is replaced by what is applied, all others go.
                    row.byElement.merge(element, item, (one, other) -> NullValue.NULL);
                }
            }
            return row;
        }

        int size() {
            return elements.size();
        }

        boolean has(String element) {
            return byElement.containsKey(element);
        }
    }

    /**
     * Both lists in one. What both have stands in the order of the applied list, and what only one has stays behind the
     * neighbour it had there.
     */
    private static ListValue items(ListValue live, ListValue applied, Shape.Items shape) {
        Row left = Row.of(live, shape);
        Row right = Row.of(applied, shape);
        List<String> shared = right.elements.stream().filter(left::has).toList();
        var done = new HashSet<String>();
        var out = new ArrayList<Value>();
        int next = 0;
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            if (i < left.size() && j < right.size()) {
                String element = left.elements.get(i);
                if (element.equals(right.elements.get(j))) {
                    done.add(element);
                    out.add(item(left, right, element, shape));
                    i++;
                    j++;
                    next++;
                    continue;
                }
                if (right.has(element)
                        && next < shared.size()
                        && !shared.get(next).equals(element)) {
                    // The applied list has it too, but not as the next one.
                    i++;
                    continue;
                }
            }
            if (i < left.size()) {
                String element = left.elements.get(i);
                if (!right.has(element)) {
                    out.add(left.items.get(i++));
                    continue;
                }
                if (done.contains(element)) {
                    i++;
                }
            }
            if (j < right.size()) {
                String element = right.elements.get(j++);
                done.add(element);
                out.add(item(left, right, element, shape));
                if (next < shared.size() && shared.get(next).equals(element)) {
                    next++;
                }
            }
        }
        ListValue merged = ListValue.of(out);
        return merged.equals(live) ? live : merged;
    }

    private static Value item(Row left, Row right, String element, Shape.Items shape) {
        Value said = right.byElement.getOrDefault(element, NullValue.NULL);
        Value before = left.byElement.getOrDefault(element, NullValue.NULL);
        return before instanceof NullValue ? said : merged(before, said, shape.item());
    }
}

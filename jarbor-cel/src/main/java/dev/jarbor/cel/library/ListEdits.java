package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.DYN;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.LIST_OF_T;

import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Equality;
import dev.jarbor.cel.value.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Lists made of lists: slices, flattened, sorted, without repetitions.
 *
 * @see <a href="https://pkg.go.dev/github.com/google/cel-go/ext#Lists">extended lists library</a>
 */
final class ListEdits {
    private static final long LONGEST_RANGE = 10_000_000;

    private ListEdits() {}

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("slice", (a, meter) -> slice(Arguments.list(a, 0), number(a, 1), number(a, 2)))
                .member("list_slice", LIST_OF_T, LIST_OF_T, INT, INT)
                .build());
        all.add(Definition.of("flatten", (a, meter) -> flat(a, meter))
                .member("list_flatten", LIST_OF_T, Types.list(LIST_OF_T))
                .member("list_flatten_int", Types.list(DYN), Types.list(DYN), INT)
                .build());
        all.add(Definition.of("lists.range", (a, meter) -> range(number(a, 0)))
                .global("lists_range", Types.list(INT), INT)
                .build());
        all.add(Definition.of(
                        "reverse",
                        List.class,
                        (a, meter) -> Arguments.list(a, 0).reversed())
                .member("list_reverse", LIST_OF_T, LIST_OF_T)
                .build());
        all.add(Definition.of("distinct", (a, meter) -> distinct(Arguments.list(a, 0), meter))
                .member("list_distinct", LIST_OF_T, LIST_OF_T)
                .build());
        Definition.Builder sort =
                Definition.of("sort", (a, meter) -> sorted(Arguments.list(a, 0), Arguments.list(a, 0), meter));
        Definition.Builder sortBy = Definition.of(
                "@sortByAssociatedKeys", (a, meter) -> sorted(Arguments.list(a, 0), Arguments.list(a, 1), meter));
        ListFunctions.COMPARABLE.forEach((name, type) -> {
            sort.member("list_" + name + "_sort", Types.list(type), Types.list(type));
            sortBy.member("list_" + name + "_sortByAssociatedKeys", LIST_OF_T, LIST_OF_T, Types.list(type));
        });
        all.add(sort.build());
        all.add(sortBy.build());
        return all;
    }

    private static long number(Object[] a, int index) {
        return Arguments.of(Long.class, a, index);
    }

    private static List<?> slice(List<?> list, long from, long to) {
        String what = "cannot slice(" + from + ", " + to + "), ";
        if (from < 0 || to < 0) {
            throw new CelException(what + "negative indexes not supported");
        }
        if (from > to) {
            throw new CelException(what + "start index must be less than or equal to end index");
        }
        if (to > list.size()) {
            throw new CelException(what + "list is length " + list.size());
        }
        return Collections.unmodifiableList(new ArrayList<>(list.subList((int) from, (int) to)));
    }

    private static List<?> flat(Object[] a, Meter meter) {
        long depth = a.length > 1 ? number(a, 1) : 1;
        if (depth < 0) {
            throw new CelException("level must be non-negative");
        }
        var flat = new ArrayList<Object>();
        flatten(Arguments.list(a, 0), depth, flat, meter);
        return Collections.unmodifiableList(flat);
    }

    private static void flatten(List<?> list, long depth, List<Object> flat, Meter meter) {
        for (Object item : list) {
            meter.step(1);
            if (depth > 0 && item instanceof List<?> inner) {
                flatten(inner, depth - 1, flat, meter);
            } else {
                flat.add(item);
            }
        }
    }

    private static List<?> range(long size) {
        if (size < 0) {
            throw new CelException("lists.range: size must be non-negative, got " + size);
        }
        if (size > LONGEST_RANGE) {
            throw new CelException("lists.range: size " + size + " exceeds maximum allowed (" + LONGEST_RANGE + ")");
        }
        return LongStream.range(0, size).boxed().toList();
    }

    private static List<?> distinct(List<?> list, Meter meter) {
        var distinct = new ArrayList<Object>();
        for (Object item : list) {
            if (distinct.stream().noneMatch(known -> Equality.equal(item, known, meter))) {
                distinct.add(item);
            }
        }
        return Collections.unmodifiableList(distinct);
    }

    /** {@code list} in the order of {@code keys}, of which each item has one. */
    private static List<?> sorted(List<?> list, List<?> keys, Meter meter) {
        if (list.size() != keys.size()) {
            throw new CelException("@sortByAssociatedKeys() expected a list of the same size as the associated keys"
                    + " list, but got " + list.size() + " and " + keys.size() + " elements respectively");
        }
        if (list.isEmpty()) {
            return list;
        }
        Object first = keys.getFirst();
        if (!isComparable(first)) {
            throw new CelException("list elements must be comparable");
        }
        var order = new ArrayList<Integer>();
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).getClass().equals(first.getClass())) {
                throw new CelException("list elements must have the same type");
            }
            order.add(i);
        }
        order.sort((one, other) -> {
            meter.step(1);
            return Equality.compare(keys.get(one), keys.get(other));
        });
        return order.stream().map(list::get).toList();
    }

    private static boolean isComparable(Object key) {
        return Equality.isNumber(key)
                || key instanceof Boolean
                || key instanceof String
                || key instanceof Bytes
                || key instanceof Duration
                || key instanceof Instant;
    }
}

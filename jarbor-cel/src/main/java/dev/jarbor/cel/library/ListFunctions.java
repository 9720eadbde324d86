package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.ANY_T;
import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.LIST_OF_T;

import dev.cel.common.types.CelType;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Equality;
import dev.jarbor.cel.value.Lists;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Unsigned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions of lists, and lists as sets.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library">list library</a>
 */
final class ListFunctions {
    private static final List<String> ORDER =
            List.of("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes");
    private static final Map<String, CelType> SUMMABLE =
            named(Map.of("int", Types.INT, "uint", Types.UINT, "double", Types.DOUBLE, "duration", Types.DURATION));
    static final Map<String, CelType> COMPARABLE = named(Map.of(
            "int",
            Types.INT,
            "uint",
            Types.UINT,
            "double",
            Types.DOUBLE,
            "duration",
            Types.DURATION,
            "bool",
            Types.BOOL,
            "timestamp",
            Types.TIMESTAMP,
            "string",
            Types.STRING,
            "bytes",
            Types.BYTES));

    private ListFunctions() {}

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        Definition.Builder isSorted = Definition.of("isSorted", (a, meter) -> isSorted(Arguments.list(a, 0), meter));
        Definition.Builder min = Definition.of("min", (a, meter) -> best("min", Arguments.list(a, 0), -1, meter));
        Definition.Builder max = Definition.of("max", (a, meter) -> best("max", Arguments.list(a, 0), 1, meter));
        COMPARABLE.forEach((name, type) -> {
            isSorted.member("list_" + name + "_is_sorted_bool", BOOL, Types.list(type));
            min.member("list_" + name + "_min_" + name, type, Types.list(type));
            max.member("list_" + name + "_max_" + name, type, Types.list(type));
        });
        Definition.Builder sum = Definition.of("sum", (a, meter) -> sum(Arguments.list(a, 0), meter));
        SUMMABLE.forEach((name, type) -> sum.member("list_" + name + "_sum_" + name, type, Types.list(type)));
        all.addAll(List.of(isSorted.build(), min.build(), max.build(), sum.build()));
        all.add(Definition.of("indexOf", List.class, (a, meter) -> indexOf(Arguments.list(a, 0), a[1], meter))
                .member("list_a_index_of_int", INT, LIST_OF_T, ANY_T)
                .build());
        all.add(Definition.of("lastIndexOf", List.class, (a, meter) -> lastIndexOf(Arguments.list(a, 0), a[1], meter))
                .member("list_a_last_index_of_int", INT, LIST_OF_T, ANY_T)
                .build());
        all.add(set("contains", (a, meter) -> containsAll(Arguments.list(a, 0), Arguments.list(a, 1), meter)));
        all.add(set(
                "equivalent",
                (a, meter) -> containsAll(Arguments.list(a, 0), Arguments.list(a, 1), meter)
                        && containsAll(Arguments.list(a, 1), Arguments.list(a, 0), meter)));
        all.add(set("intersects", (a, meter) -> {
            List<?> other = Arguments.list(a, 1);
            return Arguments.list(a, 0).stream().anyMatch(item -> Lists.contains(other, item, meter));
        }));
        return all;
    }

    private static Map<String, CelType> named(Map<String, CelType> types) {
        var ordered = new LinkedHashMap<String, CelType>();
        for (String name : ORDER) {
            CelType type = types.get(name);
            if (type != null) {
                ordered.put(name, type);
            }
        }
        return ordered;
    }

    private static Definition set(String name, Function body) {
        return Definition.of("sets." + name, body)
                .global("list_sets_" + name + "_list", BOOL, LIST_OF_T, LIST_OF_T)
                .build();
    }

    private static boolean containsAll(List<?> list, List<?> sought, Meter meter) {
        return sought.stream().allMatch(item -> Lists.contains(list, item, meter));
    }

    private static boolean isSorted(List<?> list, Meter meter) {
        for (int i = 1; i < list.size(); i++) {
            meter.step(1);
            if (Equality.compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object best(String name, List<?> list, int wanted, Meter meter) {
        if (list.isEmpty()) {
            throw new CelException(name + " called on empty list");
        }
        Object best = list.get(0);
        for (Object item : list) {
            meter.step(1);
            if (Integer.signum(Equality.compare(item, best)) == wanted) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(List<?> list, Meter meter) {
        meter.step(list.size());
        if (list.isEmpty()) {
            return 0L;
        }
        try {
            return switch (list.get(0)) {
                case Long ignored -> {
                    long sum = 0;
                    for (Object item : list) {
                        sum = Math.addExact(sum, cast(Long.class, item));
                    }
                    yield sum;
                }
                case Unsigned ignored -> {
                    long sum = 0;
                    for (Object item : list) {
                        long more = cast(Unsigned.class, item).bits();
                        if (Long.compareUnsigned(sum + more, sum) < 0) {
                            throw new CelException("unsigned integer overflow");
                        }
                        sum += more;
                    }
                    yield new Unsigned(sum);
                }
                case Double ignored -> {
                    double sum = 0;
                    for (Object item : list) {
                        sum += cast(Double.class, item);
                    }
                    yield sum;
                }
                case Duration ignored -> {
                    Duration sum = Duration.ZERO;
                    for (Object item : list) {
                        sum = Times.inRange(sum.plus(cast(Duration.class, item)));
                    }
                    yield sum;
                }
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException e) {
            throw new CelException("integer overflow");
        }
    }

    private static <T> T cast(Class<T> type, Object item) {
        if (type.isInstance(item)) {
            return type.cast(item);
        }
        throw CelException.noSuchOverload();
    }

    private static long indexOf(List<?> list, Object item, Meter meter) {
        for (int i = 0; i < list.size(); i++) {
            if (Equality.equal(list.get(i), item, meter)) {
                return i;
            }
        }
        return -1;
    }

    private static long lastIndexOf(List<?> list, Object item, Meter meter) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (Equality.equal(list.get(i), item, meter)) {
                return i;
            }
        }
        return -1;
    }
}

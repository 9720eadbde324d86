package dev.jarbor.cel.program;

import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.Texts;
import java.util.List;
import java.util.Map;

/**
 * What a call costs (cel-go, interpreter/runtimecost, and Kubernetes' apiserver/pkg/cel/library/cost): a tenth for each
 * character that is read, one for each item that is looked at.
 */
final class Price {
    static final long LIST = 10;
    static final long MAP = 30;
    static final long OBJECT = 40;
    private static final double CHARACTER = 0.1;
    private static final double PATTERN_CHARACTER = 0.25;
    /** A cost at which nobody goes on counting, because no evaluation may cost that much. */
    private static final long ENOUGH = 100_000_000;

    private static final long ACCESS_CHECK = 350_000;

    private final String function;

    private Price(String function) {
        this.function = function;
    }

    /** Of what the reference has optimized away. */
    static Price free() {
        return new Price("");
    }

    static Price of(String function) {
        return new Price(function);
    }

    /** What is known before the call. */
    long before(Object[] a) {
        return switch (function) {
            case "" -> 0;
            case "begun" -> 2;
            case "check" -> ACCESS_CHECK;
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(a[0]);
            case "url",
                    "lowerAscii",
                    "upperAscii",
                    "substring",
                    "trim",
                    "cidr",
                    "isIP",
                    "isCIDR",
                    "quantity",
                    "isQuantity",
                    "semver",
                    "isSemver" -> read(size(a[0]));
            case "startsWith", "endsWith" -> read(size(a[0]));
            case "string" -> a[0] instanceof Bytes ? read(size(a[0])) : 1;
            case "bytes" -> a[0] instanceof String ? read(size(a[0])) : 1;
            case "replace", "split" -> read(2 * size(a[0]));
            case "ip.isCanonical" -> read(2 * size(a[0]));
            case "ip" -> a[0] instanceof String ? read(size(a[0])) : 1;
            case "find", "findAll", "matches" ->
                read(1 + size(a[0])) * (long) Math.ceil(size(a[1]) * PATTERN_CHARACTER);
            case "contains" -> read(size(a[0])) * read(size(a[1]));
            case "containsIP" -> 1 + (a[1] instanceof String ? read(size(a[1])) : 0);
            case "containsCIDR" -> 3 + (a[1] instanceof String ? read(size(a[1])) : 0);
            case "join" -> 0;
            case "@in" -> a[1] instanceof List<?> list ? list.size() : 1;
            case "_==_", "_!=_" -> read(Math.min(size(a[0]), size(a[1])));
            case "_<_", "_<=_", "_>_", "_>=_" ->
                a[0] instanceof String || a[0] instanceof Bytes ? read(Math.min(size(a[0]), size(a[1]))) : 1;
            case "_+_" -> a[0] instanceof String || a[0] instanceof Bytes ? read(size(a[0]) + size(a[1])) : 1;
            case "format", "strings.quote" -> read(size(a[0]));
            case "sets.contains", "sets.equivalent", "sets.intersects" -> Math.max(1, size(a[0]) * size(a[1]));
            case "slice" -> LIST + 1 + Math.max(0, number(a[2]) - number(a[1]));
            case "lists.range" -> LIST + 1 + Math.max(0, number(a[0]));
            case "reverse" -> a[0] instanceof List<?> list ? LIST + 1 + list.size() : 1;
            case "flatten" -> LIST + 1 + size(a[0]) * (a.length > 1 ? Math.clamp(number(a[1]), 0, ENOUGH) : 1);
            case "distinct", "sort" -> comparisons(a[0]);
            case "@sortByAssociatedKeys" -> comparisons(a[1]);
            case "validate" -> read(1 + size(a[1])) * 15;
            default -> 1;
        };
    }

    /** What depends on the result. */
    long after(Object result) {
        return function.equals("join") ? read(2 * size(result)) : 0;
    }

    private static long read(long characters) {
        return (long) Math.ceil(characters * CHARACTER);
    }

    private static long size(Object value) {
        return switch (value) {
            case String text -> Texts.length(text);
            case Bytes bytes -> bytes.size();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> 1;
        };
    }

    private static long number(Object value) {
        return value instanceof Long number ? Math.clamp(number, -ENOUGH, ENOUGH) : 0;
    }

    /** Each item of a list with each other one. */
    private static long comparisons(Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            return LIST + 1;
        }
        boolean texts = list.getFirst() instanceof String || list.getFirst() instanceof Bytes;
        return LIST + 1 + (long) ((double) list.size() * list.size() * (texts ? 2 + CHARACTER : 2));
    }

    private static long traversal(Object value) {
        return switch (value) {
            case String text -> (long) (text.length() * CHARACTER);
            case Bytes bytes -> (long) (bytes.size() * CHARACTER);
            case List<?> list -> {
                long cost = 0;
                for (int i = 0; i < list.size() && cost <= ENOUGH; i++) {
                    cost += traversal(list.get(i));
                }
                yield cost;
            }
            case Map<?, ?> map -> {
                long cost = 0;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    cost += traversal(entry.getKey()) + traversal(entry.getValue());
                }
                yield cost;
            }
            default -> 1;
        };
    }
}

package dev.jarbor.cel.program;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.value.Texts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How large the parts of an expression can be: constants by themselves, what the types declare by its place in them (a
 * variable and the fields and items on the way), results of calls by what was found out about their operands.
 */
final class Sizes {
    static final String ITEMS = "@items";
    static final String VALUES = "@values";
    private static final String KEYS = "@keys";
    private static final String INDICES = "@indices";

    private final CelAbstractSyntaxTree tree;
    private final Map<String, DeclaredType> variables;
    private final Map<Long, List<String>> places = new HashMap<>();
    private final Map<Long, Range> known = new HashMap<>();
    private final Map<Long, Entries> knownEntries = new HashMap<>();
    private final Map<String, Deque<Local>> locals = new HashMap<>();

    /** The sizes of the keys and values in a list or a map. */
    record Entries(boolean isList, Range key, Range value) {
        Entries union(Entries other) {
            return new Entries(isList, key.union(other.key), value.union(other.value));
        }
    }

    /** A variable of a loop or of a binding. */
    private record Local(
            List<String> place,
            @Nullable Range size,
            @Nullable Entries entries) {}

    Sizes(CelAbstractSyntaxTree tree, Map<String, DeclaredType> variables) {
        this.tree = tree;
        this.variables = variables;
    }

    CelType type(CelExpr part) {
        return tree.getType(part.id()).orElse(SimpleType.DYN);
    }

    /** Notes where a name leads. */
    void place(CelExpr name) {
        places.put(name.id(), placeOfName(name.ident().name()));
    }

    private List<String> placeOfName(String name) {
        Local local = local(name);
        return local == null ? List.of(name) : local.place;
    }

    /** Notes that {@code part} is {@code step} below {@code container}. */
    void place(CelExpr part, CelExpr container, String step) {
        places.put(part.id(), below(placeOf(container), step));
    }

    private List<String> placeOf(CelExpr part) {
        if (part.getKind() == CelExpr.ExprKind.Kind.IDENT && local(part.ident().name()) != null) {
            return placeOfName(part.ident().name());
        }
        return places.getOrDefault(part.id(), List.of());
    }

    private static List<String> below(List<String> place, String step) {
        var longer = new ArrayList<>(place);
        longer.add(step);
        return longer;
    }

    private @Nullable Local local(String name) {
        Deque<Local> stack = locals.get(name);
        return stack == null ? null : stack.peek();
    }

    private void push(String name, Local local) {
        locals.computeIfAbsent(name, key -> new ArrayDeque<>()).push(local);
    }

    /** A variable that stands for {@code value}. */
    void push(String name, CelExpr value) {
        push(
                name,
                new Local(
                        placeOf(value), find(value).orElse(null), entries(value).orElse(null)));
    }

    /** A variable that stands for the keys or indices of {@code range}. */
    void pushKey(String name, CelExpr range, boolean isList) {
        Range size = entries(range).map(Entries::key).orElse(null);
        push(name, new Local(below(placeOf(range), isList ? INDICES : KEYS), size, null));
    }

    /** A variable that stands for the items or values of {@code range}. */
    void pushValue(String name, CelExpr range, boolean isList) {
        Range size = entries(range).map(Entries::value).orElse(null);
        push(name, new Local(below(placeOf(range), isList ? ITEMS : VALUES), size, null));
    }

    void pop(String name) {
        Deque<Local> stack = locals.get(name);
        if (stack != null) {
            stack.pop();
        }
    }

    void remember(CelExpr part, @Nullable Range size) {
        if (size != null) {
            known.put(part.id(), size);
        }
    }

    void rememberEntries(CelExpr part, Entries entries) {
        knownEntries.put(part.id(), entries);
    }

    void copy(CelExpr to, CelExpr from) {
        remember(to, find(from).orElse(null));
        entries(from).ifPresent(found -> rememberEntries(to, found));
    }

    /** The size of a part, or no bound at all. */
    Range of(CelExpr part) {
        return find(part).orElse(Range.UNKNOWN);
    }

    /** The size of a part where something is known about it. */
    Optional<Range> find(CelExpr part) {
        Range remembered = known.get(part.id());
        if (remembered != null) {
            return Optional.of(remembered);
        }
        Optional<Range> own = literal(part).or(() -> declared(placeOf(part)));
        if (own.isPresent()) {
            return own;
        }
        if (isScalar(type(part))) {
            return Optional.of(Range.ONE);
        }
        Local local = part.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? local(part.ident().name())
                : null;
        return local == null ? Optional.empty() : Optional.ofNullable(local.size);
    }

    Optional<Entries> entries(CelExpr part) {
        Entries remembered = knownEntries.get(part.id());
        if (remembered != null) {
            return Optional.of(remembered);
        }
        Local local = part.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? local(part.ident().name())
                : null;
        return local == null ? Optional.empty() : Optional.ofNullable(local.entries);
    }

    /** The size of the items of the list {@code part}, by its place or by its type. */
    Range itemsOf(CelExpr part) {
        return declared(below(placeOf(part), ITEMS)).orElse(Range.UNKNOWN);
    }

    private static Optional<Range> literal(CelExpr part) {
        return switch (part.getKind()) {
            case CONSTANT -> Optional.of(Range.of(constant(part.constant())));
            case LIST -> Optional.of(Range.of(part.list().elements().size()));
            case MAP -> Optional.of(Range.of(part.map().entries().size()));
            default -> Optional.empty();
        };
    }

    private static long constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case STRING_VALUE -> Texts.length(constant.stringValue());
            case BYTES_VALUE -> constant.bytesValue().size();
            default -> 1;
        };
    }

    private Optional<Range> declared(List<String> place) {
        if (place.isEmpty()) {
            return Optional.empty();
        }
        // The reference looks up every name, even of a type, as if it were the variable "self".
        Optional<DeclaredType> here = Optional.ofNullable(variables.get(place.getFirst()))
                .or(() -> Optional.ofNullable(variables.get("self")));
        for (String step : place.subList(1, place.size())) {
            here = switch (step) {
                case ITEMS, VALUES -> here.flatMap(DeclaredType::element);
                case KEYS ->
                    here.filter(type -> type.kind() == DeclaredType.Kind.MAP || type.kind() == DeclaredType.Kind.OBJECT)
                            .map(type -> DeclaredType.INT);
                default ->
                    here.flatMap(type -> Optional.ofNullable(type.escapedNames().get(step))
                            .map(name -> type.fields().get(name)));
            };
        }
        return here.map(type -> new Range(0, type.most()));
    }

    private static boolean isScalar(CelType type) {
        return switch (type.kind()) {
            case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
            case OPAQUE ->
                type.name().equals("optional_type")
                        && isScalar(type.parameters().getFirst());
            default -> false;
        };
    }
}

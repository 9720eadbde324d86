package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.ANY_K;
import static dev.jarbor.cel.library.Types.ANY_T;
import static dev.jarbor.cel.library.Types.ANY_V;
import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.LIST_OF_T;
import static dev.jarbor.cel.library.Types.MAP_OF_K_V;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.GrowingMap;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Unsigned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Optional values, and what two-variable comprehensions collect with.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries">optional
 *     types</a>
 */
final class Optionals {
    private static final CelType MAYBE_T = Types.optional(ANY_T);

    private Optionals() {}

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("optional.of", (a, meter) -> Maybe.of(a[0]))
                .global("optional_of", MAYBE_T, ANY_T)
                .build());
        all.add(Definition.of("optional.ofNonZeroValue", (a, meter) -> isZero(a[0]) ? Maybe.NONE : Maybe.of(a[0]))
                .global("optional_ofNonZeroValue", MAYBE_T, ANY_T)
                .build());
        all.add(Definition.of("optional.none", (a, meter) -> Maybe.NONE)
                .global("optional_none", MAYBE_T)
                .build());
        all.add(Definition.of(
                        "value",
                        Maybe.class,
                        (a, meter) -> Arguments.of(Maybe.class, a, 0).value())
                .member("optional_value", ANY_T, MAYBE_T)
                .build());
        all.add(Definition.of(
                        "hasValue",
                        (a, meter) -> Arguments.of(Maybe.class, a, 0).isPresent())
                .member("optional_hasValue", BOOL, MAYBE_T)
                .build());
        // Evaluated by the evaluator, which looks at the second operand only when it is needed.
        all.add(Definition.of("or", Optionals::notCalled)
                .member("optional_or_optional", MAYBE_T, MAYBE_T, MAYBE_T)
                .build());
        all.add(Definition.of("orValue", Optionals::notCalled)
                .member("optional_orValue_value", ANY_T, MAYBE_T, ANY_T)
                .build());
        all.add(Definition.of("_?._", Optionals::notCalled)
                .global("select_optional_field", Types.optional(ANY_V), MAP_OF_K_V, SimpleType.STRING)
                .build());
        all.add(Definition.of("_[?_]", (a, meter) -> find(a[0], a[1]))
                .global("list_optindex_optional_int", MAYBE_T, LIST_OF_T, SimpleType.INT)
                .global("optional_list_optindex_optional_int", MAYBE_T, Types.optional(LIST_OF_T), SimpleType.INT)
                .global("map_optindex_optional_value", Types.optional(ANY_V), MAP_OF_K_V, ANY_K)
                .global(
                        "optional_map_optindex_optional_value",
                        Types.optional(ANY_V),
                        Types.optional(MAP_OF_K_V),
                        ANY_K)
                .build());
        all.add(Definition.of("_[_]", (a, meter) -> Operators.index(a[0], a[1]))
                .global("optional_list_index_int", MAYBE_T, Types.optional(LIST_OF_T), SimpleType.INT)
                .global("optional_map_index_value", Types.optional(ANY_V), Types.optional(MAP_OF_K_V), ANY_K)
                .build());
        all.add(Definition.of("cel.@mapInsert", (a, meter) -> insert(a))
                .global("@mapInsert_map_map", MAP_OF_K_V, MAP_OF_K_V, MAP_OF_K_V)
                .global("@mapInsert_map_key_value", MAP_OF_K_V, MAP_OF_K_V, ANY_K, ANY_V)
                .build());
        return all;
    }

    private static Object notCalled(Object[] arguments, Meter meter) {
        throw CelException.noSuchOverload();
    }

    private static Maybe find(Object container, Object key) {
        Object inner = container instanceof Maybe maybe ? maybe.held() : container;
        return inner == null
                ? Maybe.NONE
                : Operators.find(inner, key).map(Maybe::of).orElse(Maybe.NONE);
    }

    private static boolean isZero(Object value) {
        return switch (value) {
            case NullValue ignored -> true;
            case Boolean truth -> !truth;
            case Long number -> number == 0;
            case Unsigned number -> number.bits() == 0;
            case Double number -> number == 0;
            case String text -> text.isEmpty();
            case Bytes bytes -> bytes.size() == 0;
            case Duration duration -> duration.isZero();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case Maybe maybe -> !maybe.isPresent();
            default -> false;
        };
    }

    private static Object insert(Object[] a) {
        GrowingMap map = GrowingMap.of(Arguments.map(a, 0));
        if (a.length > 2) {
            return map.with(a[1], a[2]);
        }
        for (Map.Entry<?, ?> entry : Arguments.map(a, 1).entrySet()) {
            map = map.with(entry.getKey(), entry.getValue());
        }
        return map;
    }
}

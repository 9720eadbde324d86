package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.STRING;

import dev.cel.common.CelFunctionDecl;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Meter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All functions that expressions have in Kubernetes 1.36.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries">libraries</a>
 */
public final class Library {
    private final Map<String, List<Definition>> byName = new LinkedHashMap<>();

    private Library() {
        Stream.of(
                        Operators.definitions(),
                        Conversions.definitions(),
                        Times.definitions(),
                        Strings.definitions(),
                        Patterns.definitions(),
                        ListFunctions.definitions(),
                        ListEdits.definitions(),
                        Urls.definitions(),
                        Addresses.definitions(),
                        Quantities.definitions(),
                        Semvers.definitions(),
                        Formats.definitions(),
                        Authorization.definitions(),
                        Optionals.definitions(),
                        List.of(Definition.of(
                                        "jsonpatch.escapeKey",
                                        (a, meter) -> Arguments.text(a, 0)
                                                .replace("~", "~0")
                                                .replace("/", "~1"))
                                .global("string_jsonpatch_escapeKey_string", STRING, STRING)
                                .build()))
                .flatMap(List::stream)
                .forEach(definition -> byName.computeIfAbsent(definition.name(), name -> new ArrayList<>())
                        .add(definition));
    }

    private static final class Holder {
        static final Library ALL = new Library();
    }

    /** The one library there is; made when the first expression is compiled. */
    public static Library all() {
        return Holder.ALL;
    }

    /** What the checker does not know itself. */
    public List<CelFunctionDecl> declarations() {
        return byName.entrySet().stream()
                .map(named -> CelFunctionDecl.newFunctionDeclaration(
                        named.getKey(),
                        named.getValue().stream()
                                .flatMap(definition -> definition.overloads().stream())
                                .toList()))
                .filter(declaration -> !declaration.overloads().isEmpty())
                .toList();
    }

    /** What the function {@code name} does. */
    public Optional<Function> function(String name) {
        List<Definition> definitions = byName.get(name);
        if (definitions == null) {
            return Optional.empty();
        }
        return Optional.of(
                definitions.size() == 1
                        ? definitions.getFirst().body()
                        : (arguments, meter) -> call(name, definitions, arguments, meter));
    }

    private static Object call(String name, List<Definition> definitions, Object[] arguments, Meter meter) {
        Definition general = null;
        for (Definition definition : definitions) {
            if (definition.first().equals(Object.class)) {
                general = general == null ? definition : general;
            } else if (arguments.length > 0 && definition.first().isInstance(arguments[0])) {
                return definition.body().call(arguments, meter);
            }
        }
        if (general == null) {
            throw CelException.noSuchOverload(name);
        }
        return general.body().call(arguments, meter);
    }
}

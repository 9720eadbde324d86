package dev.jarbor.cel.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.type.DeclaredType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compiles the expressions of one policy or webhook. Variables see the variables before them and have the types of their
 * expressions.
 */
public final class Expressions {
    private final Map<String, DeclaredType> given;
    private final Map<String, Expression> variables;
    private final Map<String, DeclaredType> types;

    /** @param given the types of what a request brings: objects and params */
    private Expressions(
            Map<String, DeclaredType> given, Map<String, Expression> variables, Map<String, DeclaredType> types) {
        this.given = given;
        this.variables = Collections.unmodifiableMap(variables);
        this.types = types;
    }

    /** Without variables of its own: match conditions are. */
    public static Expressions plain(boolean params) {
        return new Expressions(untyped(params), new LinkedHashMap<>(), Map.of());
    }

    /**
     * With what a policy calls {@code variables}.
     *
     * @param definitions each with a name and an expression
     */
    public static Expressions with(boolean params, List<ObjectValue> definitions) {
        return with(untyped(params), definitions);
    }

    /**
     * The same where it is known of which type objects are, and params where there are any.
     *
     * @param params {@link DeclaredType#DYN} where only that there are any is known
     */
    public static Expressions typed(DeclaredType object, Optional<DeclaredType> params, List<ObjectValue> definitions) {
        var given = new TreeMap<String, DeclaredType>();
        given.put("object", object);
        given.put("oldObject", object);
        params.ifPresent(type -> given.put("params", type));
        return with(given, definitions);
    }

    private static Map<String, DeclaredType> untyped(boolean params) {
        var given = new TreeMap<String, DeclaredType>();
        given.put("object", DeclaredType.DYN);
        given.put("oldObject", DeclaredType.DYN);
        if (params) {
            given.put("params", DeclaredType.DYN);
        }
        return given;
    }

    private static Expressions with(Map<String, DeclaredType> given, List<ObjectValue> definitions) {
        var compiled = new LinkedHashMap<String, Expression>();
        var types = new TreeMap<String, DeclaredType>();
        for (ObjectValue definition : definitions) {
            String name = definition.string("name");
            Expression expression =
                    new Expressions(given, compiled, types).compile(definition.string("expression"), Purpose.VARIABLE);
            compiled.put(name, expression);
            Program program = expression.program();
            types.put(name, program == null ? DeclaredType.DYN : program.declaredType());
        }
        return new Expressions(given, compiled, types);
    }

    /** The variables in the order in which they are defined. */
    public Map<String, Expression> variables() {
        return variables;
    }

    /** What the checker makes of {@code text}, whatever it comes to. */
    public Compilation check(String text, Purpose purpose) {
        return environment(purpose).compile(text);
    }

    public Expression compile(String text, Purpose purpose) {
        return switch (check(text, purpose)) {
            case Compilation.Refused(String why) -> new Expression(text, null, "compilation failed: " + why);
            case Compilation.Compiled(Program program) -> {
                String objection = purpose.objection(program.resultType());
                yield new Expression(text, objection.isEmpty() ? program : null, objection);
            }
        };
    }

    private Environment environment(Purpose purpose) {
        var declared = new TreeMap<>(given);
        declared.put("request", RequestTypes.REQUEST);
        declared.put("namespaceObject", RequestTypes.NAMESPACE);
        if (purpose.hasAuthorizer()) {
            declared.put("authorizer", DeclaredType.AUTHORIZER);
            declared.put("authorizer.requestResource", DeclaredType.RESOURCE_CHECK);
        }
        if (!types.isEmpty()) {
            declared.put("variables", DeclaredType.struct("kubernetes.variables", types));
        }
        return purpose.makesObjects() ? Environment.ofMutations(declared) : Environment.of(declared);
    }
}

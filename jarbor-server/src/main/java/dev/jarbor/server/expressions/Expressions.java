package dev.jarbor.server.expressions;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.type.DeclaredType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compiles the expressions of one policy or webhook. Variables see the variables before them and have the types of their
 * expressions.
 */
public final class Expressions {
    private final boolean params;
    private final Map<String, Expression> variables;
    private final Map<String, DeclaredType> types;

    private Expressions(boolean params, Map<String, Expression> variables, Map<String, DeclaredType> types) {
        this.params = params;
        this.variables = Collections.unmodifiableMap(variables);
        this.types = types;
    }

    /** Without variables of its own: match conditions are. */
    public static Expressions plain(boolean params) {
        return new Expressions(params, new LinkedHashMap<>(), Map.of());
    }

    /**
     * With what a policy calls {@code variables}.
     *
     * @param definitions each with a name and an expression
     */
    public static Expressions with(boolean params, List<ObjectValue> definitions) {
        var compiled = new LinkedHashMap<String, Expression>();
        var types = new TreeMap<String, DeclaredType>();
        for (ObjectValue definition : definitions) {
            String name = definition.string("name");
            Expression expression =
                    new Expressions(params, compiled, types).compile(definition.string("expression"), Purpose.VARIABLE);
            compiled.put(name, expression);
            Program program = expression.program();
            types.put(name, program == null ? DeclaredType.DYN : program.declaredType());
        }
        return new Expressions(params, compiled, types);
    }

    /** The variables in the order in which they are defined. */
    public Map<String, Expression> variables() {
        return variables;
    }

    public Expression compile(String text, Purpose purpose) {
        return switch (environment(purpose).compile(text)) {
            case Compilation.Refused(String why) -> new Expression(text, null, "compilation failed: " + why);
            case Compilation.Compiled(Program program) -> {
                String objection = purpose.objection(program.resultType());
                yield new Expression(text, objection.isEmpty() ? program : null, objection);
            }
        };
    }

    private Environment environment(Purpose purpose) {
        var declared = new TreeMap<String, DeclaredType>();
        declared.put("object", DeclaredType.DYN);
        declared.put("oldObject", DeclaredType.DYN);
        declared.put("request", RequestTypes.REQUEST);
        declared.put("namespaceObject", RequestTypes.NAMESPACE);
        if (params) {
            declared.put("params", DeclaredType.DYN);
        }
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

package dev.jarbor.cel.program;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.jarbor.cel.library.Library;
import dev.jarbor.cel.type.DeclaredType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What expressions of one place may speak of: the variables with their types, and all functions of Kubernetes 1.36. The
 * parser and the checker are dev.cel's; nothing of them is loaded before the first expression is compiled.
 */
public final class Environment {
    /** Characters of the longest expression. */
    private static final int LONGEST = 100_000;

    private static final int DEEPEST = 250;
    private static final Pattern SYNTAX = Pattern.compile(
            "^(ERROR: <input>:\\d+:\\d+: )(?=mismatched input|no viable alternative|extraneous input|missing "
                    + "|token recognition error)",
            Pattern.MULTILINE);
    private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: .*\\)$", Pattern.MULTILINE);

    private final Map<String, DeclaredType> variables;
    private final boolean makesObjects;
    private final boolean binds;
    private Optional<CelCompiler> compiler = Optional.empty();

    private Environment(Map<String, DeclaredType> variables, boolean makesObjects, boolean binds) {
        this.variables = Collections.unmodifiableMap(new TreeMap<>(variables));
        this.makesObjects = makesObjects;
        this.binds = binds;
    }

    public static Environment of(Map<String, DeclaredType> variables) {
        return new Environment(variables, false, false);
    }

    /** One whose expressions may make objects of the types {@code Object…} and {@code JSONPatch}. */
    public static Environment ofMutations(Map<String, DeclaredType> variables) {
        return new Environment(variables, true, false);
    }

    /** This, in which expressions may bind names of their own: {@code cel.bind(name, value, expression)}. */
    public Environment withBindings() {
        return new Environment(variables, makesObjects, true);
    }

    /** This and one variable more. */
    public Environment with(String name, DeclaredType type) {
        var more = new TreeMap<>(variables);
        more.put(name, type);
        return new Environment(more, makesObjects, binds);
    }

    public Map<String, DeclaredType> variables() {
        return variables;
    }

    /** Parses and checks {@code expression}. */
    public Compilation compile(String expression) {
        try {
            CelCompiler own = makesObjects ? Base.forMutations(expression, variables) : compiler();
            CelValidationResult result = own.compile(expression);
            if (result.hasError()) {
                return new Compilation.Refused(inReferencesWords(result.getErrorString()));
            }
            List<String> faults = LiteralChecks.of(result.getAst());
            return faults.isEmpty()
                    ? new Compilation.Compiled(new Program(result.getAst(), variables.keySet()))
                    : new Compilation.Refused(String.join("\n", faults));
        } catch (CelValidationException e) {
            return new Compilation.Refused(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            return new Compilation.Refused("ERROR: <input>:1:1: expression recursion limit exceeded: " + DEEPEST);
        }
    }

    /** Without the overloads that were tried, and with the parser's words marked as the reference marks them. */
    private static String inReferencesWords(String errors) {
        return SYNTAX.matcher(CANDIDATES.matcher(errors).replaceAll("")).replaceAll("$1Syntax error: ");
    }

    private synchronized CelCompiler compiler() {
        if (compiler.isEmpty()) {
            compiler = Optional.of(Base.with(variables, new CelTypes(), binds));
        }
        return compiler.get();
    }

    /** The parser and checker with all libraries; in a class of its own so that it is made when it is needed. */
    private static final class Base {
        static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(CelOptions.current()
                        .enableOptionalSyntax(true)
                        .enableReservedIds(true)
                        .enableHeterogeneousNumericComparisons(true)
                        .enableHiddenAccumulatorVar(true)
                        .maxExpressionCodePointSize(LONGEST)
                        .maxParseRecursionDepth(DEEPEST)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addMacros(Macros.all())
                .addVar("google.protobuf.Duration", TypeType.create(SimpleType.DURATION))
                .addVar("google.protobuf.Timestamp", TypeType.create(SimpleType.TIMESTAMP))
                .addFunctionDeclarations(Library.all().declarations())
                .build();

        private Base() {}

        static CelCompiler with(Map<String, DeclaredType> variables, CelTypes types, boolean binds) {
            var builder = COMPILER.toCompilerBuilder();
            variables.forEach((name, type) -> builder.addVar(name, types.of(type, typeName(name))));
            if (binds) {
                builder.addMacros(Macros.bind());
            }
            return builder.setTypeProvider(types).build();
        }

        /** What the type of a variable is called that has no name of its own; what was is of the same one. */
        private static String typeName(String variable) {
            return (variable.equals("oldSelf") ? "self" : variable) + "Type";
        }

        /** Types whose fields are all that the expression gives them; what fits is seen when the object is used. */
        static CelCompiler forMutations(String expression, Map<String, DeclaredType> variables)
                throws CelValidationException {
            var types = new CelTypes();
            CelValidationResult parsed = COMPILER.parse(expression);
            if (!parsed.hasError()) {
                MadeTypes.in(parsed.getAst().getExpr()).forEach(types::add);
            }
            return with(variables, types, false);
        }
    }
}

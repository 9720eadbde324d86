package dev.jarbor.cel.program;

import com.google.common.collect.ImmutableList;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExpander;
import dev.cel.parser.CelMacroExprFactory;
import java.util.List;
import java.util.Optional;

/**
 * The macros beyond CEL's standard ones: {@code optMap} and {@code optFlatMap} of optionals, {@code sortBy} of lists, and
 * comprehensions with two variables.
 *
 * @see <a href="https://pkg.go.dev/github.com/google/cel-go/ext#TwoVarComprehensions">two-variable comprehensions</a>
 */
final class Macros {
    private static final String UNUSED = "#unused";
    private static final String SORTED = "@__sortBy_input__";
    private static final String INSERT = "cel.@mapInsert";

    private Macros() {}

    /** The middle of a loop: its start, whether to go on, its step and its result. */
    private interface Body {
        CelExpr expand(CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest);
    }

    static List<CelMacro> all() {
        return List.of(
                CelMacro.newReceiverMacro("optMap", 2, (make, target, a) -> optional(make, target, a, true)),
                CelMacro.newReceiverMacro("optFlatMap", 2, (make, target, a) -> optional(make, target, a, false)),
                CelMacro.newReceiverMacro("sortBy", 2, Macros::sortBy),
                CelMacro.newReceiverMacro("all", 3, loop(Macros::every)),
                CelMacro.newReceiverMacro("exists", 3, loop(Macros::any)),
                CelMacro.newReceiverMacro("existsOne", 3, loop(Macros::one)),
                CelMacro.newReceiverMacro("exists_one", 3, loop(Macros::one)),
                CelMacro.newReceiverMacro("transformList", 3, loop(Macros::toList)),
                CelMacro.newReceiverMacro("transformList", 4, loop(Macros::toList)),
                CelMacro.newReceiverMacro("transformMap", 3, loop(Macros::toMap)),
                CelMacro.newReceiverMacro("transformMap", 4, loop(Macros::toMap)),
                CelMacro.newReceiverMacro("transformMapEntry", 3, loop(Macros::toEntries)),
                CelMacro.newReceiverMacro("transformMapEntry", 4, loop(Macros::toEntries)));
    }

    /** {@code cel.bind(name, value, expression)}: the expression, in which the name stands for the value. */
    static CelMacro bind() {
        return CelMacro.newReceiverMacro("bind", 3, Macros::bound);
    }

    private static Optional<CelExpr> bound(CelMacroExprFactory make, CelExpr target, ImmutableList<CelExpr> arguments) {
        boolean ours = target.getKind() == CelExpr.ExprKind.Kind.IDENT
                && target.ident().name().equals("cel");
        if (!ours) {
            return Optional.empty();
        }
        if (arguments.get(0).getKind() != CelExpr.ExprKind.Kind.IDENT) {
            return Optional.of(make.reportError("cel.bind() variable names must be simple identifiers"));
        }
        String name = arguments.get(0).ident().name();
        return Optional.of(make.fold(
                UNUSED,
                make.newList(),
                name,
                arguments.get(1),
                make.newBoolLiteral(false),
                make.newIdentifier(name),
                arguments.get(2)));
    }

    private static Optional<CelExpr> optional(
            CelMacroExprFactory make, CelExpr target, ImmutableList<CelExpr> arguments, boolean wrap) {
        if (arguments.get(0).getKind() != CelExpr.ExprKind.Kind.IDENT) {
            String macro = wrap ? "optMap" : "optFlatMap";
            return Optional.of(make.reportError(macro + "() variable name must be a simple identifier"));
        }
        String name = arguments.get(0).ident().name();
        CelExpr bound = make.fold(
                UNUSED,
                make.newList(),
                name,
                make.newReceiverCall("value", make.copy(target)),
                make.newBoolLiteral(false),
                make.newIdentifier(name),
                arguments.get(1));
        return Optional.of(make.newGlobalCall(
                "_?_:_",
                make.newReceiverCall("hasValue", target),
                wrap ? make.newGlobalCall("optional.of", bound) : bound,
                make.newGlobalCall("optional.none")));
    }

    /** The list, bound to a name, in the order of what the expression makes of each of its items. */
    private static Optional<CelExpr> sortBy(
            CelMacroExprFactory make, CelExpr target, ImmutableList<CelExpr> arguments) {
        if (arguments.get(0).getKind() != CelExpr.ExprKind.Kind.IDENT) {
            return Optional.of(make.reportError("argument is not an identifier"));
        }
        CelExpr step = make.newGlobalCall("_+_", accumulator(make), make.newList(arguments.get(1)));
        CelExpr keys = make.fold(
                arguments.get(0).ident().name(),
                make.newIdentifier(SORTED),
                make.getAccumulatorVarName(),
                make.newList(),
                make.newBoolLiteral(true),
                step,
                accumulator(make));
        return Optional.of(make.fold(
                UNUSED,
                make.newList(),
                SORTED,
                target,
                make.newBoolLiteral(false),
                make.newIdentifier(SORTED),
                make.newReceiverCall("@sortByAssociatedKeys", make.newIdentifier(SORTED), keys)));
    }

    @SuppressWarnings("Immutable") // the bodies are methods of this class
    private static CelMacroExpander loop(Body body) {
        return (make, target, arguments) -> {
            for (int i = 0; i < 2; i++) {
                if (arguments.get(i).getKind() != CelExpr.ExprKind.Kind.IDENT) {
                    return Optional.of(make.reportError("argument must be a simple name"));
                }
            }
            String one = arguments.get(0).ident().name();
            String other = arguments.get(1).ident().name();
            if (one.equals(other)) {
                return Optional.of(make.reportError("duplicate variable name: " + one));
            }
            return Optional.of(body.expand(make, target, one, other, arguments.subList(2, arguments.size())));
        };
    }

    private static CelExpr accumulator(CelMacroExprFactory make) {
        return make.newIdentifier(make.getAccumulatorVarName());
    }

    private static CelExpr every(CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        return make.fold(
                one,
                other,
                over,
                make.getAccumulatorVarName(),
                make.newBoolLiteral(true),
                make.newGlobalCall("@not_strictly_false", accumulator(make)),
                make.newGlobalCall("_&&_", accumulator(make), rest.getFirst()),
                accumulator(make));
    }

    private static CelExpr any(CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        return make.fold(
                one,
                other,
                over,
                make.getAccumulatorVarName(),
                make.newBoolLiteral(false),
                make.newGlobalCall("@not_strictly_false", make.newGlobalCall("!_", accumulator(make))),
                make.newGlobalCall("_||_", accumulator(make), rest.getFirst()),
                accumulator(make));
    }

    private static CelExpr one(CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        return make.fold(
                one,
                other,
                over,
                make.getAccumulatorVarName(),
                make.newIntLiteral(0),
                make.newBoolLiteral(true),
                filtered(make, rest.getFirst(), make.newGlobalCall("_+_", accumulator(make), make.newIntLiteral(1))),
                make.newGlobalCall("_==_", accumulator(make), make.newIntLiteral(1)));
    }

    private static CelExpr filtered(CelMacroExprFactory make, CelExpr filter, CelExpr step) {
        return make.newGlobalCall("_?_:_", filter, step, accumulator(make));
    }

    private static CelExpr toList(
            CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        CelExpr step = make.newGlobalCall("_+_", accumulator(make), make.newList(rest.getLast()));
        return collected(make, over, one, other, rest, make.newList(), step);
    }

    private static CelExpr toMap(CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        CelExpr step = make.newGlobalCall(INSERT, accumulator(make), make.newIdentifier(one), rest.getLast());
        return collected(make, over, one, other, rest, make.newMap(), step);
    }

    private static CelExpr toEntries(
            CelMacroExprFactory make, CelExpr over, String one, String other, List<CelExpr> rest) {
        CelExpr step = make.newGlobalCall(INSERT, accumulator(make), rest.getLast());
        return collected(make, over, one, other, rest, make.newMap(), step);
    }

    private static CelExpr collected(
            CelMacroExprFactory make,
            CelExpr over,
            String one,
            String other,
            List<CelExpr> rest,
            CelExpr start,
            CelExpr step) {
        return make.fold(
                one,
                other,
                over,
                make.getAccumulatorVarName(),
                start,
                make.newBoolLiteral(true),
                rest.size() > 1 ? filtered(make, rest.getFirst(), step) : step,
                accumulator(make));
    }
}

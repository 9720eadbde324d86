package dev.jarbor.cel.program;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.cel.library.Patterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the reference refuses in checked expressions: lists and maps of mixed literals (except what {@code format} is
 * given), and texts that are no regular expression, duration or timestamp where one has to be.
 */
final class LiteralChecks {
    private final CelAbstractSyntaxTree tree;
    private final List<String> faults = new ArrayList<>();

    private LiteralChecks(CelAbstractSyntaxTree tree) {
        this.tree = tree;
    }

    /** Everything that is wrong, in CEL's form with its place; none where all is well. */
    static List<String> of(CelAbstractSyntaxTree tree) {
        var checks = new LiteralChecks(tree);
        checks.visit(tree.getExpr(), false);
        return checks.faults;
    }

    private void visit(CelExpr part, boolean mixed) {
        switch (part.getKind()) {
            case SELECT -> visit(part.select().operand(), mixed);
            case CALL -> call(part.call(), mixed);
            case LIST -> list(part.list(), mixed);
            case MAP -> map(part.map(), mixed);
            case STRUCT -> part.struct().entries().forEach(entry -> visit(entry.value(), mixed));
            case COMPREHENSION -> {
                CelExpr.CelComprehension loop = part.comprehension();
                for (CelExpr inner : List.of(
                        loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result())) {
                    visit(inner, mixed);
                }
            }
            case CONSTANT, IDENT, NOT_SET -> {}
        }
    }

    private void call(CelExpr.CelCall call, boolean mixed) {
        boolean exempt = mixed || call.function().equals("format");
        call.target().ifPresent(target -> visit(target, mixed));
        call.args().forEach(argument -> visit(argument, exempt));
        if (!call.args().isEmpty()) {
            CelExpr last = call.args().getLast();
            switch (call.function()) {
                case "matches" ->
                    text(last, "matches", Patterns.fault(literal(last)).isEmpty());
                case "duration" -> text(last, "duration", isDuration(literal(last)));
                case "timestamp" ->
                    text(last, "timestamp", Rfc3339.parse(literal(last)).isPresent());
                default -> {}
            }
        }
    }

    private static String literal(CelExpr part) {
        return isText(part) ? part.constant().stringValue() : "";
    }

    private static boolean isText(CelExpr part) {
        return part.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && part.constant().getKind() == CelConstant.Kind.STRING_VALUE;
    }

    private void text(CelExpr part, String function, boolean isWellFormed) {
        if (isText(part) && !isWellFormed) {
            fault(part, "invalid " + function + " argument");
        }
    }

    private static boolean isDuration(String text) {
        try {
            return GoDuration.parse(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void list(CelExpr.CelList list, boolean mixed) {
        list.elements().forEach(element -> visit(element, mixed));
        if (!mixed) {
            var types = new ArrayList<CelType>();
            for (int i = 0; i < list.elements().size(); i++) {
                types.add(type(list.elements().get(i), list.optionalIndices().contains(i)));
            }
            requireAlike(list.elements(), types);
        }
    }

    private void map(CelExpr.CelMap map, boolean mixed) {
        map.entries().forEach(entry -> {
            visit(entry.key(), mixed);
            visit(entry.value(), mixed);
        });
        if (!mixed) {
            List<CelExpr> keys =
                    map.entries().stream().map(CelExpr.CelMap.Entry::key).toList();
            List<CelExpr> values =
                    map.entries().stream().map(CelExpr.CelMap.Entry::value).toList();
            requireAlike(keys, keys.stream().map(key -> type(key, false)).toList());
            requireAlike(
                    values,
                    map.entries().stream()
                            .map(entry -> type(entry.value(), entry.optionalEntry()))
                            .toList());
        }
    }

    private CelType type(CelExpr part, boolean optional) {
        CelType type = tree.getType(part.id()).orElse(SimpleType.DYN);
        return optional && !type.parameters().isEmpty() ? type.parameters().getFirst() : type;
    }

    private void requireAlike(List<CelExpr> parts, List<CelType> types) {
        for (int i = 1; i < parts.size(); i++) {
            String first = CelNames.of(types.getFirst());
            String other = CelNames.of(types.get(i));
            if (!first.equals(other)) {
                fault(parts.get(i), "expected type '" + first + "' but found '" + other + "'");
                return;
            }
        }
    }

    private void fault(CelExpr part, String message) {
        CelSource source = tree.getSource();
        Optional<CelSourceLocation> place =
                Optional.ofNullable(source.getPositionsMap().get(part.id())).flatMap(source::getOffsetLocation);
        faults.add(CelIssue.formatError(part.id(), place.orElse(CelSourceLocation.NONE), message)
                .toDisplayString(source));
    }
}

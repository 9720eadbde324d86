package dev.jarbor.cel.program;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.jarbor.cel.program.Estimator.Estimate;
import java.util.List;
import java.util.Optional;

/** What calls of the extended lists library can cost: they make a list, by a walk or by comparing each item with each. */
final class ListEstimates {
    private static final double COMPARISON = 2;
    private static final double CHARACTER = 0.1;

    private ListEstimates() {}

    /** Empty for calls of other libraries. */
    static Optional<Estimate> of(Sizes sizes, String overload, Optional<CelExpr> target, List<CelExpr> arguments) {
        Range size = target.map(sizes::of).orElse(Range.UNKNOWN);
        return switch (overload) {
            case "list_slice" -> made(1, Range.of(number(arguments.get(1), size.most()) - number(arguments.get(0), 0)));
            case "lists_range" -> made(1, Range.of(number(arguments.getFirst(), Long.MAX_VALUE)));
            case "list_reverse" -> made(1, size);
            case "list_flatten" -> made(1, size);
            case "list_flatten_int" -> made((double) number(arguments.getFirst(), Long.MAX_VALUE), size);
            case "list_distinct" -> made(COMPARISON, size.times(size));
            default -> {
                boolean texts = overload.startsWith("list_string_") || overload.startsWith("list_bytes_");
                double factor = texts ? COMPARISON + CHARACTER : COMPARISON;
                if (overload.endsWith("_sort")) {
                    yield made(factor, size.times(size));
                }
                if (overload.endsWith("_sortByAssociatedKeys")) {
                    Range keys = sizes.of(arguments.getFirst());
                    yield made(factor, keys.times(keys));
                }
                yield Optional.empty();
            }
        };
    }

    private static Optional<Estimate> made(double factor, Range size) {
        return Optional.of(new Estimate(size.times(factor).plus(Range.of(Price.LIST + 1)), size));
    }

    private static long number(CelExpr argument, long otherwise) {
        return argument.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && argument.constant().getKind() == CelConstant.Kind.INT64_VALUE
                        && argument.constant().int64Value() >= 0
                ? argument.constant().int64Value()
                : otherwise;
    }
}

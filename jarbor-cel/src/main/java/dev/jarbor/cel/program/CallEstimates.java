package dev.jarbor.cel.program;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.jarbor.cel.program.Estimator.Estimate;
import java.util.List;
import java.util.Optional;

/** What calls can cost, by function and by the sizes of what they are called with. */
final class CallEstimates {
    private static final double CHARACTER = 0.1;
    private static final double PATTERN_CHARACTER = 0.25;
    private static final Range ADDRESS = new Range(4, 16);

    private final Sizes sizes;

    CallEstimates(Sizes sizes) {
        this.sizes = sizes;
    }

    /** The cost of a call with that of its arguments, and the size of its result. */
    Estimate of(CelExpr call, String overload, Optional<CelExpr> target, List<CelExpr> arguments, List<Range> costs) {
        Range all = costs.stream().reduce(Range.ZERO, Range::plus);
        return ListEstimates.of(sizes, overload, target, arguments)
                .or(() -> kubernetes(call.call().function(), overload, target, arguments))
                .map(estimate -> new Estimate(estimate.cost().plus(all), estimate.size()))
                .orElseGet(() -> standard(call, overload, target, arguments, costs, all));
    }

    private static Optional<Estimate> cost(Range cost) {
        return Optional.of(new Estimate(cost, null));
    }

    private Optional<Estimate> kubernetes(
            String function, String overload, Optional<CelExpr> target, List<CelExpr> arguments) {
        return switch (function) {
            case "check" -> cost(Range.of(350_000));
            case "serviceAccount",
                    "path",
                    "group",
                    "resource",
                    "subresource",
                    "namespace",
                    "name",
                    "allowed",
                    "reason",
                    "error",
                    "errored",
                    "masked",
                    "prefixLength",
                    "family",
                    "isUnspecified",
                    "isLoopback",
                    "isLinkLocalMulticast",
                    "isLinkLocalUnicast",
                    "sign",
                    "asInteger",
                    "isInteger",
                    "asApproximateFloat",
                    "isGreaterThan",
                    "isLessThan",
                    "compareTo",
                    "add",
                    "sub" -> cost(Range.ONE);
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> target.flatMap(this::traversal);
            case "url" -> cost(sizes.of(arguments.getFirst()).times(CHARACTER));
            case "lowerAscii", "upperAscii", "substring", "trim" ->
                target.map(text -> {
                    Range size = sizes.of(text);
                    return new Estimate(size.times(CHARACTER), size);
                });
            case "replace" -> target.map(text -> replace(text, arguments));
            case "split" ->
                target.map(text -> {
                    Range size = sizes.of(text);
                    return new Estimate(size.times(2 * CHARACTER), new Range(0, size.most()));
                });
            case "join" -> target.map(list -> join(list, arguments));
            case "find", "findAll" ->
                target.map(text -> {
                    Range size = sizes.of(text);
                    return new Estimate(pattern(text, arguments.getFirst()), new Range(0, size.most()));
                });
            case "ip" -> target.flatMap(network -> cost(Range.ONE));
            case "containsIP", "containsCIDR" -> target.flatMap(network -> contains(function, overload, arguments));
            default -> Optional.empty();
        };
    }

    private Range pattern(CelExpr text, CelExpr pattern) {
        Range read = sizes.of(text).plus(Range.ONE).times(CHARACTER);
        return read.times(sizes.of(pattern).times(PATTERN_CHARACTER));
    }

    private Optional<Estimate> traversal(CelExpr target) {
        CelType type = sizes.type(target);
        if (type.parameters().isEmpty()) {
            return cost(sizes.of(target).times(CHARACTER));
        }
        CelKind item = type.parameters().getFirst().kind();
        Range each = item == CelKind.STRING || item == CelKind.BYTES
                ? Range.ONE.plus(sizes.itemsOf(target).times(CHARACTER))
                : Range.ONE;
        return cost(sizes.of(target).times(each));
    }

    private Optional<Estimate> contains(String function, String overload, List<CelExpr> arguments) {
        Range cost = ADDRESS.plus(ADDRESS).times(CHARACTER);
        if (function.equals("containsCIDR")) {
            cost = cost.plus(ADDRESS.times(CHARACTER)).plus(Range.ONE);
        }
        return cost(
                overload.endsWith("_string")
                        ? cost.plus(sizes.of(arguments.getFirst()).times(CHARACTER))
                        : cost);
    }

    private Estimate replace(CelExpr text, List<CelExpr> arguments) {
        Range size = sizes.of(text);
        Range old = sizes.of(arguments.get(0));
        Range by = sizes.of(arguments.get(1));
        long mostTimes;
        long mostKept = 0;
        if (old.least() == 0) {
            mostTimes = Range.add(size.most(), 1);
            mostKept = size.most();
        } else if (by.most() <= old.least()) {
            mostTimes = 0;
            mostKept = size.most();
        } else {
            mostTimes = ceilDivide(size.most(), old.least());
        }
        long leastTimes;
        long leastKept = 0;
        if (old.most() == 0) {
            leastTimes = Range.add(size.least(), 1);
            leastKept = size.least();
        } else if (old.most() <= by.least()) {
            leastTimes = 0;
            leastKept = size.least();
        } else {
            leastTimes = ceilDivide(size.least(), old.most());
        }
        Range result = new Range(leastTimes, mostTimes).times(by).plus(new Range(leastKept, mostKept));
        return new Estimate(size.times(2 * CHARACTER), result);
    }

    private static long ceilDivide(long number, long by) {
        return number == Long.MAX_VALUE ? Long.MAX_VALUE / by : Math.ceilDiv(number, by);
    }

    private Estimate join(CelExpr list, List<CelExpr> arguments) {
        Range count = sizes.of(list);
        Range result = count.times(sizes.itemsOf(list));
        if (!arguments.isEmpty()) {
            Range separators = new Range(Math.max(0, count.least() - 1), Math.max(0, count.most() - 1));
            result = result.plus(sizes.of(arguments.getFirst()).times(separators));
        }
        return new Estimate(result.times(CHARACTER), result);
    }

    private Estimate standard(
            CelExpr call,
            String overload,
            Optional<CelExpr> target,
            List<CelExpr> arguments,
            List<Range> costs,
            Range all) {
        return switch (overload) {
            case "string_to_bytes", "string_to_bytes_value" -> {
                Range size = sizes.of(arguments.getFirst());
                Range result = new Range(size.least(), Range.multiply(size.most(), 4));
                yield new Estimate(size.times(CHARACTER).plus(all), result);
            }
            case "bytes_to_string" -> {
                Range size = sizes.of(arguments.getFirst());
                yield new Estimate(size.times(CHARACTER).plus(all), new Range(size.least() / 4, size.most()));
            }
            case "string_format" ->
                new Estimate(
                        target.map(sizes::of)
                                .orElse(Range.UNKNOWN)
                                .times(CHARACTER)
                                .plus(all),
                        null);
            case "starts_with_string", "ends_with_string" ->
                new Estimate(sizes.of(arguments.getFirst()).times(CHARACTER).plus(all), null);
            case "in_list" -> new Estimate(sizes.of(arguments.get(1)).plus(all), null);
            case "matches_string" ->
                new Estimate(
                        target.map(text -> pattern(text, arguments.getFirst()))
                                .orElse(Range.ONE)
                                .plus(all),
                        null);
            case "contains_string" ->
                new Estimate(
                        target.map(text -> sizes.of(text)
                                        .times(CHARACTER)
                                        .times(sizes.of(arguments.getFirst()).times(CHARACTER)))
                                .orElse(Range.ONE)
                                .plus(all),
                        null);
            case "logical_or", "logical_and" ->
                new Estimate(
                        new Range(
                                costs.get(0).least(),
                                costs.get(0).plus(costs.get(1)).most()),
                        null);
            case "conditional" -> conditional(call, arguments, costs);
            case "add_string", "add_bytes", "add_list" -> sum(call, overload, arguments, all);
            case "equals",
                    "not_equals",
                    "less_string",
                    "greater_string",
                    "less_equals_string",
                    "greater_equals_string",
                    "less_bytes",
                    "greater_bytes",
                    "less_equals_bytes",
                    "greater_equals_bytes" -> {
                long most = Math.min(
                        sizes.of(arguments.get(0)).most(),
                        sizes.of(arguments.get(1)).most());
                yield new Estimate(
                        new Range(most > 0 ? 1 : 0, most).times(CHARACTER).plus(all), null);
            }
            default -> new Estimate(Range.ONE.plus(all), null);
        };
    }

    private Estimate conditional(CelExpr call, List<CelExpr> arguments, List<Range> costs) {
        Optional<Sizes.Entries> yes = sizes.entries(arguments.get(1));
        Optional<Sizes.Entries> no = sizes.entries(arguments.get(2));
        if (yes.isPresent() && no.isPresent()) {
            sizes.rememberEntries(call, yes.get().union(no.get()));
        }
        Range size = sizes.of(arguments.get(1)).union(sizes.of(arguments.get(2)));
        return new Estimate(costs.get(0).plus(costs.get(1).union(costs.get(2))), size);
    }

    private Estimate sum(CelExpr call, String overload, List<CelExpr> arguments, Range all) {
        Range size = sizes.of(arguments.get(0)).plus(sizes.of(arguments.get(1)));
        Optional<Sizes.Entries> left = sizes.entries(arguments.get(0));
        Optional<Sizes.Entries> right = sizes.entries(arguments.get(1));
        if (left.isPresent() && right.isPresent()) {
            sizes.rememberEntries(call, left.get().union(right.get()));
        }
        Range cost = overload.equals("add_list") ? Range.ONE : size.times(CHARACTER);
        return new Estimate(cost.plus(all), size);
    }
}

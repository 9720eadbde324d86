package dev.jarbor.cel.program;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.jarbor.cel.program.Sizes.Entries;
import dev.jarbor.cel.type.DeclaredType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The worst case of what an expression costs, before it runs: each part's cost from the sizes that its operands can have,
 * loops multiplied by the length of what they go over (cel-go, checker/cost). Sizes come from the bounds in the schema
 * and, where it has none, from what fits into one request.
 */
final class Estimator {
    private final CelAbstractSyntaxTree tree;
    private final Sizes sizes;

    Estimator(CelAbstractSyntaxTree tree, Map<String, DeclaredType> variables) {
        this.tree = tree;
        this.sizes = new Sizes(tree, variables);
    }

    /** The most that one evaluation costs; {@link Long#MAX_VALUE} where nothing bounds it. */
    long most() {
        return cost(tree.getExpr()).most();
    }

    private Range cost(CelExpr part) {
        return switch (part.getKind()) {
            case CONSTANT, NOT_SET -> Range.ZERO;
            case IDENT -> {
                sizes.place(part);
                yield Range.ONE;
            }
            case SELECT -> select(part);
            case CALL -> call(part);
            case LIST -> list(part);
            case MAP -> map(part);
            case STRUCT -> object(part);
            case COMPREHENSION -> isBinding(part.comprehension()) ? binding(part) : loop(part);
        };
    }

    private Range select(CelExpr part) {
        CelExpr.CelSelect select = part.select();
        Range operand = cost(select.operand());
        if (select.testOnly()) {
            return operand;
        }
        CelKind kind = type(select.operand()).kind();
        boolean looked = kind == CelKind.MAP || kind == CelKind.STRUCT || kind == CelKind.TYPE_PARAM;
        sizes.place(part, select.operand(), select.field());
        return looked ? operand.plus(Range.ONE) : operand;
    }

    private CelType type(CelExpr part) {
        return tree.getType(part.id()).orElse(SimpleType.DYN);
    }

    private Range call(CelExpr part) {
        CelExpr.CelCall call = part.call();
        if (call.function().equals("dyn")) {
            Range argument = cost(call.args().getFirst());
            sizes.copy(part, call.args().getFirst());
            return argument.plus(Range.ONE);
        }
        var costs = new ArrayList<Range>();
        call.args().forEach(argument -> costs.add(cost(argument)));
        Range sum = Range.ZERO;
        Optional<CelExpr> target =
                call.target().filter(named -> tree.getType(named.id()).isPresent());
        if (target.isPresent()) {
            sum = cost(target.get());
        }
        List<String> overloads = tree.getReference(part.id())
                .map(reference -> List.copyOf(reference.overloadIds()))
                .orElse(List.of());
        Range price = new Range(Long.MAX_VALUE, 0);
        Range result = null;
        for (String overload : overloads) {
            Estimate one = new CallEstimates(sizes).of(part, overload, target, call.args(), costs);
            price = price.union(one.cost());
            result = one.size() == null ? result : result == null ? one.size() : result.union(one.size());
            if (overload.equals("index_list") || overload.equals("index_map")) {
                CelExpr container = call.args().getFirst();
                result = sizes.entries(container).map(Entries::value).orElse(null);
                sizes.place(part, container, overload.equals("index_list") ? Sizes.ITEMS : Sizes.VALUES);
            }
            result = result == null ? sizes.find(part).orElse(null) : result;
        }
        sizes.remember(part, result);
        return overloads.isEmpty() ? Range.ZERO : sum.plus(price);
    }

    /** @param size the size of the result where it has one */
    record Estimate(Range cost, @Nullable Range size) {}

    private Range list(CelExpr part) {
        List<CelExpr> items = part.list().elements();
        Range sum = Range.of(Price.LIST);
        Range item = items.isEmpty() ? Range.ZERO : new Range(Long.MAX_VALUE, 0);
        for (CelExpr element : items) {
            sum = sum.plus(cost(element));
            item = item.union(sizes.of(element));
        }
        sizes.rememberEntries(part, new Entries(true, Range.ONE, item));
        return sum;
    }

    private Range map(CelExpr part) {
        List<CelExpr.CelMap.Entry> entries = part.map().entries();
        Range sum = Range.of(Price.MAP);
        Range key = entries.isEmpty() ? Range.ZERO : new Range(Long.MAX_VALUE, 0);
        Range value = key;
        for (CelExpr.CelMap.Entry entry : entries) {
            sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
            key = key.union(sizes.of(entry.key()));
            value = value.union(sizes.of(entry.value()));
        }
        sizes.rememberEntries(part, new Entries(false, key, value));
        return sum;
    }

    private Range object(CelExpr part) {
        Range sum = Range.of(Price.OBJECT);
        for (CelExpr.CelStruct.Entry entry : part.struct().entries()) {
            sum = sum.plus(cost(entry.value()));
        }
        return sum;
    }

    private static boolean isBinding(CelExpr.CelComprehension loop) {
        return loop.iterRange().getKind() == CelExpr.ExprKind.Kind.LIST
                && loop.iterRange().list().elements().isEmpty()
                && loop.iterVar().startsWith("#");
    }

    private Range binding(CelExpr part) {
        CelExpr.CelComprehension loop = part.comprehension();
        Range sum = cost(loop.iterRange()).plus(cost(loop.accuInit()));
        sizes.push(loop.accuVar(), loop.accuInit());
        sum = sum.plus(cost(loop.result()));
        sizes.pop(loop.accuVar());
        sizes.copy(part, loop.result());
        return sum;
    }

    private Range loop(CelExpr part) {
        CelExpr.CelComprehension loop = part.comprehension();
        Range sum = cost(loop.iterRange()).plus(cost(loop.accuInit()));
        sizes.push(loop.accuVar(), loop.accuInit());
        boolean two = !loop.iterVar2().isEmpty();
        boolean overList = sizes.entries(loop.iterRange())
                .map(Entries::isList)
                .orElse(type(loop.iterRange()).kind() == CelKind.LIST);
        if (two) {
            sizes.pushKey(loop.iterVar(), loop.iterRange(), overList);
            sizes.pushValue(loop.iterVar2(), loop.iterRange(), overList);
        } else if (overList) {
            sizes.pushValue(loop.iterVar(), loop.iterRange(), true);
        } else {
            sizes.pushKey(loop.iterVar(), loop.iterRange(), false);
        }
        Range round = cost(loop.loopCondition()).plus(cost(loop.loopStep()));
        Optional<Entries> collected = sizes.entries(loop.loopStep());
        sizes.pop(loop.iterVar());
        if (two) {
            sizes.pop(loop.iterVar2());
        }
        sum = sum.plus(cost(loop.result()));
        sizes.pop(loop.accuVar());
        Range rounds = sizes.of(loop.iterRange());
        switch (loop.accuInit().getKind()) {
            case CONSTANT -> sizes.remember(part, sizes.find(loop.accuInit()).orElse(null));
            case LIST, MAP -> {
                sizes.remember(part, rounds);
                collected.ifPresent(entries -> sizes.rememberEntries(part, entries));
            }
            default -> {}
        }
        return sum.plus(rounds.times(round));
    }
}

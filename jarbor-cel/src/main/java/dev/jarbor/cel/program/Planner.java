package dev.jarbor.cel.program;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.cel.library.Library;
import dev.jarbor.cel.type.FieldNames;
import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.TypeName;
import dev.jarbor.cel.value.Unsigned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns a checked expression into steps: names are resolved to variables, types or slots of loops, constants are folded,
 * and each call gets its price.
 */
final class Planner {
    private final CelAbstractSyntaxTree tree;
    private final Predicate<String> isVariable;
    private final Set<String> variables;
    /** The slots of the loops around the part that is being planned, by name; a later one hides an earlier one. */
    private final Map<String, Integer> loops = new LinkedHashMap<>();

    private int slots;

    /** @param variables collects the names of the variables that are used */
    Planner(CelAbstractSyntaxTree tree, Predicate<String> isVariable, Set<String> variables) {
        this.tree = tree;
        this.isVariable = isVariable;
        this.variables = variables;
    }

    Step plan() {
        return plan(tree.getExpr());
    }

    /** How many slots a frame needs. */
    int slots() {
        return slots;
    }

    private Step plan(CelExpr part) {
        return switch (part.getKind()) {
            case CONSTANT -> new Step.Constant(constant(part.constant()));
            case IDENT -> name(part, part.ident().name(), 1);
            case SELECT -> select(part);
            case CALL -> call(part);
            case LIST -> list(part.list());
            case MAP -> map(part.map());
            case STRUCT -> object(part.struct());
            case COMPREHENSION -> fold(part.comprehension());
            case NOT_SET -> throw new IllegalArgumentException("an expression without content");
        };
    }

    private static Object constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE -> NullValue.NULL;
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case UINT64_VALUE -> new Unsigned(constant.uint64Value().longValue());
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            case BYTES_VALUE -> Bytes.of(constant.bytesValue().toByteArray());
            default -> throw new IllegalArgumentException("a constant of kind " + constant.getKind());
        };
    }

    private Step name(CelExpr part, String written, int cost) {
        Integer slot = loops.get(written);
        if (slot != null) {
            return new Step.Slot(slot, cost);
        }
        String name = tree.getReference(part.id()).map(CelReference::name).orElse(written);
        if (name.startsWith(".")) {
            name = name.substring(1);
        }
        if (isVariable.test(name)) {
            variables.add(name);
            return new Step.Variable(name, cost);
        }
        return new Step.Constant(new TypeName(name));
    }

    private Step select(CelExpr part) {
        Optional<CelReference> reference = tree.getReference(part.id());
        if (reference.isPresent() && !reference.get().name().isEmpty()) {
            return name(part, reference.get().name(), 1);
        }
        CelExpr.CelSelect select = part.select();
        if (select.testOnly()) {
            return new Step.Has(tested(select.operand()), select.field());
        }
        return new Step.Select(plan(select.operand()), select.field(), fieldCost(select.operand()));
    }

    /** What is looked into by {@code has}: the look at the variable itself is free. */
    private Step tested(CelExpr operand) {
        return switch (operand.getKind()) {
            case IDENT -> name(operand, operand.ident().name(), 0);
            case SELECT -> {
                CelExpr.CelSelect select = operand.select();
                yield select.testOnly() || tree.getReference(operand.id()).isPresent()
                        ? plan(operand)
                        : new Step.Select(tested(select.operand()), select.field(), 1);
            }
            default -> plan(operand);
        };
    }

    /** A field of what is not itself a name or a field costs one more, for beginning a new way. */
    private static int fieldCost(CelExpr operand) {
        boolean begun = switch (operand.getKind()) {
            case IDENT, SELECT -> true;
            case CALL -> Set.of("_[_]", "_?._", "_[?_]").contains(operand.call().function());
            default -> false;
        };
        return begun ? 1 : 2;
    }

    private Step call(CelExpr part) {
        CelExpr.CelCall call = part.call();
        List<CelExpr> given = call.args();
        switch (call.function()) {
            case "_&&_" -> {
                return new Step.Logic(plan(given.get(0)), plan(given.get(1)), false);
            }
            case "_||_" -> {
                return new Step.Logic(plan(given.get(0)), plan(given.get(1)), true);
            }
            case "_?_:_" -> {
                return new Step.Choice(plan(given.get(0)), plan(given.get(1)), plan(given.get(2)));
            }
            case "@not_strictly_false", "__not_strictly_false__" -> {
                return new Step.NotStrictlyFalse(plan(given.get(0)));
            }
            case "_?._" -> {
                return new Step.OptionalSelect(
                        plan(given.get(0)), given.get(1).constant().stringValue());
            }
            case "or", "orValue" -> {
                if (call.target().isPresent()) {
                    return new Step.OrElse(
                            plan(call.target().get()),
                            plan(given.get(0)),
                            call.function().equals("orValue"));
                }
            }
            default -> {}
        }
        return ordinaryCall(call);
    }

    private Step ordinaryCall(CelExpr.CelCall call) {
        var arguments = new ArrayList<Step>();
        String function = call.function();
        if (call.target().isPresent()) {
            CelExpr target = call.target().get();
            if (tree.getType(target.id()).isEmpty()) {
                // The target is a namespace, as in sets.contains(a, b).
                function = qualified(target) + "." + function;
            } else {
                arguments.add(plan(target));
            }
        }
        call.args().forEach(argument -> arguments.add(plan(argument)));
        String called = function.equals("_in_") ? "@in" : function;
        var body = Library.all().function(called).orElse((values, meter) -> {
            throw CelException.noSuchOverload(called);
        });
        boolean isIndex = called.equals("_[_]") || called.equals("_[?_]");
        if (isIndex && fieldCost(call.args().getFirst()) > 1) {
            return new Step.Call(body, Price.of("begun"), arguments);
        }
        boolean inConstants = called.equals("@in") && arguments.getLast() instanceof Step.Constant;
        return new Step.Call(body, inConstants ? Price.free() : Price.of(called), arguments);
    }

    private static String qualified(CelExpr name) {
        return name.getKind() == CelExpr.ExprKind.Kind.SELECT
                ? qualified(name.select().operand()) + "." + name.select().field()
                : name.ident().name();
    }

    private Step list(CelExpr.CelList list) {
        List<Step> items = list.elements().stream().map(this::plan).toList();
        if (list.optionalIndices().isEmpty() && items.stream().allMatch(Step.Constant.class::isInstance)) {
            return new Step.Constant(
                    items.stream().map(item -> ((Step.Constant) item).value()).toList());
        }
        return new Step.MakeList(items, List.copyOf(list.optionalIndices()));
    }

    private Step map(CelExpr.CelMap map) {
        List<Step.Entry> entries = map.entries().stream()
                .map(entry -> new Step.Entry(plan(entry.key()), plan(entry.value()), entry.optionalEntry()))
                .toList();
        return new Step.MakeMap(entries, null);
    }

    private Step object(CelExpr.CelStruct struct) {
        List<Step.Entry> entries = struct.entries().stream()
                .map(entry -> new Step.Entry(
                        new Step.Constant(FieldNames.unescape(entry.fieldKey())),
                        plan(entry.value()),
                        entry.optionalEntry()))
                .toList();
        return new Step.MakeMap(entries, struct.messageName());
    }

    private Step fold(CelExpr.CelComprehension loop) {
        Step range = plan(loop.iterRange());
        Step start = plan(loop.accuInit());
        var outside = new LinkedHashMap<>(loops);
        int accumulator = slots++;
        loops.put(loop.accuVar(), accumulator);
        int first = slots++;
        int second = loop.iterVar2().isEmpty() ? -1 : slots++;
        loops.put(loop.iterVar(), first);
        if (second >= 0) {
            loops.put(loop.iterVar2(), second);
        }
        Step condition = plan(loop.loopCondition());
        Step step = plan(loop.loopStep());
        loops.clear();
        loops.putAll(outside);
        loops.put(loop.accuVar(), accumulator);
        Step result = plan(loop.result());
        loops.clear();
        loops.putAll(outside);
        return new Step.Fold(range, first, second, accumulator, start, condition, step, result);
    }
}

package dev.jarbor.cel.program;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.Set;
import java.util.TreeSet;

/** The fields of variables that an expression speaks of, such as {@code claims.email}. */
final class Selections {
    private final Set<String> found = new TreeSet<>();

    private Selections() {}

    static Set<String> in(CelExpr expression) {
        var selections = new Selections();
        selections.visit(expression);
        return selections.found;
    }

    private void visit(CelExpr part) {
        switch (part.getKind()) {
            case SELECT -> {
                note(part.select().operand(), part.select().field());
                visit(part.select().operand());
            }
            case CALL -> call(part.call());
            case LIST -> part.list().elements().forEach(this::visit);
            case MAP ->
                part.map().entries().forEach(entry -> {
                    visit(entry.key());
                    visit(entry.value());
                });
            case STRUCT -> part.struct().entries().forEach(entry -> visit(entry.value()));
            case COMPREHENSION -> {
                visit(part.comprehension().iterRange());
                visit(part.comprehension().accuInit());
                visit(part.comprehension().loopCondition());
                visit(part.comprehension().loopStep());
                visit(part.comprehension().result());
            }
            case CONSTANT, IDENT, NOT_SET -> {}
        }
    }

    private void call(CelExpr.CelCall call) {
        if (call.function().equals("_?._") && call.args().size() == 2) {
            CelExpr field = call.args().get(1);
            if (field.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                    && field.constant().getKind() == CelConstant.Kind.STRING_VALUE) {
                note(call.args().getFirst(), field.constant().stringValue());
            }
        }
        call.target().ifPresent(this::visit);
        call.args().forEach(this::visit);
    }

    private void note(CelExpr operand, String field) {
        if (operand.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            found.add(operand.ident().name() + "." + field);
        }
    }
}

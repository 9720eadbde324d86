package dev.jarbor.cel.program;

import dev.cel.common.ast.CelExpr;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The object types that an expression of a mutating policy makes: {@code Object}, {@code Object.spec} and so on, which
 * exist because they are named, and {@code JSONPatch}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/">MutatingAdmissionPolicy</a>
 */
final class MadeTypes {
    private static final Pattern OBJECT = Pattern.compile("Object(\\.[A-Za-z_][A-Za-z0-9_]*)*");

    private final Map<String, Set<String>> fields = new TreeMap<>();

    private MadeTypes() {}

    /** The names of the types that are made in {@code expression}, with the fields they are given. */
    static Map<String, Set<String>> in(CelExpr expression) {
        var found = new MadeTypes();
        found.fields.put("JSONPatch", new TreeSet<>(Set.of("op", "path", "from", "value")));
        found.visit(expression);
        return found.fields;
    }

    private void visit(CelExpr part) {
        switch (part.getKind()) {
            case SELECT -> visit(part.select().operand());
            case CALL -> {
                part.call().target().ifPresent(this::visit);
                part.call().args().forEach(this::visit);
            }
            case LIST -> part.list().elements().forEach(this::visit);
            case MAP ->
                part.map().entries().forEach(entry -> {
                    visit(entry.key());
                    visit(entry.value());
                });
            case STRUCT -> made(part.struct());
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

    private void made(CelExpr.CelStruct struct) {
        if (OBJECT.matcher(struct.messageName()).matches()) {
            Set<String> given = fields.computeIfAbsent(struct.messageName(), name -> new TreeSet<>());
            struct.entries().forEach(entry -> given.add(entry.fieldKey()));
        }
        struct.entries().forEach(entry -> visit(entry.value()));
    }
}

package dev.jarbor.cel.rules;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.type.DeclaredType;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a schema, compiled.
 *
 * @param source the rule as it was written
 * @param program absent where the rule is blank or does not compile
 * @param fault why it does not compile, or ""
 * @param message what makes the message, where the rule says so and it compiles
 * @param messageFault why that does not compile, or ""
 * @param fieldPath the field below the rule's own that the error is about, or ""
 * @param types the types of {@code self} and {@code oldSelf}, for estimates
 */
record Rule(
        ObjectValue source,
        @Nullable Program program,
        String fault,
        @Nullable Program message,
        String messageFault,
        String fieldPath,
        Map<String, DeclaredType> types) {

    static final String SELF = "self";
    static final String OLD_SELF = "oldSelf";

    static Rule compile(ObjectValue source, DeclaredType type, ObjectValue schema) {
        var types = new TreeMap<String, DeclaredType>();
        types.put(SELF, type);
        types.put(OLD_SELF, source.bool("optionalOldSelf") ? DeclaredType.optional(type) : type);
        String fieldPath =
                RulePath.normalized(source.string("fieldPath"), schema).orElse("");
        String text = source.string("rule");
        if (text.isBlank()) {
            return new Rule(source, null, "", null, "", fieldPath, types);
        }
        var environment = Environment.of(types);
        return switch (environment.compile(text)) {
            case Compilation.Refused(String why) ->
                new Rule(source, null, "compilation failed: " + why, null, "", fieldPath, types);
            case Compilation.Compiled(Program program) -> {
                if (!program.resultType().equals("bool")) {
                    yield new Rule(source, null, "cel expression must evaluate to a bool", null, "", fieldPath, types);
                }
                yield withMessage(source, program, environment, fieldPath, types);
            }
        };
    }

    private static Rule withMessage(
            ObjectValue source,
            Program program,
            Environment environment,
            String fieldPath,
            Map<String, DeclaredType> types) {
        String text = source.string("messageExpression");
        if (text.isBlank()) {
            return new Rule(source, program, "", null, "", fieldPath, types);
        }
        return switch (environment.compile(text)) {
            case Compilation.Refused(String why) ->
                new Rule(source, program, "", null, "messageExpression compilation failed: " + why, fieldPath, types);
            case Compilation.Compiled(Program message) ->
                message.resultType().equals("string")
                        ? new Rule(source, program, "", message, "", fieldPath, types)
                        : new Rule(
                                source,
                                program,
                                "",
                                null,
                                "messageExpression must evaluate to a string",
                                fieldPath,
                                types);
        };
    }

    /** Whether it compares with what was there before. */
    boolean usesOldSelf() {
        return program != null && program.variables().contains(OLD_SELF);
    }

    /** What errors call it: its message where it has one. */
    String title() {
        String message = source.string("message").strip();
        return message.isEmpty() ? source.string("rule").strip() : message;
    }

    /** What is said when it does not hold and no expression says it better. */
    String refusal() {
        String message = source.string("message").strip();
        return message.isEmpty() ? "failed rule: " + source.string("rule").strip() : message;
    }

    /** The most one evaluation costs. */
    long estimate() {
        return program == null ? 0 : program.estimate(types);
    }

    /** The most that making the message costs; empty where there is nothing to evaluate. */
    Optional<Long> messageEstimate() {
        return Optional.ofNullable(message).map(expression -> expression.estimate(types));
    }
}

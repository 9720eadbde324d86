package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.cel.value.TypeName;
import dev.jarbor.runtime.Runtime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A ValidatingAdmissionPolicy, compiled. */
record ValidatingPolicy(Policy common, List<Validation> validations, List<Annotation> annotations) {
    private static final int LONGEST_MESSAGE = 5 * 1024;

    /**
     * What has to hold.
     *
     * @param message what makes the message, where the policy says so
     */
    private record Validation(
            ObjectValue source,
            Expression expression,
            @Nullable Expression message) {}

    private record Annotation(String key, Expression value) {}

    static ValidatingPolicy of(ObjectValue policy) {
        Policy common = Policy.of(policy);
        Expressions expressions = common.expressions();
        return new ValidatingPolicy(
                common,
                common.spec().list("validations").objects().stream()
                        .map(validation -> validation(validation, expressions))
                        .toList(),
                common.spec().list("auditAnnotations").objects().stream()
                        .map(annotation -> new Annotation(
                                annotation.string("key"),
                                expressions.compile(annotation.string("valueExpression"), Purpose.AUDIT_ANNOTATION)))
                        .toList());
    }

    private static Validation validation(ObjectValue source, Expressions expressions) {
        String message = source.string("messageExpression");
        return new Validation(
                source,
                expressions.compile(source.string("expression"), Purpose.VALIDATION),
                message.isBlank() ? null : expressions.compile(message, Purpose.MESSAGE));
    }

    /**
     * What the policy says about the request in {@code view}, which has the params in it where there are any.
     *
     * @param conditions whether the match conditions hold
     */
    List<Decision> decide(Map<String, Object> view, MatchOutcome conditions, Runtime runtime) {
        Instant begun = runtime.now();
        if (!conditions.fault().isEmpty()) {
            return List.of(failed(0, conditions.fault(), "invalid_error", Duration.ZERO));
        }
        if (!conditions.matches()) {
            return List.of();
        }
        var evaluation = new Evaluation(view, common.expressions().variables(), Evaluation.BUDGET);
        var decisions = new ArrayList<Decision>();
        try {
            for (int i = 0; i < validations.size(); i++) {
                decide(i, validations.get(i), evaluation, runtime).ifPresent(decisions::add);
            }
            for (Annotation annotation : annotations) {
                annotation(annotation, evaluation).ifPresent(decisions::add);
            }
        } catch (Evaluation.OutOfBudget e) {
            return List.of(
                    failed(0, String.valueOf(e.getMessage()), "out_of_budget", Duration.between(begun, runtime.now())));
        }
        return decisions;
    }

    private Decision failed(int index, String message, String error, Duration took) {
        var check = new Decision.Check(error, took);
        return common.failsOpen() ? new Decision.Passed(check) : new Decision.Denied(index, message, "", check);
    }

    private Optional<Decision> decide(int index, Validation validation, Evaluation evaluation, Runtime runtime) {
        Instant begun = runtime.now();
        Evaluation.Result result = evaluation.evaluate(validation.expression);
        Duration took = Duration.between(begun, runtime.now());
        return switch (result) {
            case Evaluation.Result.Failed(String why) ->
                Optional.of(
                        failed(index, why, validation.expression.isSound() ? "invalid_error" : "compile_error", took));
            case Evaluation.Result.Is(Object value) when value.equals(true) -> Optional.empty();
            case Evaluation.Result.Is ignored ->
                Optional.of(new Decision.Denied(
                        index,
                        message(validation, evaluation),
                        validation.source.string("reason"),
                        new Decision.Check("no_error", took)));
        };
    }

    private static String message(Validation validation, Evaluation evaluation) {
        String made = "";
        if (validation.message != null
                && evaluation.evaluate(validation.message) instanceof Evaluation.Result.Is(Object value)
                && value instanceof String text) {
            made = text.strip();
        }
        boolean usable = made.indexOf('\n') < 0 && made.getBytes(StandardCharsets.UTF_8).length <= LONGEST_MESSAGE;
        if (usable && !made.isEmpty()) {
            return made;
        }
        String message = validation.source.string("message").strip();
        return message.isEmpty()
                ? "failed expression: " + validation.source.string("expression").strip()
                : message;
    }

    private Optional<Decision> annotation(Annotation annotation, Evaluation evaluation) {
        return switch (evaluation.evaluate(annotation.value)) {
            case Evaluation.Result.Failed(String why) ->
                common.failsOpen() ? Optional.empty() : Optional.of(new Decision.Unfit(why));
            case Evaluation.Result.Is(Object value)
            when value instanceof String text ->
                text.isBlank() ? Optional.empty() : Optional.of(new Decision.Annotation(annotation.key, text.strip()));
            case Evaluation.Result.Is(Object value) when value.equals(NullValue.NULL) -> Optional.empty();
            case Evaluation.Result.Is(Object value) ->
                Optional.of(new Decision.Unfit("valueExpression '" + annotation.value.text()
                        + "' resulted in unsupported return type: " + TypeName.of(value)
                        + ". Return type must be either string or null."));
        };
    }
}

package dev.jarbor.server.admission.policy;

import dev.jarbor.cel.admission.Expression;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Review;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether match conditions hold.
 *
 * @param matches whether none is false
 * @param fault why it cannot be said, or ""; then {@code matches} means nothing
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions">matchConditions</a>
 */
record MatchOutcome(boolean matches, String fault) {
    /**
     * Whether those of a policy hold; counted.
     *
     * @param type {@code admit} or {@code validate}
     */
    static MatchOutcome of(
            Policy policy,
            Map<String, Object> view,
            Review review,
            String type,
            Runtime runtime,
            AdmissionMetrics metrics) {
        if (policy.conditions().isEmpty()) {
            return new MatchOutcome(true, "");
        }
        Instant begun = runtime.now();
        MatchOutcome outcome = of(policy.conditions(), new Evaluation(view, Map.of(), Evaluation.CONDITIONS_BUDGET));
        metrics.conditions(
                policy.name(),
                "policy",
                type,
                review.operation(),
                outcome.matches(),
                !outcome.fault().isEmpty(),
                Duration.between(begun, runtime.now()));
        return outcome;
    }

    /** A false condition decides, whatever else fails. */
    static MatchOutcome of(List<Expression> conditions, Evaluation evaluation) {
        var faults = new ArrayList<String>();
        try {
            for (Expression condition : conditions) {
                switch (evaluation.evaluate(condition)) {
                    case Evaluation.Result.Failed(String why) -> faults.add(why);
                    case Evaluation.Result.Is(Object value) -> {
                        if (value.equals(false)) {
                            return new MatchOutcome(false, "");
                        }
                    }
                }
            }
        } catch (Evaluation.OutOfBudget e) {
            return new MatchOutcome(false, String.valueOf(e.getMessage()));
        }
        return switch (faults.size()) {
            case 0 -> new MatchOutcome(true, "");
            case 1 -> new MatchOutcome(false, faults.getFirst());
            default -> new MatchOutcome(false, "[" + String.join(", ", faults) + "]");
        };
    }
}

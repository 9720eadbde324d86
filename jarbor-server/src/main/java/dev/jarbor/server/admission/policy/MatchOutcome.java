package dev.jarbor.server.admission.policy;

import dev.jarbor.cel.admission.Expression;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether match conditions hold.
 *
 * @param matches whether none is false
 * @param fault why it cannot be said, or ""; then {@code matches} means nothing
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions">matchConditions</a>
 */
record MatchOutcome(boolean matches, String fault) {
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

package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.webhook.Conditions;
import java.util.List;
import java.util.Map;

/** The match conditions of webhooks, in CEL. */
public final class WebhookConditions implements Conditions {
    private final Authorizer authorizer;
    private final Cache<String, Expression> compiled =
            new Cache<>(text -> Expressions.plain(false).compile(text, Purpose.MATCH_CONDITION));

    public WebhookConditions(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public boolean hold(List<ObjectValue> conditions, Review review, ObjectValue object, ObjectValue before) {
        if (conditions.isEmpty()) {
            return true;
        }
        List<Expression> expressions = conditions.stream()
                .map(condition -> compiled.get(condition.string("expression")))
                .toList();
        Map<String, Object> view = RequestView.of(review, review.resource(), object, before, authorizer);
        var evaluation = new Evaluation(view, Map.of(), Evaluation.CONDITIONS_BUDGET);
        MatchOutcome outcome = MatchOutcome.of(expressions, evaluation);
        if (!outcome.fault().isEmpty()) {
            throw new IllegalArgumentException(outcome.fault());
        }
        return outcome.matches();
    }
}

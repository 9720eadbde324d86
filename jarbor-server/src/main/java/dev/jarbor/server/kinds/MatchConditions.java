package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;

/** The {@code matchConditions} of webhooks and policies: how many, how named, and whether they compile. */
final class MatchConditions {
    private static final int MOST = 64;

    private MatchConditions() {}

    /** @param params whether there is a variable {@code params} */
    static void check(List<ObjectValue> conditions, FieldPath path, boolean params, Checks checks) {
        Expressions expressions = Expressions.plain(params);
        if (conditions.size() > MOST) {
            checks.add(FieldError.tooMany(path, conditions.size(), MOST));
        }
        var names = new HashSet<String>();
        for (int i = 0; i < conditions.size(); i++) {
            ObjectValue condition = conditions.get(i);
            FieldPath at = path.index(i);
            String text = condition.string("expression").strip();
            if (text.isEmpty()) {
                checks.add(FieldError.required(at.child("expression"), ""));
            } else {
                AdmissionPolicies.report(
                        expressions.compile(text, Purpose.MATCH_CONDITION), at.child("expression"), checks);
            }
            String name = condition.string("name");
            if (checks.required(condition, "name", at)) {
                Labels.key(name).forEach(problem -> checks.add(FieldError.invalid(at.child("name"), name, problem)));
                if (!names.add(name)) {
                    checks.add(FieldError.duplicate(at.child("name"), name));
                }
            }
        }
    }
}

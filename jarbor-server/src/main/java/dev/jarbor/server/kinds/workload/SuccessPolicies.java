package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/**
 * When an indexed job has succeeded before all its indexes have.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy">Success policy</a>
 */
final class SuccessPolicies {
    private static final int MOST_RULES = 20;
    private static final int MOST_BYTES = 64 * 1024;

    private SuccessPolicies() {}

    static void check(ObjectValue spec, FieldPath at, Checks checks) {
        List<ObjectValue> rules = spec.object("successPolicy").list("rules").objects();
        if (rules.isEmpty()) {
            checks.required(
                    at.child("rules"), "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.size() > MOST_RULES) {
            checks.add(FieldError.tooMany(at.child("rules"), rules.size(), MOST_RULES));
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), spec.integer("completions"), at.child("rules").index(i), checks);
        }
    }

    private static void rule(ObjectValue rule, long completions, FieldPath at, Checks checks) {
        boolean indexed = rule.has("succeededIndexes");
        if (!indexed && !rule.has("succeededCount")) {
            checks.required(at, "at least one of succeededCount or succeededIndexes must be specified");
        }
        long total = indexed ? indexes(rule.string("succeededIndexes"), completions, at, checks) : 0;
        if (!rule.has("succeededCount")) {
            return;
        }
        FieldPath count = at.child("succeededCount");
        long succeeded = rule.integer("succeededCount");
        checks.notNegative(rule, "succeededCount", at);
        if (succeeded > completions) {
            checks.invalid(
                    count,
                    succeeded,
                    "must be less than or equal to " + completions + " (the number of specified completions)");
        }
        if (indexed && succeeded > total) {
            checks.invalid(
                    count,
                    succeeded,
                    "must be less than or equal to " + total
                            + " (the number of indexes in the specified succeededIndexes field)");
        }
    }

    private static long indexes(String text, long completions, FieldPath at, Checks checks) {
        FieldPath here = at.child("succeededIndexes");
        if (text.length() > MOST_BYTES) {
            checks.add(FieldError.tooLong(here, MOST_BYTES));
        }
        try {
            return Indexes.count(text, completions);
        } catch (Indexes.MalformedException malformed) {
            checks.invalid(here, text, "error parsing succeededIndexes: " + malformed.words());
            return 0;
        }
    }
}

package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** What is wrong with a LabelSelector, field by field (apimachinery, meta/v1/validation). */
final class LabelSelectorChecks {
    private LabelSelectorChecks() {}

    static void check(ObjectValue selector, FieldPath path, Checks checks) {
        FieldPath labels = path.child("matchLabels");
        selector.object("matchLabels").strings().forEach((key, value) -> {
            Labels.key(key).forEach(problem -> checks.add(FieldError.invalid(labels, key, problem)));
            Labels.value(value).forEach(problem -> checks.add(FieldError.invalid(labels, value, problem)));
        });
        List<ObjectValue> requirements = selector.list("matchExpressions").objects();
        for (int i = 0; i < requirements.size(); i++) {
            requirement(requirements.get(i), path.child("matchExpressions").index(i), checks);
        }
    }

    private static void requirement(ObjectValue requirement, FieldPath path, Checks checks) {
        String operator = requirement.string("operator");
        List<String> values = requirement.list("values").strings();
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    checks.add(FieldError.required(
                            path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    checks.add(FieldError.forbidden(
                            path.child("values"),
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            default ->
                checks.add(FieldError.invalid(path.child("operator"), operator, "not a valid selector operator"));
        }
        String key = requirement.string("key");
        Labels.key(key).forEach(problem -> checks.add(FieldError.invalid(path.child("key"), key, problem)));
        for (int i = 0; i < values.size(); i++) {
            FieldPath at = path.child("values").index(i);
            String value = values.get(i);
            Labels.value(value).forEach(problem -> checks.add(FieldError.invalid(at, value, problem)));
        }
    }
}

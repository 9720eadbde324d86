package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import java.util.HashSet;
import java.util.List;

/** Which requests an admission policy or its binding is about (MatchResources). */
final class PolicyMatching {
    private PolicyMatching() {}

    static ObjectValue withDefaults(ObjectValue match) {
        ObjectValue filled = Edits.text(match, "matchPolicy", "Equivalent");
        filled = Edits.absent(filled, "namespaceSelector", ObjectValue.EMPTY);
        filled = Edits.absent(filled, "objectSelector", ObjectValue.EMPTY);
        for (String rules : List.of("resourceRules", "excludeResourceRules")) {
            filled = Edits.each(filled, rules, rule -> Edits.text(rule, "scope", "*"));
        }
        return filled;
    }

    static void check(ObjectValue match, FieldPath path, Checks checks) {
        checks.oneOf(match, "matchPolicy", path, "Equivalent", "Exact");
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            if (match.has(selector)) {
                LabelSelectors.check(match.object(selector), path.child(selector), checks);
            } else {
                checks.add(FieldError.required(path.child(selector), ""));
            }
        }
        rules(match, "resourceRules", path, checks);
        rules(match, "excludeResourceRules", path, checks);
    }

    private static void rules(ObjectValue match, String field, FieldPath path, Checks checks) {
        List<ObjectValue> rules = match.list(field).objects();
        for (int i = 0; i < rules.size(); i++) {
            FieldPath at = path.child(field).index(i);
            names(rules.get(i).list("resourceNames").strings(), at.child("resourceNames"), checks);
            Webhooks.rule(rules.get(i), at, checks);
        }
    }

    private static void names(List<String> names, FieldPath path, Checks checks) {
        var seen = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            FieldPath at = path.index(i);
            String name = names.get(i);
            Names.pathSegment(name).forEach(problem -> checks.add(FieldError.invalid(at, name, problem)));
            if (!seen.add(name)) {
                checks.add(FieldError.duplicate(at, name));
            }
        }
    }
}

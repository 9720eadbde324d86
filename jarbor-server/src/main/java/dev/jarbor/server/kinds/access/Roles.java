package dev.jarbor.server.kinds.access;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of Roles and ClusterRoles.
 *
 * @param namespaced whether they speak of one namespace only, where there is nothing but resources
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC Authorization</a>
 */
public record Roles(boolean namespaced) implements Strategy {
    private static final FieldPath RULES = FieldPath.of("rules");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        List<ObjectValue> rules = object.list("rules").objects();
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), RULES.index(i), checks);
        }
        if (object.has("aggregationRule")) {
            aggregation(object.object("aggregationRule"), checks);
        }
        return checks.errors();
    }

    private void rule(ObjectValue rule, FieldPath at, Checks checks) {
        if (rule.list("verbs").isEmpty()) {
            checks.required(at.child("verbs"), "verbs must contain at least one value");
        }
        boolean groups = !rule.list("apiGroups").isEmpty();
        int resources = rule.list("resources").size();
        boolean names = !rule.list("resourceNames").isEmpty();
        if (!rule.list("nonResourceURLs").isEmpty()) {
            FieldPath there = at.child("nonResourceURLs");
            if (namespaced) {
                checks.invalid(
                        there, rule.list("nonResourceURLs"), "namespaced rules cannot apply to non-resource URLs");
            }
            if (groups || resources > 0 || names) {
                checks.invalid(
                        there,
                        rule.list("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (!groups) {
            checks.required(at.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if (resources == 0) {
            checks.required(at.child("resources"), "resource rules must supply at least one resource");
        }
    }

    private static void aggregation(ObjectValue rule, Checks checks) {
        FieldPath at = FieldPath.of("aggregationRule").child("clusterRoleSelectors");
        List<ObjectValue> selectors = rule.list("clusterRoleSelectors").objects();
        if (selectors.isEmpty()) {
            checks.required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        for (int i = 0; i < selectors.size(); i++) {
            LabelSelectors.check(selectors.get(i), at.index(i), checks);
        }
    }
}

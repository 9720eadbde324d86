package dev.jarbor.server.admission.policy;

import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.server.admission.RequestMatcher;
import dev.jarbor.server.admission.RequestRule;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.Optional;

/**
 * What all policies have in common: what they are about, their conditions, their variables and their params.
 *
 * @param spec of the policy, as it is stored
 */
record Policy(
        String name, ObjectValue spec, Constraints constraints, List<Expression> conditions, Expressions expressions) {

    static Policy of(ObjectValue policy) {
        ObjectValue spec = policy.object("spec");
        boolean params = spec.has("paramKind");
        Expressions plain = Expressions.plain(params);
        return new Policy(
                policy.object("metadata").string("name"),
                spec,
                Constraints.of(spec.object("matchConstraints")),
                spec.list("matchConditions").objects().stream()
                        .map(condition -> plain.compile(condition.string("expression"), Purpose.MATCH_CONDITION))
                        .toList(),
                Expressions.with(params, spec.list("variables").objects()));
    }

    /** Whether a request goes on when the policy cannot be evaluated. */
    boolean failsOpen() {
        return spec.string("failurePolicy").equals("Ignore");
    }

    /**
     * Which requests a policy or a binding is about.
     *
     * @param rules none for all requests
     */
    record Constraints(
            List<RequestRule> rules,
            List<RequestRule> excluded,
            boolean equivalent,
            Selector namespaces,
            Selector objects) {

        static Constraints of(ObjectValue match) {
            return new Constraints(
                    rules(match, "resourceRules"),
                    rules(match, "excludeResourceRules"),
                    !match.string("matchPolicy").equals("Exact"),
                    selector(match.object("namespaceSelector")),
                    selector(match.object("objectSelector")));
        }

        private static List<RequestRule> rules(ObjectValue match, String field) {
            return match.list(field).objects().stream().map(RequestRule::read).toList();
        }

        private static Selector selector(ObjectValue selector) {
            try {
                return selector.isEmpty() ? Selector.everything() : Selector.ofObject(selector);
            } catch (InvalidSelectorException malformed) {
                // Validation does not let it in.
                return Selector.nothing();
            }
        }

        /** The version in which the request is matched; empty where it is not. */
        Optional<ServedResource> match(RequestMatcher matcher, Review review) {
            if (!RequestMatcher.isInNamespace(namespaces, review)
                    || !RequestMatcher.isSelected(objects, review)
                    || matcher.ruled(excluded, equivalent, review).isPresent()) {
                return Optional.empty();
            }
            return rules.isEmpty() ? Optional.of(review.resource()) : matcher.ruled(rules, equivalent, review);
        }
    }
}

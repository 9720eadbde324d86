package dev.jarbor.server.auth.webhook;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.VariableExpression;
import dev.jarbor.cel.type.DeclaredType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A match condition of an authorization webhook: an expression about {@code request}, which is the spec of a
 * SubjectAccessReview of v1.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization">Configuring
 *     the API server using an authorization config file</a>
 */
public record ReviewCondition(VariableExpression expression) {
    private static final DeclaredType TEXT = DeclaredType.STRING;
    private static final DeclaredType TEXTS = DeclaredType.list(TEXT);

    private static final DeclaredType RESOURCE = DeclaredType.struct(
            "kubernetes.ResourceAttributes",
            Map.of(
                    "namespace",
                    TEXT,
                    "verb",
                    TEXT,
                    "group",
                    TEXT,
                    "version",
                    TEXT,
                    "resource",
                    TEXT,
                    "subresource",
                    TEXT,
                    "name",
                    TEXT,
                    "fieldSelector",
                    selector("Field"),
                    "labelSelector",
                    selector("Label")));

    private static final DeclaredType SPEC = DeclaredType.struct(
            "kubernetes.SubjectAccessReviewSpec",
            Map.of(
                    "resourceAttributes",
                    RESOURCE,
                    "nonResourceAttributes",
                    DeclaredType.struct("kubernetes.NonResourceAttributes", Map.of("path", TEXT, "verb", TEXT)),
                    "user",
                    TEXT,
                    "groups",
                    TEXTS,
                    "extra",
                    DeclaredType.map(TEXTS),
                    "uid",
                    TEXT));

    private static DeclaredType selector(String of) {
        DeclaredType requirement = DeclaredType.struct(
                "kubernetes." + of + "SelectorRequirement", Map.of("key", TEXT, "operator", TEXT, "values", TEXTS));
        return DeclaredType.struct(
                "kubernetes." + of + "SelectorAttributes",
                Map.of("rawSelector", TEXT, "requirements", DeclaredType.list(requirement)));
    }

    /** @throws IllegalArgumentException when it does not compile, in the reference's words */
    public static ReviewCondition of(String text) {
        return new ReviewCondition(VariableExpression.condition(text, "request", SPEC));
    }

    /** What conditions come to together. */
    sealed interface Outcome {
        /** @param holds whether all do */
        record Holds(boolean holds) implements Outcome {}

        /** It cannot be said: none is false, and not all have a value. */
        record Failed(String why) implements Outcome {}
    }

    /** A false condition decides, whatever else fails. */
    static Outcome all(List<ReviewCondition> conditions, ObjectValue spec) {
        var faults = new ArrayList<String>();
        for (ReviewCondition condition : conditions) {
            try {
                if (!(condition.expression().evaluate(spec) instanceof BooleanValue(boolean holds) && holds)) {
                    return new Outcome.Holds(false);
                }
            } catch (VariableExpression.NoValueException none) {
                faults.add("cel evaluation error: " + none.reason());
            }
        }
        return switch (faults.size()) {
            case 0 -> new Outcome.Holds(true);
            case 1 -> new Outcome.Failed(faults.getFirst());
            default -> new Outcome.Failed("[" + String.join(", ", faults) + "]");
        };
    }
}

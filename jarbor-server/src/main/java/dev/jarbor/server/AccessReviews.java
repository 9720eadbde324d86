package dev.jarbor.server;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Operator;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import java.util.ArrayList;
import java.util.List;

/**
 * What a SubjectAccessReview asks, read and checked: pure functions of its spec.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/">SubjectAccessReview</a>
 */
final class AccessReviews {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private AccessReviews() {}

    /** What is wrong with a review that asks about somebody. */
    static List<FieldError> check(ObjectValue review, boolean self) {
        ObjectValue spec = review.object("spec");
        var errors = new ArrayList<FieldError>();
        boolean resource = spec.has("resourceAttributes");
        boolean other = spec.has("nonResourceAttributes");
        if (resource && other) {
            errors.add(FieldError.invalid(
                    SPEC.child("nonResourceAttributes"),
                    spec.valueOrNull("nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes"));
        }
        if (!resource && !other) {
            errors.add(FieldError.invalid(
                    SPEC.child("resourceAttributes"),
                    spec.valueOrNull("nonResourceAttributes"),
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        if (!self && spec.string("user").isEmpty() && spec.list("groups").isEmpty()) {
            errors.add(FieldError.invalid(
                    SPEC.child("user"), spec.string("user"), "at least one of user or group must be specified"));
        }
        if (resource) {
            FieldPath path = SPEC.child("resourceAttributes");
            ObjectValue asked = spec.object("resourceAttributes");
            selector(asked, path, "fieldSelector", errors);
            selector(asked, path, "labelSelector", errors);
        }
        return errors;
    }

    private static void selector(ObjectValue asked, FieldPath path, String name, List<FieldError> errors) {
        if (!asked.has(name)) {
            return;
        }
        ObjectValue selector = asked.object(name);
        boolean raw = !selector.string("rawSelector").isEmpty();
        boolean terms = !selector.list("requirements").isEmpty();
        if (raw && terms) {
            errors.add(FieldError.invalid(
                    path.child(name).child("rawSelector"),
                    selector.string("rawSelector"),
                    "may not specified at the same time as requirements"));
        }
        if (!raw && !terms) {
            errors.add(FieldError.required(
                    path.child(name).child("requirements"),
                    "when " + path.child(name) + " is specified, requirements or rawSelector is required"));
        }
        int index = 0;
        for (ObjectValue term : selector.list("requirements").objects()) {
            FieldPath at = path.child(name).child("requirements").index(index++);
            if (term.string("key").isEmpty()) {
                errors.add(FieldError.required(at.child("key"), "must be specified"));
            }
            int values = term.list("values").size();
            switch (term.string("operator")) {
                case "In", "NotIn" -> {
                    if (values == 0) {
                        errors.add(FieldError.required(
                                at.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (values > 0) {
                        errors.add(FieldError.forbidden(
                                at.child("values"),
                                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                    }
                }
                default ->
                    errors.add(FieldError.invalid(
                            at.child("operator"), term.string("operator"), "not a valid selector operator"));
            }
        }
    }

    /** The question as authorizers read it. */
    static Attributes attributes(ObjectValue spec, User user) {
        if (!spec.has("resourceAttributes")) {
            ObjectValue asked = spec.object("nonResourceAttributes");
            return Attributes.nonResource(user, asked.string("verb"), asked.string("path"));
        }
        ObjectValue asked = spec.object("resourceAttributes");
        return new Attributes(
                user,
                asked.string("verb"),
                asked.string("group"),
                asked.string("version"),
                asked.string("resource"),
                asked.string("subresource"),
                asked.string("namespace"),
                asked.string("name"),
                "",
                fields(asked.object("fieldSelector")),
                labels(asked.object("labelSelector")));
    }

    /** Terms that a request could not have are left out: that widens what is asked, never narrows it. */
    private static List<FieldSelector.Term> fields(ObjectValue selector) {
        try {
            if (!selector.string("rawSelector").isEmpty()) {
                return FieldSelector.parse(selector.string("rawSelector")).terms();
            }
        } catch (InvalidSelectorException malformed) {
            return List.of();
        }
        var terms = new ArrayList<FieldSelector.Term>();
        for (ObjectValue term : selector.list("requirements").objects()) {
            List<String> values = term.list("values").strings();
            String operator = term.string("operator");
            if (values.size() == 1 && (operator.equals("In") || operator.equals("NotIn"))) {
                terms.add(new FieldSelector.Term(term.string("key"), operator.equals("NotIn"), values.getFirst()));
            }
        }
        return terms;
    }

    private static List<Requirement> labels(ObjectValue selector) {
        var terms = new ArrayList<Requirement>();
        try {
            if (!selector.string("rawSelector").isEmpty()) {
                return Selector.parse(selector.string("rawSelector")).requirements();
            }
            for (ObjectValue term : selector.list("requirements").objects()) {
                Operator operator = switch (term.string("operator")) {
                    case "In" -> Operator.IN;
                    case "NotIn" -> Operator.NOT_IN;
                    case "Exists" -> Operator.EXISTS;
                    default -> Operator.DOES_NOT_EXIST;
                };
                terms.add(Requirement.checked(
                        term.string("key"), operator, term.list("values").strings()));
            }
        } catch (InvalidSelectorException malformed) {
            return List.copyOf(terms);
        }
        return terms;
    }
}

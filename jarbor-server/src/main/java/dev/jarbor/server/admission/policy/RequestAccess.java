package dev.jarbor.server.admission.policy;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.cel.library.Access;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import java.util.List;

/** The variable {@code authorizer}: what the request's user, or a service account, may do. */
record RequestAccess(Authorizer authorizer, User user) implements Access {
    @Override
    public Decision decide(Check check) {
        User asked = check.accountName().isEmpty()
                ? user
                : User.serviceAccount(check.accountNamespace(), check.accountName());
        Authorizer.Decision decision = authorizer.decide(
                check.path().isEmpty()
                        ? resource(asked, check)
                        : Attributes.nonResource(asked, check.verb(), check.path()));
        return new Decision(decision.allowed(), decision.reason(), decision.error());
    }

    private static Attributes resource(User user, Check check) {
        var attributes = new Attributes(
                user,
                check.verb(),
                check.group(),
                "*",
                check.resource(),
                check.subresource(),
                check.namespace(),
                check.name(),
                "");
        return attributes.selecting(fields(check.fieldSelector()), labels(check.labelSelector()));
    }

    /** A selector that is none is left out. */
    private static List<FieldSelector.Term> fields(String selector) {
        try {
            return selector.isEmpty()
                    ? List.of()
                    : FieldSelector.parse(selector).terms();
        } catch (InvalidSelectorException e) {
            return List.of();
        }
    }

    private static List<Requirement> labels(String selector) {
        try {
            return selector.isEmpty() ? List.of() : Selector.parse(selector).requirements();
        } catch (InvalidSelectorException e) {
            return List.of();
        }
    }
}

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
        Account account = check.account();
        User asked = account.isPresent() ? User.serviceAccount(account.namespace(), account.name()) : user;
        Authorizer.Decision decision = authorizer.decide(
                check.path().isEmpty()
                        ? resource(asked, check.verb(), check.resource())
                        : Attributes.nonResource(asked, check.verb(), check.path()));
        return new Decision(decision.allowed(), decision.reason(), decision.error());
    }

    private static Attributes resource(User user, String verb, Resource about) {
        var attributes = new Attributes(
                user,
                verb,
                about.group(),
                "*",
                about.resource(),
                about.subresource(),
                about.namespace(),
                about.name(),
                "");
        return attributes.selecting(fields(about.fieldSelector()), labels(about.labelSelector()));
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

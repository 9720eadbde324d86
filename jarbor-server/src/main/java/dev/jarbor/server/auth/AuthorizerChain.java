package dev.jarbor.server.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Authorizers asked one after the other until one has an opinion. Members of {@code system:masters} may do everything,
 * before any of them is asked.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/">Authorization</a>
 */
public final class AuthorizerChain implements Authorizer {
    private static final Decision MASTER = Decision.allow("");

    private final List<Authorizer> authorizers;

    public AuthorizerChain(List<Authorizer> authorizers) {
        this.authorizers = List.copyOf(authorizers);
    }

    @Override
    public Decision decide(Attributes attributes) {
        if (attributes.user().groups().contains(User.MASTERS)) {
            return MASTER;
        }
        var reasons = new ArrayList<String>();
        var errors = new ArrayList<String>();
        for (Authorizer authorizer : authorizers) {
            Decision decision = authorizer.decide(attributes);
            if (decision.verdict() != Verdict.NO_OPINION) {
                return decision;
            }
            note(reasons, decision.reason());
            note(errors, decision.error());
        }
        return new Decision(Verdict.NO_OPINION, String.join("\n", reasons), Refusals.aggregate(errors));
    }

    @Override
    public Permissions permissions(User user, String namespace) {
        var grants = new ArrayList<Grant>();
        var errors = new ArrayList<String>();
        boolean incomplete = false;
        for (Authorizer authorizer : authorizers) {
            Permissions some = authorizer.permissions(user, namespace);
            grants.addAll(some.grants());
            note(errors, some.error());
            incomplete |= some.incomplete();
        }
        return new Permissions(grants, incomplete, Refusals.aggregate(errors));
    }

    private static void note(List<String> texts, String text) {
        if (!text.isEmpty()) {
            texts.add(text);
        }
    }
}

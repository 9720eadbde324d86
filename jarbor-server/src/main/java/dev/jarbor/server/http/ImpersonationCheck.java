package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Forbidden;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether one mode allows somebody to act as another, for one request: each part of the other is a question of its own.
 *
 * @param requestor who wants to act
 */
record ImpersonationCheck(Authorizer authorizer, ImpersonationMode mode, User requestor) {
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final String NODE_KEYS = "authentication.kubernetes.io/associated-node-keys";
    private static final String MASTERS_REFUSED = "impersonating the system:masters group is not allowed";
    private static final String NAMELESS_REFUSED = "impersonating the empty string group is not allowed";

    /** From so many on, one question about all of them is asked first. */
    private static final int MANY = 4;

    Optional<ApiException> refusal(User wanted, Attributes request) {
        Optional<ApiException> onRequest =
                mode.isConfined() ? refusal(withVerb(request, mode.verbOn(request.verb()))) : Optional.empty();
        return onRequest
                .or(() -> name(wanted))
                .or(() -> wanted.uid().isEmpty()
                        ? Optional.empty()
                        : refusal(question(AUTHENTICATION, "uids", "", "", wanted.uid())))
                .or(() -> groups(wanted.groups()))
                .or(() -> extra(wanted));
    }

    private Optional<ApiException> name(User wanted) {
        String group = mode.isConfined() ? AUTHENTICATION : "";
        Optional<String> node = ImpersonationMode.node(wanted.name());
        if (mode.isConfined() && node.isPresent()) {
            boolean own = mode == ImpersonationMode.ASSOCIATED_NODE;
            return refusal(question(group, "nodes", "", "", own ? "*" : node.get()));
        }
        if (wanted.isServiceAccount()) {
            String[] parts = wanted.name().split(":", -1);
            return refusal(question(group, "serviceaccounts", "", parts[2], parts[3]));
        }
        return refusal(question(group, "users", "", "", wanted.name()));
    }

    private Optional<ApiException> groups(List<String> groups) {
        String group = mode.isConfined() ? AUTHENTICATION : "";
        if (mode.isConfined() && groups.contains("")) {
            return Optional.of(Forbidden.refusal(question(group, "groups", "", "", ""), NAMELESS_REFUSED));
        }
        if (mode.isConfined() && groups.contains(User.MASTERS)) {
            return Optional.of(Forbidden.refusal(question(group, "groups", "", "", User.MASTERS), MASTERS_REFUSED));
        }
        boolean all = mode.isConfined()
                && groups.size() >= MANY
                && refusal(question(group, "groups", "", "", "*")).isEmpty();
        return all
                ? Optional.empty()
                : groups.stream()
                        .flatMap(name -> refusal(question(group, "groups", "", "", name)).stream())
                        .findFirst();
    }

    private Optional<ApiException> extra(User wanted) {
        for (Map.Entry<String, List<String>> entry : wanted.extra().entrySet()) {
            for (String value : entry.getValue()) {
                Attributes asked = question(AUTHENTICATION, "userextras", entry.getKey(), "", value);
                if (mode.isConfined() && value.isEmpty()) {
                    return Optional.of(
                            Forbidden.refusal(asked, "impersonating the empty string value in extra is not allowed"));
                }
                Optional<ApiException> refusal = refusal(asked);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
        }
        return Optional.empty();
    }

    private Attributes question(String group, String resource, String subresource, String namespace, String name) {
        return withVerb(
                new Attributes(asker(), "", group, "v1", resource, subresource, namespace, name, ""), mode.verb());
    }

    /** A pod on a node may act as that node whichever node it is: what differs between nodes is left out. */
    private User asker() {
        if (mode != ImpersonationMode.ASSOCIATED_NODE) {
            return requestor;
        }
        var extra = new TreeMap<String, List<String>>();
        extra.put(NODE_KEYS, List.copyOf(requestor.extra().keySet()));
        return new User(requestor.name(), requestor.uid(), requestor.groups(), extra);
    }

    private Attributes withVerb(Attributes asked, String verb) {
        return new Attributes(
                asker(),
                verb,
                asked.group(),
                asked.version(),
                asked.resource(),
                asked.subresource(),
                asked.namespace(),
                asked.name(),
                asked.path(),
                asked.fields(),
                asked.labels());
    }

    private Optional<ApiException> refusal(Attributes asked) {
        Authorizer.Decision decision = authorizer.decide(asked);
        return decision.allowed() ? Optional.empty() : Optional.of(Forbidden.refusal(asked, decision.reason()));
    }
}

package dev.jarbor.server.auth;

import java.util.List;

/**
 * The modes that look at nothing: {@code AlwaysAllow} and {@code AlwaysDeny}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#authorization-modules">Authorization
 *     modes</a>
 */
public enum FixedAuthorizer implements Authorizer {
    ALWAYS_ALLOW {
        @Override
        public Decision decide(Attributes attributes) {
            return Decision.allow("");
        }

        @Override
        public Permissions permissions(User user, String namespace) {
            List<String> all = List.of("*");
            return new Permissions(
                    List.of(
                            new Grant(all, all, all, List.of(), List.of()),
                            new Grant(all, List.of(), List.of(), List.of(), all)),
                    false,
                    "");
        }
    },
    ALWAYS_DENY {
        @Override
        public Decision decide(Attributes attributes) {
            return Decision.noOpinion("Everything is forbidden.");
        }
    }
}

package dev.jarbor.server.http;

import dev.jarbor.api.names.Names;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Optional;

/** The ways in which somebody may be allowed to act as another, the most confined first. */
enum ImpersonationMode {
    ASSOCIATED_NODE("associated-node"),
    ARBITRARY_NODE("arbitrary-node"),
    SERVICE_ACCOUNT("serviceaccount"),
    USER_INFO("user-info"),
    /** The verb {@code impersonate}, which allows every request. */
    UNCONFINED("");

    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";
    private static final String NODE = "system:node:";

    private final String word;

    ImpersonationMode(String word) {
        this.word = word;
    }

    boolean isConfined() {
        return this != UNCONFINED;
    }

    /** The verb that allows acting as somebody. */
    String verb() {
        return isConfined() ? "impersonate:" + word : "impersonate";
    }

    /** The verb that allows {@code verb} while doing so. */
    String verbOn(String verb) {
        return "impersonate-on:" + word + ":" + verb;
    }

    /** Whether the mode is one for {@code requestor} acting as {@code wanted}. */
    boolean applies(User wanted, User requestor) {
        boolean nameAlone = wanted.uid().isEmpty()
                && wanted.groups().isEmpty()
                && wanted.extra().isEmpty();
        return switch (this) {
            case ASSOCIATED_NODE ->
                nameAlone
                        && requestor.isServiceAccount()
                        && node(wanted.name())
                                .filter(node -> requestor
                                        .extra()
                                        .getOrDefault(NODE_NAME, List.of())
                                        .equals(List.of(node)))
                                .isPresent();
            case ARBITRARY_NODE -> nameAlone && node(wanted.name()).isPresent();
            case SERVICE_ACCOUNT -> nameAlone && wanted.isServiceAccount();
            case USER_INFO -> node(wanted.name()).isEmpty() && !wanted.isServiceAccount();
            case UNCONFINED -> true;
        };
    }

    /** The node whose agent a user of that name is. */
    static Optional<String> node(String user) {
        String name = user.startsWith(NODE) ? user.substring(NODE.length()) : "";
        return name.isEmpty() || !Names.dnsSubdomain(name).isEmpty() ? Optional.empty() : Optional.of(name);
    }
}

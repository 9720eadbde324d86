package dev.jarbor.server.admission.node;

import dev.jarbor.server.auth.User;
import java.util.Optional;

/** Which users are nodes, and which node each of them is. */
final class NodeIdentity {
    private static final String PREFIX = "system:node:";
    private static final String GROUP = "system:nodes";

    private NodeIdentity() {}

    /** The name of the node that {@code user} is; empty for whoever is none. */
    static Optional<String> of(User user) {
        boolean node = user.name().startsWith(PREFIX) && user.groups().contains(GROUP);
        return node ? Optional.of(user.name().substring(PREFIX.length())) : Optional.empty();
    }
}

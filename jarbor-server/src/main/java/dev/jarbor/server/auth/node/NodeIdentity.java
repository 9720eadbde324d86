package dev.jarbor.server.auth.node;

import dev.jarbor.server.auth.User;

/**
 * Whether a user is the agent of a node, and of which.
 *
 * @param name the node's; "" where the user's name tells none
 */
record NodeIdentity(boolean isNode, String name) {
    static final String PREFIX = "system:node:";
    private static final String GROUP = "system:nodes";
    private static final NodeIdentity NOBODY = new NodeIdentity(false, "");

    static NodeIdentity of(User user) {
        if (!user.name().startsWith(PREFIX) || !user.groups().contains(GROUP)) {
            return NOBODY;
        }
        return new NodeIdentity(true, user.name().substring(PREFIX.length()));
    }
}

package dev.jarbor.server.auth;

import java.util.List;

/**
 * Whether callers that bring nothing are let in as {@code system:anonymous}.
 *
 * @param paths where alone they are; empty for everywhere
 */
public record AnonymousAccess(boolean enabled, List<String> paths) {
    public static final AnonymousAccess EVERYWHERE = new AnonymousAccess(true, List.of());
    public static final AnonymousAccess NOWHERE = new AnonymousAccess(false, List.of());

    public AnonymousAccess {
        paths = List.copyOf(paths);
    }

    boolean admits(String path) {
        return enabled && (paths.isEmpty() || paths.contains(path));
    }
}

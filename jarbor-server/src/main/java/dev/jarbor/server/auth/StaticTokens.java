package dev.jarbor.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tokens that the settings name, with their users. */
final class StaticTokens implements TokenAuthenticator {
    private final SortedMap<String, User> users;

    StaticTokens(SortedMap<String, User> users) {
        this.users = new TreeMap<>(users);
    }

    @Override
    public Identity authenticate(String token, List<String> audiences) {
        for (Map.Entry<String, User> known : users.entrySet()) {
            if (Secrets.equal(known.getKey(), token)) {
                return Identity.of(known.getValue());
            }
        }
        return Identity.UNKNOWN;
    }

    /** Comparing what only one side may know. */
    static final class Secrets {
        private Secrets() {}

        /** Takes as long for a wrong one as for a right one. */
        static boolean equal(String one, String other) {
            return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        }
    }
}

package dev.jarbor.server.auth;

import java.util.List;

/** What an authenticator found. */
public sealed interface Identity {
    /** It knows nothing about such callers; another may. */
    Identity UNKNOWN = new Unknown();

    /**
     * It is this user.
     *
     * @param audiences those of the wanted audiences for which the proof counts
     */
    record Known(User user, List<String> audiences) implements Identity {
        public Known {
            audiences = List.copyOf(audiences);
        }
    }

    /** See {@link #UNKNOWN}. */
    record Unknown() implements Identity {}

    /** It knows such callers, and this one is not to be believed. */
    record Refused(String reason) implements Identity {}

    static Identity of(User user) {
        return new Known(user, List.of());
    }
}

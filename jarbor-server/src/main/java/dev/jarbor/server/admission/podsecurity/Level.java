package dev.jarbor.server.admission.podsecurity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How strict a standard is, from nothing at all to all that is known to be good.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
public enum Level {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<Level> parse(String word) {
        return Arrays.stream(values())
                .filter(level -> level.toString().equals(word))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

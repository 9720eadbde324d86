package dev.jarbor.server.admission.podsecurity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Kubernetes version whose standards are meant.
 *
 * @param minor of version 1; {@link Integer#MAX_VALUE} for the latest
 */
public record Version(int minor) {
    public static final Version LATEST = new Version(Integer.MAX_VALUE);

    private static final Pattern SYNTAX = Pattern.compile("v1\\.([0-9]|[1-9][0-9]{1,6})");

    static Optional<Version> parse(String text) {
        if (text.equals("latest")) {
            return Optional.of(LATEST);
        }
        Matcher version = SYNTAX.matcher(text);
        return version.matches() ? Optional.of(new Version(Integer.parseInt(version.group(1)))) : Optional.empty();
    }

    @Override
    public String toString() {
        return minor == Integer.MAX_VALUE ? "latest" : "v1." + minor;
    }
}

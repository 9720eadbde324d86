package dev.jarbor.server.kinds.rules;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A semantic version, ordered as such; what comes behind a plus does not matter for the order.
 *
 * @param major the first number
 * @param minor the second
 * @param patch the third
 * @param before what comes behind a dash, for versions on the way to that one; "" for the version itself
 * @see <a href="https://semver.org/spec/v2.0.0.html">Semantic Versioning 2.0.0</a>
 */
public record SemanticVersion(BigInteger major, BigInteger minor, BigInteger patch, String before)
        implements Comparable<SemanticVersion> {
    /** Before all others. */
    public static final SemanticVersion ZERO =
            new SemanticVersion(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, "");

    private static final int LONGEST = 256;
    private static final String NUMBER = "(0|[1-9]\\d*)";
    private static final String PART = "(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
    private static final Pattern FORM = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-(" + PART
            + "(?:\\." + PART + ")*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");

    /** Reads {@code text}; empty where it is no version. */
    public static Optional<SemanticVersion> parse(String text) {
        Matcher matcher = FORM.matcher(text.length() > LONGEST ? "" : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String before = matcher.group(4);
        return Optional.of(new SemanticVersion(
                new BigInteger(matcher.group(1)),
                new BigInteger(matcher.group(2)),
                new BigInteger(matcher.group(3)),
                before == null ? "" : before));
    }

    @Override
    public int compareTo(SemanticVersion other) {
        int numbers = major.compareTo(other.major);
        numbers = numbers != 0 ? numbers : minor.compareTo(other.minor);
        numbers = numbers != 0 ? numbers : patch.compareTo(other.patch);
        if (numbers != 0 || before.equals(other.before)) {
            return numbers;
        }
        if (before.isEmpty() || other.before.isEmpty()) {
            return before.isEmpty() ? 1 : -1;
        }
        return parts(before.split("\\.", -1), other.before.split("\\.", -1));
    }

    private static int parts(String[] one, String[] other) {
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            boolean number = isNumber(one[i]);
            boolean otherNumber = isNumber(other[i]);
            int order;
            if (number && otherNumber) {
                order = new BigInteger(one[i]).compareTo(new BigInteger(other[i]));
            } else if (number != otherNumber) {
                order = number ? -1 : 1;
            } else {
                order = one[i].compareTo(other[i]);
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.length, other.length);
    }

    private static boolean isNumber(String part) {
        return part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}

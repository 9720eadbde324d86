package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.SEMVER;
import static dev.jarbor.cel.library.Types.STRING;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/**
 * Semantic versions.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library">semver library</a>
 */
final class Semvers {
    private static final Pattern NUMBERS = Pattern.compile("[0-9]*");
    private static final Pattern LETTERS = Pattern.compile("[0-9A-Za-z-]*");

    private Semvers() {}

    /** A version; what comes after {@code +} does not count in comparisons. */
    private record Version(long major, long minor, long patch, List<String> pre)
            implements Opaque, Comparable<Version> {
        @Override
        public String typeName() {
            return "kubernetes.Semver";
        }

        @Override
        public int compareTo(Version other) {
            int order = Long.compareUnsigned(major, other.major);
            order = order != 0 ? order : Long.compareUnsigned(minor, other.minor);
            order = order != 0 ? order : Long.compareUnsigned(patch, other.patch);
            if (order != 0 || pre.isEmpty() || other.pre.isEmpty()) {
                return order != 0 ? order : Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
            }
            for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
                order = comparePart(pre.get(i), other.pre.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(pre.size(), other.pre.size());
        }

        private static int comparePart(String one, String other) {
            boolean isNumber = isNumber(one);
            if (isNumber != isNumber(other)) {
                return isNumber ? -1 : 1;
            }
            return isNumber && one.length() != other.length()
                    ? Integer.compare(one.length(), other.length())
                    : one.compareTo(other);
        }
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("semver", (a, meter) -> parse(a))
                .global("string_to_semver", SEMVER, STRING)
                .global("string_bool_to_semver", SEMVER, STRING, BOOL)
                .build());
        all.add(Definition.of("isSemver", (a, meter) -> isGood(a))
                .global("is_semver_string", BOOL, STRING)
                .global("is_semver_string_bool", BOOL, STRING, BOOL)
                .build());
        all.add(Definition.of("isGreaterThan", Version.class, (a, meter) -> compare(a) > 0)
                .member("semver_is_greater_than", BOOL, SEMVER, SEMVER)
                .build());
        all.add(Definition.of("isLessThan", Version.class, (a, meter) -> compare(a) < 0)
                .member("semver_is_less_than", BOOL, SEMVER, SEMVER)
                .build());
        all.add(Definition.of("compareTo", Version.class, (a, meter) -> (long) Integer.signum(compare(a)))
                .member("semver_compare_to", INT, SEMVER, SEMVER)
                .build());
        part(all, "major", Version::major);
        part(all, "minor", Version::minor);
        part(all, "patch", Version::patch);
        return all;
    }

    private static void part(List<Definition> all, String name, ToLongFunction<Version> part) {
        all.add(Definition.of(name, (a, meter) -> part.applyAsLong(Arguments.of(Version.class, a, 0)))
                .member("semver_" + name, INT, SEMVER)
                .build());
    }

    private static int compare(Object[] a) {
        return Arguments.of(Version.class, a, 0).compareTo(Arguments.of(Version.class, a, 1));
    }

    private static boolean isGood(Object[] a) {
        try {
            parse(a);
            return true;
        } catch (CelException malformed) {
            return false;
        }
    }

    static Object value(String text) {
        return parse(text);
    }

    private static Version parse(Object[] a) {
        String text = Arguments.text(a, 0);
        return parse(a.length > 1 && Arguments.bool(a, 1) ? normalized(text) : text);
    }

    /** @throws CelException where {@code text} is none, in the reference's words (github.com/blang/semver) */
    private static Version parse(String text) {
        if (text.isEmpty()) {
            throw new CelException("Version string empty");
        }
        String[] parts = text.split("\\.", 3);
        if (parts.length < 3) {
            throw new CelException("No Major.Minor.Patch elements found");
        }
        long major = number(parts[0], "major");
        long minor = number(parts[1], "minor");
        String rest = parts[2];
        int plus = rest.indexOf('+');
        List<String> build = plus < 0 ? List.of() : parts(rest.substring(plus + 1));
        rest = plus < 0 ? rest : rest.substring(0, plus);
        int dash = rest.indexOf('-');
        List<String> pre = dash < 0 ? List.of() : parts(rest.substring(dash + 1));
        long patch = number(dash < 0 ? rest : rest.substring(0, dash), "patch");
        pre.forEach(Semvers::requirePreRelease);
        build.forEach(part -> requireLetters(part, "Build meta data is empty", "build meta data"));
        return new Version(major, minor, patch, pre);
    }

    private static List<String> parts(String dotted) {
        return List.of(dotted.split("\\.", -1));
    }

    private static long number(String text, String what) {
        if (!NUMBERS.matcher(text).matches()) {
            throw new CelException("Invalid character(s) found in " + what + " number " + GoText.quote(text));
        }
        if (text.length() > 1 && text.startsWith("0")) {
            throw new CelException(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1)
                    + " number must not contain leading zeroes " + GoText.quote(text));
        }
        return number(text);
    }

    private static long number(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException unreadable) {
            throw new CelException("strconv.ParseUint: parsing " + GoText.quote(text) + ": "
                    + (text.isEmpty() ? "invalid syntax" : "value out of range"));
        }
    }

    private static void requirePreRelease(String part) {
        if (!isNumber(part)) {
            requireLetters(part, "Prerelease is empty", "prerelease");
        } else if (part.length() > 1 && part.startsWith("0")) {
            throw new CelException("Numeric PreRelease version must not contain leading zeroes " + GoText.quote(part));
        } else {
            number(part);
        }
    }

    private static void requireLetters(String part, String empty, String what) {
        if (part.isEmpty()) {
            throw new CelException(empty);
        }
        if (!LETTERS.matcher(part).matches()) {
            throw new CelException("Invalid character(s) found in " + what + " " + GoText.quote(part));
        }
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && NUMBERS.matcher(part).matches();
    }

    /** Without a leading v and leading zeros, and with all three numbers. */
    private static String normalized(String text) {
        var parts = new ArrayList<String>();
        for (String part : (text.startsWith("v") ? text.substring(1) : text).split("\\.", 3)) {
            int zeros = 0;
            while (zeros < part.length() - 1
                    && part.charAt(zeros) == '0'
                    && Character.isDigit(part.charAt(zeros + 1))) {
                zeros++;
            }
            parts.add(part.substring(zeros));
        }
        if (parts.size() < 3
                && (parts.getLast().contains("+") || parts.getLast().contains("-"))) {
            throw new CelException("short version cannot contain PreRelease/Build meta data");
        }
        while (parts.size() < 3) {
            parts.add("0");
        }
        return String.join(".", parts);
    }
}

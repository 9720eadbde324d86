package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.SEMVER;
import static dev.jarbor.cel.library.Types.STRING;

import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Semantic versions.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library">semver library</a>
 */
final class Semvers {
    private static final Pattern FORM = Pattern.compile(
            "(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?");
    private static final int LONGEST = 1024;

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
        all.add(Definition.of("semver", (a, meter) -> find(a).orElseThrow(() -> new CelException(fault(a))))
                .global("string_to_semver", SEMVER, STRING)
                .global("string_bool_to_semver", SEMVER, STRING, BOOL)
                .build());
        all.add(Definition.of("isSemver", (a, meter) -> find(a).isPresent())
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

    private static String fault(Object[] a) {
        String text = Arguments.text(a, 0);
        if (text.isEmpty()) {
            return "Version string empty";
        }
        return text.split("\\.", -1).length < 3
                ? "No Major.Minor.Patch elements found"
                : "Invalid character(s) found in major number \"" + text.split("\\.", -1)[0] + "\"";
    }

    private static Optional<Version> find(Object[] a) {
        String text = Arguments.text(a, 0);
        boolean normalize = a.length > 1 && Arguments.bool(a, 1);
        return text.length() > LONGEST
                ? Optional.empty()
                : normalize ? normalized(text).flatMap(Semvers::parse) : parse(text);
    }

    private static Optional<Version> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<String> pre = parts(matcher.group(4));
        List<String> build = parts(matcher.group(5));
        boolean leadingZero =
                pre.stream().anyMatch(part -> isNumber(part) && part.length() > 1 && part.startsWith("0"));
        if (leadingZero || pre.contains("") || build.contains("")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Version(
                    Long.parseUnsignedLong(matcher.group(1)),
                    Long.parseUnsignedLong(matcher.group(2)),
                    Long.parseUnsignedLong(matcher.group(3)),
                    pre));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> parts(@Nullable String dotted) {
        return dotted == null ? List.of() : List.of(dotted.split("\\.", -1));
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(sign -> sign >= '0' && sign <= '9');
    }

    /** Without a leading v and leading zeros, and with all three numbers. */
    private static Optional<String> normalized(String text) {
        String[] parts = (text.startsWith("v") ? text.substring(1) : text).split("\\.", 3);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            int zeros = 0;
            while (zeros < part.length() - 1
                    && part.charAt(zeros) == '0'
                    && Character.isDigit(part.charAt(zeros + 1))) {
                zeros++;
            }
            parts[i] = part.substring(zeros);
        }
        if (parts.length == 3) {
            return Optional.of(String.join(".", parts));
        }
        String last = parts[parts.length - 1];
        if (last.indexOf('+') >= 0 || last.indexOf('-') >= 0) {
            return Optional.empty();
        }
        return Optional.of(String.join(".", parts) + (parts.length == 2 ? ".0" : ".0.0"));
    }
}

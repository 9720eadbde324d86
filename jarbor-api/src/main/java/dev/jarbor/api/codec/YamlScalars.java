package dev.jarbor.api.codec;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What plain YAML scalars mean to kubectl: go-yaml v2's reading of YAML 1.1. */
final class YamlScalars {
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Map<String, Double> SPECIAL = Map.ofEntries(
            Map.entry(".nan", Double.NaN),
            Map.entry(".NaN", Double.NaN),
            Map.entry(".NAN", Double.NaN),
            Map.entry(".inf", Double.POSITIVE_INFINITY),
            Map.entry(".Inf", Double.POSITIVE_INFINITY),
            Map.entry(".INF", Double.POSITIVE_INFINITY),
            Map.entry("+.inf", Double.POSITIVE_INFINITY),
            Map.entry("+.Inf", Double.POSITIVE_INFINITY),
            Map.entry("+.INF", Double.POSITIVE_INFINITY),
            Map.entry("-.inf", Double.NEGATIVE_INFINITY),
            Map.entry("-.Inf", Double.NEGATIVE_INFINITY),
            Map.entry("-.INF", Double.NEGATIVE_INFINITY));

    private static final Pattern FLOAT = Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
    private static final Pattern TIMESTAMP = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})"
            + "(?:(?:[Tt](\\d{1,2}:\\d{1,2}:\\d{1,2})(?:\\.\\d{1,9})?(?:Z|[-+]\\d\\d:\\d\\d))"
            + "|(?: (\\d{1,2}:\\d{1,2}:\\d{1,2})(?:\\.\\d{1,9})?))?");
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");

    private YamlScalars() {}

    /** The value of a plain scalar. Decimals may be infinite or no number at all. */
    static Value plain(String text) {
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return Value.of(TRUE.contains(text));
        }
        if (NULL.contains(text)) {
            return NullValue.NULL;
        }
        if (SPECIAL.containsKey(text)) {
            return Value.of(SPECIAL.getOrDefault(text, 0.0));
        }
        return number(text).orElseGet(() -> Value.of(text));
    }

    /** Whether {@code text} without quotes would not be read, here or by older readers, as that string. */
    static boolean needsQuotes(String text) {
        return !(plain(text) instanceof StringValue)
                || text.equals("<<")
                || isTimestamp(text)
                || BASE_60.matcher(text).matches();
    }

    /** The word for {@code value}'s type in a tag. */
    static String tag(Value value) {
        return switch (value) {
            case BooleanValue ignored -> "!!bool";
            case IntegerValue ignored -> "!!int";
            case DecimalValue ignored -> "!!float";
            case NullValue ignored -> "!!null";
            case StringValue ignored -> "!!str";
            case ListValue ignored -> "!!seq";
            case ObjectValue ignored -> "!!map";
        };
    }

    private static Optional<Value> number(String text) {
        char first = text.charAt(0);
        if (first == '.') {
            return decimal(text);
        }
        if (first != '+' && first != '-' && (first < '0' || first > '9')) {
            return Optional.empty();
        }
        String digits = text.replace("_", "");
        return integer(digits).or(() -> decimal(digits));
    }

    private static Optional<Value> decimal(String text) {
        if (!FLOAT.matcher(text).matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(text);
        return Double.isInfinite(number) ? Optional.empty() : Optional.of(Value.of(number));
    }

    /** Decimal, or with the prefixes of Go: 0x, 0o, 0b and, for octal too, 0. */
    private static Optional<Value> integer(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String magnitude = signed ? text.substring(1) : text;
        int radix = radix(magnitude);
        String digits = magnitude.substring(prefixLength(magnitude, radix));
        if (digits.isEmpty() || !isDigit(digits.charAt(0), radix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Value.of(Long.parseLong(text.startsWith("-") ? "-" + digits : digits, radix)));
        } catch (NumberFormatException tooLarge) {
            return signed ? Optional.empty() : unsigned(digits, radix);
        }
    }

    private static Optional<Value> unsigned(String digits, int radix) {
        try {
            String decimal = Long.toUnsignedString(Long.parseUnsignedLong(digits, radix));
            return Optional.of(Value.of(Double.parseDouble(decimal)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static int radix(String magnitude) {
        if (magnitude.length() < 2 || magnitude.charAt(0) != '0') {
            return 10;
        }
        return switch (magnitude.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
        };
    }

    /** The length of 0x, 0b, 0o or 0. */
    private static int prefixLength(String magnitude, int radix) {
        if (radix == 10) {
            return 0;
        }
        return "xXbBoO".indexOf(magnitude.charAt(1)) >= 0 ? 2 : 1;
    }

    private static boolean isDigit(char c, int radix) {
        return c < 0x80 && Character.digit(c, radix) >= 0;
    }

    private static boolean isTimestamp(String text) {
        Matcher parts = TIMESTAMP.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        try {
            LocalDate.of(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)));
            for (int group : new int[] {4, 5}) {
                if (parts.start(group) >= 0) {
                    String[] time =
                            text.substring(parts.start(group), parts.end(group)).split(":", -1);
                    LocalTime.of(Integer.parseInt(time[0]), Integer.parseInt(time[1]), Integer.parseInt(time[2]));
                }
            }
            return true;
        } catch (DateTimeException noSuchTime) {
            return false;
        }
    }
}

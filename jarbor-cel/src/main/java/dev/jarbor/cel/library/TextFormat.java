package dev.jarbor.cel.library;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Texts;
import dev.jarbor.cel.value.TypeName;
import dev.jarbor.cel.value.Unsigned;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code '%s is %d'.format([name, age])}: the clauses s, d, f, e, b, o, x and X. */
final class TextFormat {
    private static final int MOST_DIGITS = 1000;
    private static final int USUAL_DIGITS = 6;

    private final String format;
    private final List<?> arguments;
    private final Meter meter;
    private final StringBuilder text = new StringBuilder();
    private int at;
    private int next;

    private TextFormat(String format, List<?> arguments, Meter meter) {
        this.format = format;
        this.arguments = arguments;
        this.meter = meter;
    }

    static String of(String format, List<?> arguments, Meter meter) {
        return new TextFormat(format, arguments, meter).run();
    }

    private String run() {
        while (at < format.length()) {
            char sign = format.charAt(at++);
            if (sign != '%') {
                text.append(sign);
            } else if (at < format.length() && format.charAt(at) == '%') {
                text.append('%');
                at++;
            } else {
                clause();
            }
            Arguments.requireLength(text.length());
        }
        return text.toString();
    }

    private void clause() {
        int precision = precision();
        if (at >= format.length()) {
            throw new CelException("unexpected end of string");
        }
        char verb = format.charAt(at++);
        if (next >= arguments.size()) {
            throw new CelException("index " + next + " out of range");
        }
        Object argument = arguments.get(next++);
        text.append(
                switch (verb) {
                    case 's' -> string(argument);
                    case 'd' -> decimal(argument);
                    case 'f' -> fixed(argument, precision < 0 ? USUAL_DIGITS : precision);
                    case 'e' -> scientific(argument, precision < 0 ? USUAL_DIGITS : precision);
                    case 'b' -> binary(argument);
                    case 'o' -> whole("octal", argument, 8);
                    case 'x' -> hex(argument, false);
                    case 'X' -> hex(argument, true);
                    default ->
                        throw new CelException("could not parse formatting clause: unrecognized formatting "
                                + "clause \"" + verb + "\"");
                });
    }

    /** The digits after the point that the clause asks for, or -1. */
    private int precision() {
        if (at >= format.length() || format.charAt(at) != '.') {
            return -1;
        }
        int start = ++at;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
            at++;
        }
        String digits = format.substring(start, at);
        if (digits.isEmpty() || digits.length() > 4 || Integer.parseInt(digits) > MOST_DIGITS) {
            throw new CelException("precision " + digits + " is out of range");
        }
        return Integer.parseInt(digits);
    }

    private String string(Object value) {
        meter.step(1);
        return switch (value) {
            case String word -> {
                meter.step(word.length() / 8);
                yield word;
            }
            case NullValue ignored -> "null";
            case Double number -> Texts.number(number);
            case List<?> list -> {
                var items = new ArrayList<String>();
                list.forEach(item -> items.add(string(item)));
                yield bounded("[" + String.join(", ", items) + "]");
            }
            case Map<?, ?> map -> {
                var entries = new TreeMap<String, String>();
                map.forEach((key, held) -> entries.put(string(key), string(held)));
                var items = new ArrayList<String>();
                entries.forEach((key, held) -> items.add(key + ": " + held));
                yield bounded("{" + String.join(", ", items) + "}");
            }
            case Bytes bytes -> bytes.toString();
            case Maybe ignored -> throw unsupported("string", value);
            default -> Texts.of(value);
        };
    }

    private static String bounded(String text) {
        Arguments.requireLength(text.length());
        return text;
    }

    private static CelException unsupported(String clause, Object value) {
        return new CelException("error during formatting: " + clause + " clause can only be used on " + wanted(clause)
                + ", was given " + TypeName.of(value));
    }

    private static String wanted(String clause) {
        return switch (clause) {
            case "binary" -> "integers and bools";
            case "hex" -> "integers, byte buffers, and strings";
            case "fixed-point", "scientific" -> "doubles";
            case "decimal", "octal" -> "integers";
            default -> "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps";
        };
    }

    private static String decimal(Object value) {
        return switch (value) {
            case Long number -> number.toString();
            case Unsigned number -> number.toString();
            case Double number when !Double.isFinite(number) -> special(number);
            default -> throw unsupported("decimal", value);
        };
    }

    private static String special(double number) {
        return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }

    private static BigDecimal exact(String clause, Object value) {
        return switch (value) {
            case Double number -> new BigDecimal(number);
            case Long number -> BigDecimal.valueOf(number);
            case Unsigned number -> new BigDecimal(number.toString());
            default -> throw unsupported(clause, value);
        };
    }

    private static String fixed(Object value, int digits) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return special(number);
        }
        return exact("fixed-point", value)
                .setScale(digits, RoundingMode.HALF_EVEN)
                .toPlainString();
    }

    private static String scientific(Object value, int digits) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return special(number);
        }
        return String.format(Locale.ROOT, "%." + digits + "e", exact("scientific", value));
    }

    private static String binary(Object value) {
        return value instanceof Boolean truth ? (truth ? "1" : "0") : whole("binary", value, 2);
    }

    private static String whole(String clause, Object value, int radix) {
        return switch (value) {
            case Long number -> Long.toString(number, radix);
            case Unsigned number -> Long.toUnsignedString(number.bits(), radix);
            default -> throw unsupported(clause, value);
        };
    }

    private static String hex(Object value, boolean capitals) {
        String digits = switch (value) {
            case String word -> HexFormat.of().formatHex(word.getBytes(StandardCharsets.UTF_8));
            case Bytes bytes -> HexFormat.of().formatHex(bytes.toArray());
            default -> whole("hex", value, 16);
        };
        return capitals ? digits.toUpperCase(Locale.ROOT) : digits;
    }
}

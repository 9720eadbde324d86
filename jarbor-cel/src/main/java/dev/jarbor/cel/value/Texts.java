package dev.jarbor.cel.value;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as text, as the reference prints them. */
public final class Texts {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** The power of ten from which on a number is printed with an exponent. */
    private static final int EXPONENT_FROM = 6;

    private Texts() {}

    /** {@code string(x)} of a number. */
    public static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < EXPONENT_FROM) {
            return digits.toPlainString();
        }
        String unscaled = digits.unscaledValue().abs().toString();
        String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
        String size = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : Integer.toString(Math.abs(exponent));
        return (number < 0 ? "-" : "") + unscaled.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
    }

    /** RFC 3339 in UTC with as many digits of a second as there are. */
    public static String timestamp(Instant instant) {
        return FORM.format(instant).replaceAll("\\.?0+$", "") + "Z";
    }

    /** Seconds with a fraction: {@code 90s}, {@code 0.5s}. */
    public static String duration(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9))
                .stripTrailingZeros();
        return (seconds.signum() == 0 ? "0" : seconds.toPlainString()) + "s";
    }

    /** The number of characters, which are code points. */
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** A value in a message. */
    public static String of(Object value) {
        return switch (value) {
            case Double number -> number(number);
            case Instant instant -> timestamp(instant);
            case Duration duration -> duration(duration);
            case List<?> list -> list.stream().limit(100).map(Texts::of).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .limit(100)
                        .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }
}

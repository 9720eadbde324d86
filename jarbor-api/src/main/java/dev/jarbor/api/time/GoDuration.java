package dev.jarbor.api.time;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * Durations in Go's text form, such as {@code 1h30m0s} or {@code 300ms}: what flags, leases and metav1.Duration fields
 * say. The range is Go's, a signed 64-bit count of nanoseconds.
 */
public final class GoDuration {
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00b5s", 1_000L,
            "\u03bcs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /**
     * The duration that {@code text} says: numbers with units ({@code h}, {@code m}, {@code s}, {@code ms}, {@code us},
     * {@code ns}), perhaps with a sign before all of them, or {@code 0}.
     *
     * @throws IllegalArgumentException in the words of Go's time.ParseDuration
     */
    public static Duration parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String rest = signed ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        while (!rest.isEmpty()) {
            int numberEnd = end(rest, 0, true);
            int unitEnd = end(rest, numberEnd, false);
            nanos = nanos.add(part(rest.substring(0, numberEnd), rest.substring(numberEnd, unitEnd), text));
            rest = rest.substring(unitEnd);
        }
        return duration(text.startsWith("-") ? nanos.negate() : nanos, text);
    }

    /** As Go prints it: {@code 1h30m0s}, {@code 1.5s}, {@code 300ms}, {@code 0s}. */
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return belowSecond(duration.toNanosPart());
        }
        long hours = duration.toHours();
        String seconds = fraction(
                        BigDecimal.valueOf(duration.toSecondsPart()).add(BigDecimal.valueOf(duration.toNanosPart(), 9)))
                + "s";
        if (hours > 0) {
            return hours + "h" + duration.toMinutesPart() + "m" + seconds;
        }
        return duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" + seconds : seconds;
    }

    private static String belowSecond(int nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        return nanos < 1_000_000
                ? fraction(BigDecimal.valueOf(nanos, 3)) + "\u00b5s"
                : fraction(BigDecimal.valueOf(nanos, 6)) + "ms";
    }

    private static String fraction(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static BigDecimal part(String number, String unit, String text) {
        boolean wellFormed = number.chars().anyMatch(GoDuration::isDigit)
                && number.indexOf('.') == number.lastIndexOf('.')
                && number.length() <= 64;
        if (!wellFormed) {
            throw invalid(text);
        }
        if (unit.isEmpty()) {
            throw new IllegalArgumentException("time: missing unit in duration " + quoted(text));
        }
        Long nanos = UNITS.get(unit);
        if (nanos == null) {
            throw new IllegalArgumentException("time: unknown unit " + quoted(unit) + " in duration " + quoted(text));
        }
        String padded = number.startsWith(".") ? "0" + number : number.endsWith(".") ? number + "0" : number;
        return new BigDecimal(padded).multiply(BigDecimal.valueOf(nanos));
    }

    private static Duration duration(BigDecimal nanos, String text) {
        try {
            return Duration.ofNanos(nanos.toBigInteger().longValueExact());
        } catch (ArithmeticException outOfRange) {
            throw invalid(text);
        }
    }

    private static int end(String text, int from, boolean numeric) {
        int end = from;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.') == numeric) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + quoted(text));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

package dev.jarbor.api.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Optional;

/**
 * Points in time as the API writes them: RFC 3339 in UTC, with whole seconds (metav1.Time) or six digits of fraction
 * (metav1.MicroTime). Any offset and precision is read. Written by hand, since every object carries several.
 */
public final class Rfc3339 {
    private static final int NO_OFFSET = Integer.MIN_VALUE;
    private static final int SHORTEST = "2006-01-02T15:04:05Z".length();
    private static final int LONGEST = "2006-01-02T15:04:05.000000Z".length();

    private Rfc3339() {}

    /** {@code 2006-01-02T15:04:05Z}; fractions of a second are cut off. */
    public static String seconds(Instant instant) {
        return dateTime(instant).append('Z').toString();
    }

    /** {@code 2006-01-02T15:04:05.000000Z}; what is below a microsecond is cut off. */
    public static String micros(Instant instant) {
        StringBuilder text = dateTime(instant).append('.');
        pad(text, instant.get(ChronoField.MICRO_OF_SECOND), 6);
        return text.append('Z').toString();
    }

    /** Whether {@code text} is what {@link #seconds} writes of the time that it names. */
    public static boolean isSeconds(String text) {
        return text.length() == SHORTEST && text.endsWith("Z") && parse(text).isPresent();
    }

    /** Whether {@code text} is what {@link #micros} writes of the time that it names. */
    public static boolean isMicros(String text) {
        return text.length() == LONGEST && text.endsWith("Z") && parse(text).isPresent();
    }

    /** The time that {@code text} names; empty where it names none. */
    public static Optional<Instant> parse(String text) {
        if (text.length() < SHORTEST || !hasMarks(text)) {
            return Optional.empty();
        }
        int end = fractionEnd(text);
        int offset = end == text.length() - 1 && text.charAt(end) == 'Z' ? 0 : offsetSeconds(text.substring(end));
        if (offset == NO_OFFSET || end == 20) {
            return Optional.empty();
        }
        try {
            var local = LocalDateTime.of(
                    number(text, 0, 4),
                    number(text, 5, 7),
                    number(text, 8, 10),
                    number(text, 11, 13),
                    number(text, 14, 16),
                    number(text, 17, 19),
                    nanos(text, end));
            return Optional.of(local.toInstant(ZoneOffset.ofTotalSeconds(offset)));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    private static boolean hasMarks(String text) {
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    /** Where the offset starts; 20 where there is a point but no fraction. */
    private static int fractionEnd(String text) {
        if (text.charAt(19) != '.') {
            return 19;
        }
        int end = 20;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int nanos(String text, int end) {
        int nanos = 0;
        for (int i = 20; i < 29; i++) {
            nanos = nanos * 10 + (i < end ? text.charAt(i) - '0' : 0);
        }
        return nanos;
    }

    private static int offsetSeconds(String text) {
        if (text.length() != 6 || text.charAt(3) != ':') {
            return NO_OFFSET;
        }
        int hours = number(text, 1, 3);
        int minutes = number(text, 4, 6);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return NO_OFFSET;
        }
        return switch (text.charAt(0)) {
            case '+' -> hours * 3600 + minutes * 60;
            case '-' -> -hours * 3600 - minutes * 60;
            default -> NO_OFFSET;
        };
    }

    /** The decimal number from {@code start} to {@code end}, -1 where there is none. */
    private static int number(String text, int start, int end) {
        int number = 0;
        for (int i = start; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static StringBuilder dateTime(Instant instant) {
        LocalDateTime local = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        var text = new StringBuilder(27);
        pad(text, local.getYear(), 4);
        pad(text.append('-'), local.getMonthValue(), 2);
        pad(text.append('-'), local.getDayOfMonth(), 2);
        pad(text.append('T'), local.getHour(), 2);
        pad(text.append(':'), local.getMinute(), 2);
        pad(text.append(':'), local.getSecond(), 2);
        return text;
    }

    private static void pad(StringBuilder text, int number, int width) {
        int missing = width - 1;
        for (int rest = number / 10; rest != 0; rest /= 10) {
            missing--;
        }
        for (; missing > 0; missing--) {
            text.append('0');
        }
        text.append(number);
    }
}

package dev.jarbor.cel.library;

import dev.jarbor.cel.value.CelException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** Timestamps and durations: their ranges and their parts. */
final class Times {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Times() {}

    /** What reads a part of a moment. */
    private interface Part {
        long of(ZonedDateTime moment);
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        part(all, "getFullYear", ZonedDateTime::getYear);
        part(all, "getMonth", moment -> moment.getMonthValue() - 1);
        part(all, "getDayOfYear", moment -> moment.getDayOfYear() - 1);
        part(all, "getDayOfMonth", moment -> moment.getDayOfMonth() - 1);
        part(all, "getDate", ZonedDateTime::getDayOfMonth);
        part(all, "getDayOfWeek", moment -> moment.getDayOfWeek().getValue() % 7);
        unit(all, "getHours", ZonedDateTime::getHour, Duration.ofHours(1));
        unit(all, "getMinutes", ZonedDateTime::getMinute, Duration.ofMinutes(1));
        unit(all, "getSeconds", ZonedDateTime::getSecond, Duration.ofSeconds(1));
        unit(all, "getMilliseconds", moment -> moment.getNano() / 1_000_000, Duration.ofMillis(1));
        return all;
    }

    private static void part(List<Definition> all, String name, Part part) {
        all.add(Definition.standard(name, (a, meter) -> {
            if (a[0] instanceof Instant instant) {
                return part.of(instant.atZone(zone(a)));
            }
            throw CelException.noSuchOverload();
        }));
    }

    private static void unit(List<Definition> all, String name, Part part, Duration unit) {
        all.add(Definition.standard(name, (a, meter) -> switch (a[0]) {
            case Instant instant -> part.of(instant.atZone(zone(a)));
            case Duration duration -> duration.dividedBy(unit);
            default -> throw CelException.noSuchOverload();
        }));
    }

    private static ZoneId zone(Object[] arguments) {
        if (arguments.length < 2) {
            return ZoneOffset.UTC;
        }
        if (!(arguments[1] instanceof String name)) {
            throw CelException.noSuchOverload();
        }
        try {
            boolean isOffset = name.matches("[+-]?[0-9]{1,2}:[0-9]{2}");
            return isOffset ? ZoneOffset.of(offset(name)) : ZoneId.of(name.isEmpty() ? "UTC" : name);
        } catch (DateTimeException e) {
            throw new CelException("unknown time zone " + name);
        }
    }

    private static String offset(String name) {
        String signed = name.startsWith("+") || name.startsWith("-") ? name : "+" + name;
        return signed.length() == 5 ? signed.charAt(0) + "0" + signed.substring(1) : signed;
    }

    /** The instant, which is between the years 1 and 9999. */
    static Instant inRange(Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new CelException("timestamp overflow");
        }
        return instant;
    }

    /** The duration, which fits into 64 bits of nanoseconds. */
    static Duration inRange(Duration duration) {
        if (duration.abs().compareTo(LONGEST) > 0) {
            throw new CelException("duration overflow");
        }
        return duration;
    }
}

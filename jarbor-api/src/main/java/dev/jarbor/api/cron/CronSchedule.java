package dev.jarbor.api.cron;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.time.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A schedule as cron has it: five fields, or a descriptor such as {@code @daily}. Where both the day of the month and that of
 * the week are restricted, either will do. What is wrong with a schedule is said in the words of the library that the
 * reference uses (robfig/cron), whose way with daylight saving time is followed, too: a time that a clock leaps over does not
 * come that day, and one that it shows twice comes twice.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax">Schedule syntax</a>
 */
public final class CronSchedule {
    private static final Map<String, String> DESCRIPTORS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /**
     * What a field may hold.
     *
     * @param names of its values from {@code least} on, where they have names
     */
    private record Bounds(long least, long most, List<String> names) {}

    private static final List<Bounds> FIELDS = List.of(
            new Bounds(0, 59, List.of()),
            new Bounds(0, 23, List.of()),
            new Bounds(1, 31, List.of()),
            new Bounds(1, 12, MONTHS),
            new Bounds(0, 6, DAYS));

    /** Ends the reading of a schedule. */
    private static final class MalformedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    /** How far {@link #next} looks: a 29th of February may be eight years away, but nobody waits for that. */
    private static final int MOST_YEARS = 5;

    private static final int MINUTE = 0;
    private static final int HOUR = 1;
    private static final int DAY = 2;
    private static final int MONTH = 3;
    private static final int WEEKDAY = 4;

    private final Optional<ZoneId> zone;
    private final Duration every;
    private final List<Field> fields;

    /**
     * What a field admits.
     *
     * @param any whether it was written as {@code *} or {@code ?}
     */
    private record Field(BitSet values, boolean any) {}

    private CronSchedule(Optional<ZoneId> zone, Duration every, List<Field> fields) {
        this.zone = zone;
        this.every = every;
        this.fields = List.copyOf(fields);
    }

    /** What is wrong with {@code schedule}, if anything. */
    public static Optional<String> fault(String schedule) {
        try {
            parse(schedule);
            return Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.of(String.valueOf(malformed.getMessage()));
        }
    }

    /**
     * The first time after {@code after} that the schedule names.
     *
     * @param local the time zone that it is meant in, unless it says one itself
     * @return empty where there is none in the next five years
     */
    public Optional<Instant> next(Instant after, ZoneId local) {
        if (!every.isZero()) {
            return Optional.of(after.truncatedTo(ChronoUnit.SECONDS).plus(every));
        }
        ZoneId at = zone.orElse(local);
        ZonedDateTime time = after.truncatedTo(ChronoUnit.MINUTES)
                .plus(1, ChronoUnit.MINUTES)
                .atZone(at);
        ZonedDateTime end = time.plusYears(MOST_YEARS);
        while (time.isBefore(end)) {
            if (!has(MONTH, time.getMonthValue())) {
                time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(at);
            } else if (!hasDay(time)) {
                time = time.toLocalDate().plusDays(1).atStartOfDay(at);
            } else if (!has(HOUR, time.getHour())) {
                // In absolute time, so that an hour that a clock shows twice is looked at twice.
                time = time.plusMinutes(60L - time.getMinute());
            } else if (!has(MINUTE, time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }

    private boolean has(int field, int value) {
        return fields.get(field).values().get(value);
    }

    private boolean hasDay(ZonedDateTime time) {
        boolean day = has(DAY, time.getDayOfMonth());
        boolean weekday = has(WEEKDAY, time.getDayOfWeek().getValue() % 7);
        boolean either = !fields.get(DAY).any() && !fields.get(WEEKDAY).any();
        return either ? day || weekday : day && weekday;
    }

    /**
     * Reads a schedule.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static CronSchedule parse(String schedule) {
        Optional<ZoneId> zone = Optional.empty();
        String rest = schedule;
        if (schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=")) {
            int space = schedule.indexOf(' ');
            if (space < 0) {
                throw new MalformedException("invalid schedule format: runtime error: slice bounds out of range [:-1]");
            }
            zone = zone(schedule.substring(schedule.indexOf('=') + 1, space));
            rest = schedule.substring(space).strip();
        }
        if (rest.startsWith("@every ")) {
            return new CronSchedule(zone, every(rest), List.of());
        }
        if (rest.startsWith("@")) {
            if (!DESCRIPTORS.containsKey(rest)) {
                throw new MalformedException("unrecognized descriptor: " + rest);
            }
            rest = DESCRIPTORS.get(rest);
        }
        return new CronSchedule(zone, Duration.ZERO, fields(rest));
    }

    private static Optional<ZoneId> zone(String name) {
        if (name.isEmpty() || name.equals("Local")) {
            return Optional.empty();
        }
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            throw new MalformedException("provided bad location " + name + ": unknown time zone " + name);
        }
        return Optional.of(ZoneId.of(name));
    }

    /** At least a second, in whole seconds. */
    private static Duration every(String text) {
        String duration = text.substring("@every ".length());
        try {
            Duration every = GoDuration.parse(duration).truncatedTo(ChronoUnit.SECONDS);
            return every.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : every;
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(
                    "failed to parse duration " + text + ": time: invalid duration " + GoText.quote(duration));
        }
    }

    private static List<Field> fields(String text) {
        List<String> fields = new ArrayList<>(List.of(text.strip().split("\\s+", -1)));
        fields.removeIf(String::isEmpty);
        if (fields.size() != FIELDS.size()) {
            throw new MalformedException("expected exactly " + FIELDS.size() + " fields, found " + fields.size() + ": ["
                    + String.join(" ", fields) + "]");
        }
        var read = new ArrayList<Field>();
        for (int i = 0; i < fields.size(); i++) {
            var values = new BitSet();
            boolean any = false;
            for (String range : fields.get(i).split(",", -1)) {
                if (!range.isEmpty()) {
                    any |= range(range, FIELDS.get(i), values);
                }
            }
            read.add(new Field(values, any));
        }
        return read;
    }

    /** One value, or a range, of each of which a step may be taken. Returns whether it is all there is. */
    private static boolean range(String text, Bounds bounds, BitSet values) {
        String[] rangeAndStep = text.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        boolean any = ends[0].equals("*") || ends[0].equals("?");
        long start = any ? bounds.least() : number(ends[0], bounds.names(), bounds.least());
        long end = any ? bounds.most() : start;
        if (!any && ends.length == 2) {
            end = number(ends[1], bounds.names(), bounds.least());
        } else if (!any && ends.length > 2) {
            throw new MalformedException("too many hyphens: " + text);
        }
        long step = 1;
        if (rangeAndStep.length == 2) {
            step = number(rangeAndStep[1], List.of(), 0);
            end = ends.length == 1 ? bounds.most() : end;
        } else if (rangeAndStep.length > 2) {
            throw new MalformedException("too many slashes: " + text);
        }
        if (start < bounds.least()) {
            throw new MalformedException(
                    "beginning of range (" + start + ") below minimum (" + bounds.least() + "): " + text);
        }
        if (end > bounds.most()) {
            throw new MalformedException("end of range (" + end + ") above maximum (" + bounds.most() + "): " + text);
        }
        if (start > end) {
            throw new MalformedException(
                    "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
        if (step == 0) {
            throw new MalformedException("step of range should be a positive number: " + text);
        }
        for (long value = start; value <= end; value += step) {
            values.set((int) value);
        }
        return any && step == 1;
    }

    private static long number(String text, List<String> names, long first) {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return first + named;
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new MalformedException("failed to parse int from " + text + ": strconv.Atoi: parsing "
                    + GoText.quote(text) + ": invalid syntax");
        }
        if (number < 0) {
            throw new MalformedException("negative number (" + number + ") not allowed: " + text);
        }
        return number;
    }
}

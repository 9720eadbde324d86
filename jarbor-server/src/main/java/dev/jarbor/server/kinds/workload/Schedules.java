package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.time.GoDuration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Schedules as cron has them: five fields, or a descriptor such as {@code @daily}. What is wrong with one is said in the
 * words of the library that the reference uses (robfig/cron).
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax">Schedule syntax</a>
 */
final class Schedules {
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
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
    private static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private Schedules() {}

    /** What is wrong with {@code schedule}, if anything. */
    static Optional<String> fault(String schedule) {
        try {
            read(schedule);
            return Optional.empty();
        } catch (MalformedException malformed) {
            return Optional.of(String.valueOf(malformed.getMessage()));
        }
    }

    private static void read(String schedule) {
        String rest = schedule;
        if (schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=")) {
            int space = schedule.indexOf(' ');
            if (space < 0) {
                throw new MalformedException("invalid schedule format: runtime error: slice bounds out of range [:-1]");
            }
            String zone = schedule.substring(schedule.indexOf('=') + 1, space);
            if (!zone.isEmpty()
                    && !zone.equals("Local")
                    && !ZoneId.getAvailableZoneIds().contains(zone)) {
                throw new MalformedException("provided bad location " + zone + ": unknown time zone " + zone);
            }
            rest = schedule.substring(space).strip();
        }
        if (rest.startsWith("@")) {
            descriptor(rest);
            return;
        }
        List<String> fields = new ArrayList<>(List.of(rest.strip().split("\\s+", -1)));
        fields.removeIf(String::isEmpty);
        if (fields.size() != FIELDS.size()) {
            throw new MalformedException("expected exactly " + FIELDS.size() + " fields, found " + fields.size() + ": ["
                    + String.join(" ", fields) + "]");
        }
        for (int i = 0; i < fields.size(); i++) {
            for (String range : fields.get(i).split(",", -1)) {
                if (!range.isEmpty()) {
                    range(range, FIELDS.get(i));
                }
            }
        }
    }

    private static void descriptor(String text) {
        if (DESCRIPTORS.contains(text)) {
            return;
        }
        if (!text.startsWith("@every ")) {
            throw new MalformedException("unrecognized descriptor: " + text);
        }
        String duration = text.substring("@every ".length());
        try {
            GoDuration.parse(duration);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(
                    "failed to parse duration " + text + ": time: invalid duration " + GoText.quote(duration));
        }
    }

    /** One value, or a range, of each of which a step may be taken. */
    private static void range(String text, Bounds bounds) {
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

package dev.jarbor.api.time;

import java.time.Duration;

/** Durations as kubectl shows them in AGE columns: two or three significant figures (util/duration). */
public final class HumanDuration {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long YEAR = 365 * DAY;

    private HumanDuration() {}

    /** {@code 95s}, {@code 7m12s}, {@code 37m}, {@code 5h3m}, {@code 5d3h}, {@code 2y10d}: what AGE columns show. */
    public static String of(Duration duration) {
        long seconds = wholeSeconds(duration);
        if (seconds < 0) {
            return negative(seconds);
        }
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        }
        if (seconds < 10 * MINUTE) {
            return pair(seconds, MINUTE, "m", 1, "s");
        }
        if (seconds < 3 * HOUR) {
            return seconds / MINUTE + "m";
        }
        if (seconds < 8 * HOUR) {
            return pair(seconds, HOUR, "h", MINUTE, "m");
        }
        if (seconds < 2 * DAY) {
            return seconds / HOUR + "h";
        }
        if (seconds < 8 * DAY) {
            return pair(seconds, DAY, "d", HOUR, "h");
        }
        if (seconds < 2 * YEAR) {
            return seconds / DAY + "d";
        }
        return seconds < 8 * YEAR ? pair(seconds, YEAR, "y", DAY, "d") : seconds / YEAR + "y";
    }

    /** One figure and its unit: {@code 95s} becomes {@code 1m}. */
    public static String shortOf(Duration duration) {
        long seconds = wholeSeconds(duration);
        if (seconds < 0) {
            return negative(seconds);
        }
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + "m";
        }
        if (seconds < DAY) {
            return seconds / HOUR + "h";
        }
        return seconds < YEAR ? seconds / DAY + "d" : seconds / YEAR + "y";
    }

    /** Towards zero, as Go converts. */
    private static long wholeSeconds(Duration duration) {
        return duration.isNegative() ? -duration.negated().toSeconds() : duration.toSeconds();
    }

    /** Clocks that differ by less than two seconds count as almost the same. */
    private static String negative(long seconds) {
        return seconds < -1 ? "<invalid>" : "0s";
    }

    private static String pair(long seconds, long large, String largeUnit, long small, String smallUnit) {
        long rest = seconds % large / small;
        return seconds / large + largeUnit + (rest == 0 ? "" : rest + smallUnit);
    }
}

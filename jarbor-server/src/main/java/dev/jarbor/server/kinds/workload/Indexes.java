package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.codec.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Indexes of an indexed job in their compressed form, such as {@code 1,3-5,7}: growing, each below the number of
 * completions.
 */
final class Indexes {
    /** Why indexes cannot be read, in the reference's words. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message, null, false, false);
        }

        String words() {
            return String.valueOf(getMessage());
        }
    }

    private record Interval(long first, long last) {
        long size() {
            return last - first + 1;
        }
    }

    private Indexes() {}

    /** How many there are. */
    static long count(String text, long completions) {
        if (text.isEmpty()) {
            return 0;
        }
        long total = 0;
        long last = Long.MIN_VALUE;
        for (String part : text.split(",", -1)) {
            Interval interval = interval(part, completions);
            if (last >= interval.first()) {
                throw new MalformedException(
                        "non-increasing order, previous: " + last + ", current: " + interval.first());
            }
            total += interval.size();
            last = interval.last();
        }
        return total;
    }

    private static Optional<Interval> one(String text, long completions) {
        try {
            return Optional.of(interval(text, completions));
        } catch (MalformedException unreadable) {
            return Optional.empty();
        }
    }

    private static Interval interval(String text, long completions) {
        String[] limits = text.split("-", -1);
        if (limits.length > 2) {
            throw new MalformedException("the fragment " + GoText.quote(text)
                    + " violates the requirement that an index interval can have at most two parts separated by '-'");
        }
        long first = index(limits[0], completions);
        if (limits.length == 1) {
            return new Interval(first, first);
        }
        long last = index(limits[1], completions);
        if (first >= last) {
            throw new MalformedException("non-increasing order, previous: " + first + ", current: " + last);
        }
        return new Interval(first, last);
    }

    private static long index(String text, long completions) {
        long index;
        try {
            index = Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new MalformedException("cannot convert string to integer for index: " + GoText.quote(text));
        }
        if (index >= completions) {
            throw new MalformedException("too large index: " + GoText.quote(text));
        }
        return index;
    }

    /** The first index that is in both; parts that cannot be read are passed over, they have been complained of. */
    static Optional<Long> common(String one, String other, long completions) {
        List<Interval> left = readable(one, completions);
        List<Interval> right = readable(other, completions);
        int i = 0;
        int j = 0;
        while (i < left.size() && j < right.size()) {
            Interval a = left.get(i);
            Interval b = right.get(j);
            if (a.first() <= b.last() && b.first() <= a.last()) {
                return Optional.of(Math.max(a.first(), b.first()));
            }
            if (a.first() <= b.first()) {
                i++;
            } else {
                j++;
            }
        }
        return Optional.empty();
    }

    private static List<Interval> readable(String text, long completions) {
        var intervals = new ArrayList<Interval>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            one(part, completions).ifPresent(intervals::add);
        }
        return intervals;
    }
}

package dev.jarbor.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What a {@link SimulatedRuntime} has still to do: tasks ordered by their due time, at the same one by rank, then by the order in
 * which they were handed in; beats apart from the rest, because time may leap over them.
 *
 * <p>A leap is from one calm to the next: where for a time nothing has happened but beats, and what follows from them at
 * once, nothing else will until the next task that is no beat; so the clock may as well stand shortly before that.
 * Afterwards the beats come as they would have come, all of them late by the same time. What is left of it before the next
 * task is long enough for each of them to come several times.
 */
final class Agenda {
    /** How long nothing but beats must have happened, and how much of such a time is left before the next task. */
    static final long CALM = Duration.ofMinutes(2).toNanos();
    /** Less is not worth a leap: a limit that somebody set to be safe should cost the outside some time. */
    static final long SHORTEST = Duration.ofHours(6).toNanos();

    /** How many cancelled tasks may wait before they are looked for. */
    private static final int MOST_CANCELLED = 1024;

    private final PriorityQueue<Task> events = new PriorityQueue<>();
    private final PriorityQueue<Task> beats = new PriorityQueue<>();
    private int cancelled;
    /** When something happened last that was no beat, and did not follow from one at once. */
    private long stirred;

    void add(Task task) {
        (task.beat ? beats : events).add(task);
    }

    /** What comes next; empty where nothing does. */
    Optional<Task> next() {
        return Optional.ofNullable(queue().peek());
    }

    /** Takes what comes next, if it is due at {@code end} or before. */
    Optional<Task> take(long end) {
        PriorityQueue<Task> queue = queue();
        Task next = queue.peek();
        if (next == null || next.due > end) {
            return Optional.empty();
        }
        queue.poll();
        next.done = true;
        if (next.timed && !next.beat) {
            stirred = next.due;
        }
        return Optional.of(next);
    }

    /** The queue whose first task comes next. */
    private PriorityQueue<Task> queue() {
        dropCancelled(events);
        dropCancelled(beats);
        Task event = events.peek();
        Task beat = beats.peek();
        return beat == null || (event != null && event.compareTo(beat) < 0) ? events : beats;
    }

    private void dropCancelled(PriorityQueue<Task> queue) {
        for (Task next = queue.peek(); next != null && next.done; next = queue.peek()) {
            queue.poll();
            cancelled--;
        }
    }

    void stir(long now) {
        stirred = now;
    }

    /** How long nothing but beats has happened. */
    long calm(long now) {
        return now - stirred;
    }

    /** Where a leap at {@code now} that is to stop before {@code end} would end; {@code now} where there can be none. */
    long landing(long now, long end) {
        dropCancelled(events);
        Task event = events.peek();
        long landing = (event == null ? end : Math.min(end, event.due)) - CALM;
        return calm(now) >= CALM && landing - now >= SHORTEST ? landing : now;
    }

    /** All are late by the same time, so their order stays. */
    void leap(long now, long landing) {
        beats.forEach(beat -> beat.due += landing - now);
    }

    /** Cancelled tasks wait for their time, or until there are many of them: looking for one costs more. */
    void cancel(Task task) {
        if (task.done) {
            return;
        }
        task.done = true;
        if (++cancelled > MOST_CANCELLED && cancelled > (events.size() + beats.size()) / 2) {
            events.removeIf(each -> each.done);
            beats.removeIf(each -> each.done);
            cancelled = 0;
        }
    }

    void clear() {
        events.clear();
        beats.clear();
    }

    /** {@code rank} orders tasks of the same instant before {@code sequence}, which makes the order total. */
    static final class Task implements Comparable<Task> {
        private final String name;
        private long due;
        private final long rank;
        private final long sequence;
        private final boolean beat;
        private final boolean timed;
        private final Runnable body;
        /** Has run, or shall not. */
        private boolean done;

        /**
         * @param due nanoseconds since the start
         * @param timed whether it is due later than when it was handed in
         */
        Task(String name, long due, long rank, long sequence, boolean beat, boolean timed, Runnable body) {
            this.name = name;
            this.due = due;
            this.rank = rank;
            this.sequence = sequence;
            this.beat = beat;
            this.timed = timed;
            this.body = body;
        }

        String name() {
            return name;
        }

        long due() {
            return due;
        }

        Runnable body() {
            return body;
        }

        @Override
        public int compareTo(Task other) {
            if (due != other.due) {
                return due < other.due ? -1 : 1;
            }
            return rank == other.rank ? Long.compare(sequence, other.sequence) : Long.compare(rank, other.rank);
        }
    }
}

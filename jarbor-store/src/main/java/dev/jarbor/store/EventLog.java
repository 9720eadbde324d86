package dev.jarbor.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The latest events of one resource in a ring, and the watches that read it. A watch is a position in the sequence of
 * events: it holds no events itself, so a slow reader costs next to nothing and is refused once the ring has overtaken it.
 */
final class EventLog {
    private static final int FIRST_CAPACITY = 64;
    /** Events that a watch is told of one by one before it must look for further ones by itself. */
    private static final int MOST_EXPECTED = 256;

    private final int window;
    /** By the field that tells what they are about, and its value. */
    private final Map<Interest.Field, Map<String, Set<Reader>>> readers = new LinkedHashMap<>();

    private StoreEvent[] ring = new StoreEvent[FIRST_CAPACITY];
    /** Sequence number of the oldest kept event, and of the next one to come. */
    private long first;

    private long next;
    /** Events up to this revision are gone (or never were): watches must start at it or later. */
    private long compacted;

    EventLog(int window, long origin) {
        this.window = window;
        this.compacted = origin;
    }

    /** Appends and adds to {@code woken} what must be run once no lock is held. */
    synchronized void append(StoreEvent event, List<Runnable> woken) {
        if (next - first == ring.length && ring.length < window) {
            grow();
        }
        if (next - first == ring.length) {
            compacted = ring[slot(first)].revision();
            first++;
        }
        ring[slot(next)] = event;
        next++;
        readers.forEach((field, byValue) -> {
            String value = field.read(event.object());
            wake(byValue.getOrDefault(value, Set.of()), woken);
            if (event instanceof StoreEvent.Updated updated) {
                String before = field.read(updated.before());
                if (!before.equals(value)) {
                    wake(byValue.getOrDefault(before, Set.of()), woken);
                }
            }
        });
    }

    /** Tells them that the last event concerns them; wakes those that have polled everything before it. */
    private void wake(Set<Reader> concerned, List<Runnable> woken) {
        for (Reader reader : concerned) {
            if (reader.expect(next - 1)) {
                woken.add(reader.wake);
            }
        }
    }

    private void grow() {
        StoreEvent[] larger = new StoreEvent[Math.min(window, ring.length * 2)];
        for (long at = first; at < next; at++) {
            larger[(int) (at % larger.length)] = ring[slot(at)];
        }
        ring = larger;
    }

    synchronized void compact(long revision) {
        compacted = Math.max(compacted, revision);
        while (first < next && ring[slot(first)].revision() <= revision) {
            first++;
        }
    }

    /** Forgets everything: nobody knows what happened until {@code revision}, and readers that wait are to find out. */
    synchronized void restart(long revision, List<Runnable> woken) {
        // A gap in the sequence: readers that had polled everything are behind it too.
        next++;
        first = next;
        compacted = revision;
        for (Map<String, Set<Reader>> byValue : readers.values()) {
            for (Set<Reader> some : byValue.values()) {
                wake(some, woken);
            }
        }
    }

    /**
     * @param delivered the last revision whose events have all been appended, to every log
     */
    synchronized Watch watch(long afterRevision, Interest interest, Runnable wake, LongSupplier delivered) {
        if (afterRevision < compacted) {
            throw new CompactedException(afterRevision, compacted);
        }
        var reader = new Reader(sequenceAfter(afterRevision), afterRevision, interest, wake, delivered);
        readers.computeIfAbsent(interest.field(), field -> new HashMap<>())
                .computeIfAbsent(interest.value(), value -> new LinkedHashSet<>())
                .add(reader);
        return reader;
    }

    private long sequenceAfter(long revision) {
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ring[slot(middle)].revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int slot(long sequence) {
        return (int) (sequence % ring.length);
    }

    private void remove(Reader reader) {
        Interest.Field field = reader.interest.field();
        Map<String, Set<Reader>> byValue = readers.getOrDefault(field, Map.of());
        Set<Reader> some = byValue.get(reader.interest.value());
        if (some == null) {
            return;
        }
        some.remove(reader);
        if (some.isEmpty()) {
            byValue.remove(reader.interest.value());
        }
        if (byValue.isEmpty()) {
            readers.remove(field);
        }
    }

    private final class Reader implements Watch {
        private final Interest interest;
        private final Runnable wake;
        private final LongSupplier delivered;
        /** Sequence numbers of events of interest from {@link #position} on; all of them, unless it is to look by itself. */
        private final ArrayDeque<Long> expected = new ArrayDeque<>();

        private long position;
        private long seen;
        /** Whether it looks at every event from {@link #position} on: so a reader that falls behind holds no more than a few numbers. */
        private boolean looking = true;
        /** Whether the last poll found nothing, so that the next event of interest must wake the reader. */
        private boolean idle;

        Reader(long position, long seen, Interest interest, Runnable wake, LongSupplier delivered) {
            this.position = position;
            this.seen = seen;
            this.interest = interest;
            this.wake = wake;
            this.delivered = delivered;
        }

        /** @return whether that wakes it */
        boolean expect(long sequence) {
            boolean wakes = idle;
            idle = false;
            if (!looking) {
                if (interest.isAll() || expected.size() == MOST_EXPECTED) {
                    looking = true;
                    position = expected.isEmpty() ? sequence : expected.getFirst();
                    expected.clear();
                } else {
                    expected.add(sequence);
                }
            }
            return wakes;
        }

        @Override
        public List<StoreEvent> poll(int max) {
            synchronized (EventLog.this) {
                if (!looking) {
                    position = expected.isEmpty() ? next : expected.getFirst();
                }
                if (position < first) {
                    throw new CompactedException(seen, compacted);
                }
                long complete = delivered.getAsLong();
                var events = new ArrayList<StoreEvent>();
                while (position < next && events.size() < max) {
                    StoreEvent event = ring[slot(position)];
                    if (looking) {
                        position++;
                        if (interest.concerns(event)) {
                            events.add(event);
                        }
                    } else {
                        expected.removeFirst();
                        events.add(event);
                        position = expected.isEmpty() ? next : expected.getFirst();
                    }
                }
                looking &= position < next;
                idle = position == next && events.isEmpty();
                seen = Math.max(seen, position == next ? complete : wholeRevision());
                return List.copyOf(events);
            }
        }

        /** The last revision of which every event has been polled: one commit may have several. */
        private long wholeRevision() {
            return ring[slot(position)].revision() - 1;
        }

        @Override
        public long seen() {
            synchronized (EventLog.this) {
                return seen;
            }
        }

        @Override
        public long latest() {
            synchronized (EventLog.this) {
                return next == first ? compacted : Math.max(compacted, ring[slot(next - 1)].revision());
            }
        }

        @Override
        public void close() {
            synchronized (EventLog.this) {
                remove(this);
            }
        }
    }
}

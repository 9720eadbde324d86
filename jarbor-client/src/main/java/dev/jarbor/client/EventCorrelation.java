package dev.jarbor.client;

import dev.jarbor.api.Fields;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what becomes of an event: written as a new object, counted on the one that is there, or dropped. In three
 * steps, with client-go's figures:
 *
 * <ol>
 *   <li>Ten different messages for the same reason on one object within ten minutes are one event from then on, whose
 *       message is the latest with a note before it.
 *   <li>An event that is equal to an earlier one but for the time raises that one's count.
 *   <li>Each source may write 25 events about one object at once, and then one every five minutes.
 * </ol>
 *
 * What it remembers is bounded: the {@value #REMEMBERED} most recently used of each.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/client-go/tools/record#EventCorrelator">client-go's EventCorrelator</a>
 */
final class EventCorrelation {
    static final int REMEMBERED = 4096;
    static final int BURST = 25;
    static final Duration REFILL = Duration.ofMinutes(5);
    static final int SIMILAR = 10;
    static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);
    static final String COMBINED = "(combined from similar events): ";

    private final Map<List<String>, Similar> similar = new Recent<>();
    private final Map<List<String>, Written> written = new Recent<>();
    private final Map<List<String>, Allowance> allowances = new Recent<>();

    /**
     * What to write.
     *
     * @param key remembers the event under this when it is written
     * @param event the whole event; where {@code repeats}, it has the name of the one that is there
     * @param repeats whether it is there already
     */
    record Plan(List<String> key, Event event, boolean repeats) {
        /** What differs from the event that is there. */
        Patch patch() {
            return Patch.strategic(ObjectValue.builder()
                    .put("count", event.count())
                    .put("lastTimestamp", event.value().valueOrNull("lastTimestamp"))
                    .put("message", event.message())
                    .build());
        }
    }

    /** What to do with {@code event}, which happened at {@code now}; empty when there were too many. */
    Optional<Plan> observe(Event event, Instant now) {
        List<String> key = keyOf(event, event.involvedObject().fieldPath(), event.message());
        Event merged = event;
        if (tooManySimilar(event, now)) {
            key = similarKey(event);
            merged = event.withMessage(COMBINED + event.message());
        }
        Plan plan = counted(key, merged);
        return allowed(event, now) ? Optional.of(plan) : Optional.empty();
    }

    /** The event of {@code key} stands as the server answered it. */
    void written(List<String> key, Event answer) {
        written.put(
                key,
                new Written(
                        answer.name(),
                        answer.count(),
                        Fields.instant(answer.value().valueOrNull("firstTimestamp"))));
    }

    private boolean tooManySimilar(Event event, Instant now) {
        Similar before = similar.get(similarKey(event));
        Similar since = before == null || before.last.plus(SIMILAR_WITHIN).isBefore(now)
                ? new Similar(new TreeSet<>(), now)
                : new Similar(before.messages, now);
        since.messages.add(event.message());
        similar.put(similarKey(event), since);
        if (since.messages.size() < SIMILAR) {
            return false;
        }
        since.messages.remove(event.message());
        return true;
    }

    private Plan counted(List<String> key, Event event) {
        Written before = written.get(key);
        if (before == null) {
            written.put(
                    key,
                    new Written(event.name(), 1, Fields.instant(event.value().valueOrNull("firstTimestamp"))));
            return new Plan(key, event.withCount(1), false);
        }
        written.put(key, new Written(before.name, before.count + 1, before.first));
        Event repeated = event.withMetadata(event.metadata().withName(before.name))
                .withCount(before.count + 1)
                .withFirstTimestamp(before.first);
        return new Plan(key, repeated, true);
    }

    private boolean allowed(Event event, Instant now) {
        ObjectReference about = event.involvedObject();
        List<String> spammer = List.of(
                event.source().component(),
                event.source().host(),
                about.apiVersion(),
                about.kind(),
                about.namespace(),
                about.name(),
                about.uid());
        Allowance before = allowances.getOrDefault(spammer, new Allowance(BURST, now));
        Allowance present = before.at(now);
        boolean allowed = present.left >= 1;
        allowances.put(spammer, allowed ? new Allowance(present.left - 1, now) : present);
        return allowed;
    }

    private static List<String> similarKey(Event event) {
        return keyOf(event, "", "");
    }

    private static List<String> keyOf(Event event, String fieldPath, String message) {
        ObjectReference about = event.involvedObject();
        return List.of(
                event.source().component(),
                event.source().host(),
                about.kind(),
                about.namespace(),
                about.name(),
                fieldPath,
                about.uid(),
                about.apiVersion(),
                event.type(),
                event.reason(),
                message);
    }

    private record Similar(Set<String> messages, Instant last) {}

    private record Written(String name, int count, Instant first) {}

    /** A bucket of events that a source may still write; fractions are on their way. */
    private record Allowance(double left, Instant counted) {
        Allowance at(Instant now) {
            double refilled = (double) Duration.between(counted, now).toMillis() / REFILL.toMillis();
            return new Allowance(Math.min(BURST, left + Math.max(0, refilled)), now);
        }
    }

    /** The most recently used entries. */
    private static final class Recent<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > REMEMBERED;
        }
    }
}

package dev.jarbor.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A store against the simplest thing that could be right: a list of whole states. */
public abstract class StoreModelContract {
    private static final int WINDOW = 16;
    private static final List<String> RESOURCES = List.of("pods", "nodes");
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** A new store without objects that remembers exactly the last {@code window} revisions. */
    protected abstract Store open(int window);

    /** @param guess which revision a write expects: the right one, none, any, or a wrong one */
    record Step(String resource, String name, boolean delete, int guess) {}

    /** Every state there ever was, by revision, as generation by {@code resource/name}. */
    private static final class Model {
        final List<Map<String, Long>> states = new ArrayList<>(List.of(Map.of()));
        final Map<String, Long> written = new TreeMap<>();

        long revision() {
            return states.size() - 1L;
        }

        boolean commit(List<Transaction.Write> writes) {
            var next = new TreeMap<>(states.getLast());
            long revision = revision() + 1;
            for (Transaction.Write write : writes) {
                String place = write.resource() + "/" + write.key().name();
                long actual = next.containsKey(place) ? written.getOrDefault(place, 0L) : 0;
                boolean expected = write.expectedRevision() == Transaction.ANY || write.expectedRevision() == actual;
                if (!expected || (write instanceof Transaction.Delete && actual == 0)) {
                    return false;
                }
            }
            for (Transaction.Write write : writes) {
                String place = write.resource() + "/" + write.key().name();
                if (write instanceof Transaction.Put) {
                    next.put(place, revision);
                    written.put(place, revision);
                } else {
                    next.remove(place);
                }
            }
            states.add(next);
            return true;
        }

        /** What changed in {@code resource} at {@code revision}, as {@code name}, in any order. */
        List<String> changes(String resource, int revision) {
            Map<String, Long> before = states.get(revision - 1);
            Map<String, Long> after = states.get(revision);
            return NAMES.stream()
                    .filter(name -> {
                        String place = resource + "/" + name;
                        return !Optional.ofNullable(before.get(place)).equals(Optional.ofNullable(after.get(place)));
                    })
                    .toList();
        }
    }

    @Provide
    Arbitrary<List<List<Step>>> transactions() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of(RESOURCES),
                        Arbitraries.of(NAMES),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 5))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(3).list().ofMaxSize(60);
    }

    @Property(tries = 300)
    void aStoreIsItsModel(@ForAll("transactions") List<List<Step>> transactions) {
        Store store = open(WINDOW);
        var model = new Model();
        for (List<Step> steps : transactions) {
            List<Transaction.Write> writes = writes(steps, store.snapshot());
            boolean done = store.commit(new Transaction(writes)) instanceof Commit.Done;
            assertThat(done).isEqualTo(model.commit(writes));
            assertThat(store.snapshot().revision()).isEqualTo(model.revision());
        }
        for (int revision = 0; revision <= model.revision(); revision++) {
            Optional<Snapshot> kept = store.snapshotAt(revision);
            assertThat(kept.isPresent()).isEqualTo(revision > model.revision() - WINDOW);
            if (kept.isPresent()) {
                assertThat(state(kept.get())).isEqualTo(model.states.get(revision));
            }
        }
    }

    @Property(tries = 300)
    void aWatchFromAnyKeptRevisionMissesAndRepeatsNothing(
            @ForAll("transactions") List<List<Step>> transactions, @ForAll("start") int back) {
        Store store = open(WINDOW);
        var model = new Model();
        for (List<Step> steps : transactions) {
            List<Transaction.Write> writes = writes(steps, store.snapshot());
            store.commit(new Transaction(writes));
            model.commit(writes);
        }
        int from = (int) Math.max(0, model.revision() - back);
        for (String resource : RESOURCES) {
            var expected = new ArrayList<String>();
            for (int revision = from + 1; revision <= model.revision(); revision++) {
                for (String name : model.changes(resource, revision)) {
                    expected.add(name + " at " + revision);
                }
            }
            var heard = new ArrayList<String>();
            try (Watch watch = store.watch(resource, from, () -> {})) {
                List<StoreEvent> events = watch.poll(2);
                while (!events.isEmpty()) {
                    events.forEach(event -> heard.add(event.key().name() + " at " + event.revision()));
                    events = watch.poll(2);
                }
                assertThat(watch.seen()).isEqualTo(model.revision());
            }
            assertThat(heard).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(heard.stream().map(text -> Long.parseLong(text.substring(text.lastIndexOf(' ') + 1))))
                    .isSorted();
        }
    }

    @Provide
    Arbitrary<Integer> start() {
        return Arbitraries.integers().between(0, WINDOW - 1);
    }

    private static List<Transaction.Write> writes(List<Step> steps, Snapshot now) {
        var writes = new LinkedHashMap<String, Transaction.Write>();
        for (Step step : steps) {
            ObjectKey key = ObjectKey.cluster(step.name());
            long current = now.get(step.resource(), key)
                    .map(StoreModelContract::revision)
                    .orElse(0L);
            long expected = switch (step.guess()) {
                case 0 -> Transaction.ABSENT;
                case 1 -> Transaction.ANY;
                case 2 -> current + 1;
                default -> current;
            };
            ObjectValue object = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", step.name()));
            writes.put(
                    step.resource() + "/" + step.name(),
                    step.delete()
                            ? new Transaction.Delete(step.resource(), key, expected)
                            : new Transaction.Put(step.resource(), key, object, expected));
        }
        return List.copyOf(writes.values());
    }

    private static long revision(ObjectValue object) {
        return Long.parseLong(object.object("metadata").string("resourceVersion"));
    }

    private static Map<String, Long> state(Snapshot snapshot) {
        var state = new TreeMap<String, Long>();
        for (String resource : snapshot.resourceNames()) {
            snapshot.all(resource).forEach((key, object) -> state.put(resource + "/" + key.name(), revision(object)));
        }
        return state;
    }
}

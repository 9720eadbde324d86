package dev.jarbor.store.linear;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.store.linear.Operation.Get;
import dev.jarbor.store.linear.Operation.ListAll;
import dev.jarbor.store.linear.Operation.OfKey;
import dev.jarbor.store.linear.Operation.State;
import dev.jarbor.store.linear.Operation.Write;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks for an order of a history's operations in which each happens between its begin and its end and every answer is
 * right: the search of Wing and Gong, with the memory of Lowe. Keys are independent of each other, so each is searched on
 * its own; what ties them together are revisions, which lists name: {@link #lists} holds those against all keys.
 *
 * @see <a href="https://doi.org/10.1006/jpdc.1993.1015">Wing and Gong: Testing and verifying concurrent objects</a>
 * @see <a href="https://doi.org/10.1002/cpe.3928">Lowe: Testing for linearizability</a>
 */
public final class Linearizability {
    /** Steps of the search for one key: far beyond what right histories take. */
    private static final int MOST_STEPS = 2_000_000;

    private Linearizability() {}

    /** What is wrong with {@code history}; empty when nothing is. */
    public static Optional<String> objection(List<Operation> history) {
        var byKey = new TreeMap<ObjectKey, List<Operation>>();
        for (Operation operation : history) {
            if (operation.action() instanceof OfKey action) {
                byKey.computeIfAbsent(action.key(), key -> new ArrayList<>()).add(operation);
            }
        }
        for (Map.Entry<ObjectKey, List<Operation>> one : byKey.entrySet()) {
            if (!new Search(one.getValue()).succeeds()) {
                return Optional.of("no order explains what was answered about " + one.getKey());
            }
        }
        return revisions(history).or(() -> lists(history));
    }

    /** Revisions grow: what begins after another's end has a greater one. */
    private static Optional<String> revisions(List<Operation> history) {
        List<Operation> done = history.stream()
                .filter(operation -> operation.action() instanceof Write write && write.done())
                .sorted(Comparator.comparingLong(Operation::begin))
                .toList();
        List<Operation> byEnd =
                done.stream().sorted(Comparator.comparingLong(Operation::end)).toList();
        long greatest = 0;
        int ended = 0;
        for (Operation operation : done) {
            while (byEnd.get(ended).end() < operation.begin()) {
                greatest = Math.max(greatest, revision(byEnd.get(ended)));
                ended++;
            }
            if (revision(operation) <= greatest) {
                return Optional.of("revision " + revision(operation) + " was given after " + greatest);
            }
        }
        return Optional.empty();
    }

    private static long revision(Operation operation) {
        return operation.action() instanceof Write write ? write.revision() : 0;
    }

    /**
     * A list is right when each key is in the state that the last commit up to its revision left, and when it has every
     * commit that was acknowledged before it began, and none that began after it had ended. Commits that nobody was told
     * of are known by what reads found.
     */
    private static Optional<String> lists(List<Operation> history) {
        Map<ObjectKey, NavigableMap<Long, State>> states = states(history);
        List<Operation> writes = history.stream()
                .filter(operation -> operation.action() instanceof Write write && write.done())
                .toList();
        for (Operation operation : history) {
            if (!(operation.action() instanceof ListAll list)) {
                continue;
            }
            for (Map.Entry<ObjectKey, NavigableMap<Long, State>> key : states.entrySet()) {
                State expected = Optional.ofNullable(key.getValue().floorEntry(list.revision()))
                        .map(Map.Entry::getValue)
                        .orElse(State.ABSENT);
                State found = list.found().getOrDefault(key.getKey(), State.ABSENT);
                // A deletion that nobody was told of has a revision that nobody knows.
                boolean gone = !found.exists() && deletedInTheDark(history, key.getKey());
                if (!found.equals(expected) && !gone) {
                    return Optional.of("the list at " + list.revision() + " has " + key.getKey() + " as " + found
                            + " instead of " + expected);
                }
            }
            for (Operation write : writes) {
                boolean before = write.end() < operation.begin() && revision(write) > list.revision();
                boolean after = write.begin() > operation.end() && revision(write) <= list.revision();
                if (before || after) {
                    return Optional.of("the list at " + list.revision() + (before ? " lacks" : " foresees")
                            + " the commit " + revision(write));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean deletedInTheDark(List<Operation> history, ObjectKey key) {
        return history.stream()
                .anyMatch(operation -> operation.action() instanceof Write write
                        && write.key().equals(key)
                        && write.value() == 0
                        && !write.known());
    }

    /** Each key's states by the revision from which on they were so. */
    private static Map<ObjectKey, NavigableMap<Long, State>> states(List<Operation> history) {
        var states = new TreeMap<ObjectKey, NavigableMap<Long, State>>();
        for (Operation operation : history) {
            switch (operation.action()) {
                case Write write -> {
                    if (write.done()) {
                        State left = write.value() == 0 ? State.ABSENT : new State(write.value(), write.revision());
                        of(states, write.key()).put(write.revision(), left);
                    }
                }
                case Get get -> {
                    if (get.found().exists()) {
                        of(states, get.key()).put(get.found().revision(), get.found());
                    }
                }
                case ListAll list ->
                    list.found().forEach((key, state) -> of(states, key).put(state.revision(), state));
            }
        }
        return states;
    }

    private static NavigableMap<Long, State> of(Map<ObjectKey, NavigableMap<Long, State>> states, ObjectKey key) {
        return states.computeIfAbsent(key, one -> new TreeMap<>());
    }

    /** The search for one key. */
    private static final class Search {
        private final List<Operation> operations;
        private final int must;
        private final Set<Point> visited = new HashSet<>();
        private int steps;

        /** Where the search has been: what has happened, and the state that it led to. */
        private record Point(BitSet happened, State state) {}

        Search(List<Operation> operations) {
            this.operations = operations.stream()
                    .sorted(Comparator.comparingLong(Operation::begin))
                    .toList();
            this.must = (int) operations.stream()
                    .filter(operation -> operation.end() != Operation.NEVER)
                    .count();
        }

        boolean succeeds() {
            return from(new BitSet(operations.size()), State.ABSENT, 0);
        }

        /**
         * @param happened what has, in an order that explains it
         * @param answered how many of these were answered
         */
        private boolean from(BitSet happened, State state, int answered) {
            if (answered == must) {
                return true;
            }
            if (++steps > MOST_STEPS) {
                throw new AssertionError("the search takes too long: fewer clients on one key");
            }
            if (!visited.add(new Point((BitSet) happened.clone(), state))) {
                return false;
            }
            long firstEnd = firstEnd(happened);
            for (int i = happened.nextClearBit(0); i < operations.size(); i = happened.nextClearBit(i + 1)) {
                Operation next = operations.get(i);
                if (next.begin() > firstEnd) {
                    // Something ended before this and all that follow began.
                    return false;
                }
                Optional<State> after = after(state, next);
                if (after.isPresent()) {
                    happened.set(i);
                    boolean answer = next.end() != Operation.NEVER;
                    if (from(happened, after.get(), answered + (answer ? 1 : 0))) {
                        return true;
                    }
                    happened.clear(i);
                }
            }
            return false;
        }

        private long firstEnd(BitSet happened) {
            long first = Operation.NEVER;
            for (int i = happened.nextClearBit(0); i < operations.size(); i = happened.nextClearBit(i + 1)) {
                first = Math.min(first, operations.get(i).end());
            }
            return first;
        }

        /** The state that the operation leads to; empty where its answer is wrong in {@code state}. */
        private static Optional<State> after(State state, Operation operation) {
            return switch (operation.action()) {
                case Get get ->
                    get.found().matches(state)
                            ? Optional.of(get.found().exists() ? get.found() : state)
                            : Optional.empty();
                case Write write -> after(state, write);
                case ListAll ignored -> throw new IllegalStateException("a list is not about one key");
            };
        }

        private static Optional<State> after(State state, Write write) {
            boolean holds = state.isAt(write.expected()) && (write.value() != 0 || state.exists());
            if (!write.known()) {
                return holds ? Optional.of(left(write, State.UNKNOWN)) : Optional.empty();
            }
            if (write.revision() == 0) {
                return holds && !state.isUncertain() ? Optional.empty() : Optional.of(state);
            }
            return holds ? Optional.of(left(write, write.revision())) : Optional.empty();
        }

        private static State left(Write write, long revision) {
            return write.value() == 0 ? State.ABSENT : new State(write.value(), revision);
        }
    }
}

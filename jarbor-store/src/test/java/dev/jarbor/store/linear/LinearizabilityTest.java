package dev.jarbor.store.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.store.linear.Operation.Get;
import dev.jarbor.store.linear.Operation.ListAll;
import dev.jarbor.store.linear.Operation.State;
import dev.jarbor.store.linear.Operation.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker itself: right histories pass, each kind of wrong one does not. */
class LinearizabilityTest {
    private static final ObjectKey A = ObjectKey.cluster("a");
    private static final ObjectKey B = ObjectKey.cluster("b");

    private static Operation write(long begin, long end, ObjectKey key, long value, long expected, long revision) {
        return new Operation(0, begin, end, new Write(key, value, expected, revision, true));
    }

    private static Operation unknown(long begin, ObjectKey key, long value, long expected) {
        return new Operation(0, begin, Operation.NEVER, new Write(key, value, expected, 0, false));
    }

    private static Operation get(long begin, long end, ObjectKey key, long value, long revision) {
        return new Operation(0, begin, end, new Get(key, new State(value, revision)));
    }

    private static Operation list(long begin, long end, long revision, Map<ObjectKey, State> found) {
        return new Operation(0, begin, end, new ListAll(revision, found));
    }

    private static void right(Operation... history) {
        assertThat(Linearizability.objection(List.of(history))).isEmpty();
    }

    private static void wrong(String why, Operation... history) {
        assertThat(Linearizability.objection(List.of(history)).orElse("nothing is wrong"))
                .contains(why);
    }

    @Test
    void operationsOneAfterTheOtherAreRight() {
        right(
                get(1, 2, A, 0, 0),
                write(3, 4, A, 7, 0, 1),
                get(5, 6, A, 7, 1),
                write(7, 8, A, 8, 1, 2),
                write(9, 10, A, 0, 2, 3),
                get(11, 12, A, 0, 0));
    }

    @Test
    void concurrentOperationsMayHappenInAnyOrder() {
        right(write(1, 10, A, 7, 0, 1), get(2, 3, A, 0, 0), get(4, 5, A, 7, 1));
        right(write(1, 10, A, 7, 0, 1), get(2, 3, A, 7, 1), write(4, 9, A, 8, 1, 2), write(5, 8, A, 9, 1, 0));
    }

    @Test
    void aReadThatIsStaleIsWrong() {
        wrong("no order", write(1, 2, A, 7, 0, 1), get(3, 4, A, 0, 0));
        wrong("no order", write(1, 10, A, 7, 0, 1), get(2, 3, A, 7, 1), get(4, 5, A, 0, 0));
    }

    @Test
    void aReadOfWhatIsNotWrittenYetIsWrong() {
        wrong("no order", get(1, 2, A, 7, 1), write(3, 4, A, 7, 0, 1));
    }

    @Test
    void aLostUpdateIsWrong() {
        wrong("no order", write(1, 2, A, 1, 0, 1), write(3, 9, A, 2, 1, 2), write(4, 8, A, 3, 1, 3));
    }

    @Test
    void aWriteThatWasAcknowledgedAndIsGoneIsWrong() {
        wrong("no order", write(1, 2, A, 1, 0, 1), write(3, 4, A, 2, 0, 2));
    }

    @Test
    void aRefusalWithoutReasonIsWrong() {
        wrong("no order", write(1, 2, A, 1, 0, 1), write(3, 4, A, 2, 1, 0));
    }

    @Test
    void whatNobodyWasToldOfMayHaveHappenedEarlierLaterOrNever() {
        right(unknown(1, A, 7, 0), get(2, 3, A, 0, 0));
        right(unknown(1, A, 7, 0), get(2, 3, A, 0, 0), get(4, 5, A, 7, 9), write(6, 7, A, 8, 9, 10));
        right(unknown(1, A, 7, 0), write(2, 3, A, 8, 0, 0));
        wrong("no order", unknown(5, A, 7, 0), get(1, 2, A, 7, 9));
        wrong("no order", unknown(1, A, 7, 0), get(2, 3, A, 7, 9), get(4, 5, A, 0, 0));
        wrong("no order", unknown(1, A, 7, 0), get(2, 3, A, 6, 9));
    }

    @Test
    void aRevisionThatIsNotGreaterThanThoseBeforeIsWrong() {
        right(write(1, 9, A, 1, 0, 2), write(2, 8, B, 1, 0, 1));
        wrong("revision 1 was given after 2", write(1, 2, A, 1, 0, 2), write(3, 4, B, 1, 0, 1));
    }

    @Test
    void aListIsTheStateAfterItsRevision() {
        State a = new State(1, 1);
        State b = new State(1, 2);
        Operation first = write(1, 2, A, 1, 0, 1);
        Operation second = write(3, 10, B, 1, 0, 2);
        right(first, second, list(4, 5, 1, Map.of(A, a)), list(6, 7, 2, Map.of(A, a, B, b)));
        wrong("instead of", first, second, list(4, 5, 2, Map.of(A, a)));
        wrong("instead of", first, second, list(4, 5, 1, Map.of(A, a, B, b)));
        wrong("lacks the commit 1", first, list(4, 5, 0, Map.of()));
        wrong("foresees the commit 1", list(-2, -1, 1, Map.of(A, a)), first);
        wrong("instead of", first, write(3, 4, A, 0, 1, 2), list(5, 6, 2, Map.of(A, a)));
    }
}

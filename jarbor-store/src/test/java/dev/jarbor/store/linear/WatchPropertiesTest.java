package dev.jarbor.store.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.store.linear.Operation.Write;
import dev.jarbor.store.linear.WatchProperties.Told;
import dev.jarbor.store.linear.WatchProperties.Told.Bookmark;
import dev.jarbor.store.linear.WatchProperties.Told.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker itself: a right watch passes, one for each property that is broken does not. */
class WatchPropertiesTest {
    private static final ObjectKey A = ObjectKey.cluster("a");
    private static final ObjectKey B = ObjectKey.cluster("b");

    /** A created, A and B together, A deleted; and something of B that nobody was told of. */
    private static final List<Operation> HISTORY = List.of(
            done(A, 1, 0, 1),
            done(A, 2, 1, 2),
            done(B, 3, 0, 2),
            done(A, 0, 2, 3),
            new Operation(0, 0, Operation.NEVER, new Write(B, 4, 2, 0, false)));

    private static Operation done(ObjectKey key, long value, long expected, long revision) {
        return new Operation(0, revision, revision, new Write(key, value, expected, revision, true));
    }

    private static String objection(long start, Told... told) {
        return WatchProperties.objection(start, List.of(told), HISTORY).orElse("nothing is wrong");
    }

    @Test
    void whatHappenedInOrderIsRight() {
        assertThat(objection(
                        0,
                        new Change(A, 1, 1),
                        new Bookmark(1),
                        new Change(A, 2, 2),
                        new Change(B, 3, 2),
                        new Change(A, 0, 3),
                        new Change(B, 4, 4),
                        new Bookmark(9)))
                .isEqualTo("nothing is wrong");
        assertThat(objection(2, new Change(A, 0, 3), new Bookmark(3))).isEqualTo("nothing is wrong");
        assertThat(objection(0, new Change(A, 1, 1), new Bookmark(1))).isEqualTo("nothing is wrong");
    }

    @Test
    void eachPropertyIsMissed() {
        assertThat(objection(0, new Change(A, 2, 2), new Change(B, 3, 2), new Change(A, 1, 1)))
                .startsWith("not ordered");
        assertThat(objection(0, new Change(A, 1, 1), new Change(A, 1, 1))).startsWith("not unique");
        assertThat(objection(0, new Change(A, 1, 1), new Change(A, 2, 2))).startsWith("not atomic");
        assertThat(objection(0, new Bookmark(1), new Change(A, 1, 1))).startsWith("not bookmarkable");
        assertThat(objection(0, new Change(A, 1, 1), new Bookmark(3))).startsWith("missed");
        assertThat(objection(0, new Change(A, 2, 2), new Change(B, 3, 2))).startsWith("missed");
        assertThat(objection(0, new Change(A, 7, 1))).startsWith("nobody wrote");
        assertThat(objection(1, new Change(A, 1, 1))).startsWith("not ");
    }

    @Test
    void aWatchThatGoesOnTellsTheRest() {
        List<Told> told = List.of(new Change(A, 1, 1), new Bookmark(1), new Change(A, 2, 2), new Change(B, 3, 2));
        assertThat(WatchProperties.after(1, told)).containsExactly(new Change(A, 2, 2), new Change(B, 3, 2));
    }
}

package dev.jarbor.scheduler.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.scheduler.Samples;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How amounts become 0 to 100. Each node is called as the amount that it has. */
class ScoreTest {
    private static long[] scores(Function<ToLongFunction<NodeState>, Score> scale, long... amounts) {
        List<NodeState> nodes = LongStream.of(amounts)
                .mapToObj(amount -> new NodeState(Samples.node(Long.toString(amount), "1", "1Gi")))
                .toList();
        return scale.apply(node -> Long.parseLong(node.name())).of(nodes);
    }

    @Test
    void whatCountsByItsShareOfTheHighestIsRoundedDown() {
        // 100·2/3 is 66 and two thirds.
        assertThat(scores(Score::ofHighest, 0, 2, 3)).containsExactly(0, 66, 100);
        assertThat(scores(Score::ofHighest, 0, 0)).containsExactly(0, 0);
    }

    @Test
    void whatCountsByWhatIsLeftOfTheHighestIsRoundedUp() {
        // 100 less 66.
        assertThat(scores(Score::leftOfHighest, 0, 2, 3)).containsExactly(100, 34, 0);
        assertThat(scores(Score::leftOfHighest, 0, 0)).containsExactly(100, 100);
    }

    @Test
    void differencesAreStretchedToTheWholeRange() {
        // From -2 to 4 it is 6: 100·3/6 and 100·5/6, which is 83 and a third.
        assertThat(scores(Score::stretched, -2, 1, 3, 4)).containsExactly(0, 50, 83, 100);
        assertThat(scores(Score::stretched, 7, 7)).containsExactly(0, 0);
    }
}

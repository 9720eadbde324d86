package dev.jarbor.scheduler.plugins;

import dev.jarbor.scheduler.cluster.NodeState;
import java.util.List;
import java.util.function.ToLongFunction;

/** How good one plugin finds the nodes that a pod may go to. */
interface Score {
    /** The best. */
    long MOST = 100;

    /** 0 to {@link #MOST} for each of {@code nodes}, in their order. */
    long[] of(List<NodeState> nodes);

    /** What looks at one node by itself, and knows what is best. */
    static Score plain(ToLongFunction<NodeState> score) {
        return nodes -> nodes.stream().mapToLong(score).toArray();
    }

    /** By the share of the highest; 0 for all where nothing is above it. */
    static Score ofHighest(ToLongFunction<NodeState> amount) {
        return nodes -> {
            long[] amounts = nodes.stream().mapToLong(amount).toArray();
            long highest = highest(amounts, 0);
            for (int i = 0; i < amounts.length; i++) {
                amounts[i] = highest == 0 ? 0 : MOST * amounts[i] / highest;
            }
            return amounts;
        };
    }

    /** By what is left of the highest: what has least is best. */
    static Score leftOfHighest(ToLongFunction<NodeState> amount) {
        Score share = ofHighest(amount);
        return nodes -> {
            long[] shares = share.of(nodes);
            for (int i = 0; i < shares.length; i++) {
                shares[i] = MOST - shares[i];
            }
            return shares;
        };
    }

    /** Only the differences count, stretched to the whole range; 0 for all where there are none. */
    static Score stretched(ToLongFunction<NodeState> amount) {
        return nodes -> {
            long[] amounts = nodes.stream().mapToLong(amount).toArray();
            long highest = highest(amounts, Long.MIN_VALUE);
            long lowest = Long.MAX_VALUE;
            for (long each : amounts) {
                lowest = Math.min(lowest, each);
            }
            for (int i = 0; i < amounts.length; i++) {
                amounts[i] = highest == lowest
                        ? 0
                        : (long) (MOST * ((double) (amounts[i] - lowest) / (double) (highest - lowest)));
            }
            return amounts;
        };
    }

    private static long highest(long[] amounts, long least) {
        long highest = least;
        for (long each : amounts) {
            highest = Math.max(highest, each);
        }
        return highest;
    }
}

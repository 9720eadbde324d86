package dev.jarbor.bench;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an embedded cluster of three nodes costs before anything happens in it: to start in a warm JVM, to fork, and to keep.
 */
final class EmbeddedStartBenchmark {
    private static final int NODES = 3;
    /** A fork takes so little time that one of them says nothing. */
    private static final int FORKS = 10;

    /** Clusters that are held before counting begins, because the first one brings what all of them share. */
    private static final int FIRST = 2;

    private final Runtime clock;
    private final int rounds;

    private EmbeddedStartBenchmark(Runtime clock, int rounds) {
        this.clock = clock;
        this.rounds = rounds;
    }

    /** Argument: how many clusters are counted; as many before them warm the JVM, and each is forked ten times. */
    public static void main(String[] arguments) {
        run(Integer.parseInt(arguments[0])).forEach(figures -> System.out.println(figures.row()));
    }

    static List<Figures> run(int rounds) {
        try (Runtime clock = new LiveRuntime()) {
            var benchmark = new EmbeddedStartBenchmark(clock, rounds);
            benchmark.times();
            List<Figures> times = benchmark.times();
            var all = new ArrayList<>(times);
            all.addAll(benchmark.heap());
            return all;
        }
    }

    private List<Figures> times() {
        var start = new Figures("a fresh cluster of " + NODES + " nodes", "ms");
        var fork = new Figures("a fork of it", "ms");
        for (int round = 0; round < rounds; round++) {
            try (Jarbor cluster = timed(start, EmbeddedStartBenchmark::start)) {
                for (int count = 0; count < FORKS; count++) {
                    timed(fork, cluster::fork).close();
                }
            }
        }
        return List.of(start, fork);
    }

    private static Jarbor start() {
        return Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(NODES));
    }

    private Jarbor timed(Figures figures, Supplier<Jarbor> work) {
        long begin = clock.nanoTime();
        Jarbor made = work.get();
        figures.add((clock.nanoTime() - begin) / 1e6);
        return made;
    }

    private List<Figures> heap() {
        var fresh = new Figures("heap of an idle cluster of " + NODES + " nodes", "KB");
        var fork = new Figures("heap of a fork of it", "KB");
        var held = new ArrayList<Jarbor>();
        held(held, FIRST, EmbeddedStartBenchmark::start);
        fresh.add(held(held, rounds, EmbeddedStartBenchmark::start));
        held(held, FIRST, held.getFirst()::fork);
        fork.add(held(held, rounds, held.getFirst()::fork));
        held.forEach(Jarbor::close);
        return List.of(fresh, fork);
    }

    /** How much more is alive for each of {@code count} clusters when they are held beside the others. */
    private static double held(List<Jarbor> held, int count, Supplier<Jarbor> work) {
        double before = alive();
        for (int made = 0; made < count; made++) {
            held.add(work.get());
        }
        return (alive() - before) / count / 1024;
    }

    private static double alive() {
        java.lang.Runtime machine = java.lang.Runtime.getRuntime();
        // What references that are cleared by one collection held goes with the next.
        for (int look = 0; look < 3; look++) {
            System.gc();
        }
        return machine.totalMemory() - machine.freeMemory();
    }
}

package dev.jarbor.bench;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long {@code jarbor up} with one simulated node takes from the start of its process until {@code /readyz} says ok,
 * with and without the ahead-of-time cache; how much processor time that costs, which depends less on what else the
 * machine does; and how much memory the cluster holds afterwards, when nobody asks it anything.
 */
final class StartBenchmark {
    /** One way to start, and what was measured of it. */
    private record Way(Map<String, String> environment, Figures time, Figures cpu, Figures memory) {
        static Way of(String name, Map<String, String> environment) {
            return new Way(
                    environment,
                    new Figures("up until /readyz, " + name, "ms"),
                    new Figures("  processor time of that, " + name, "ms"),
                    new Figures("  idle resident memory, " + name, "MiB"));
        }

        Stream<Figures> figures() {
            return Stream.of(time, cpu, memory);
        }
    }

    private final List<String> command;
    private final Runtime runtime;
    private final Readyz readyz;
    private final Scratch scratch;

    private StartBenchmark(List<String> command, Runtime runtime, Scratch scratch) {
        this.command = command;
        this.runtime = runtime;
        this.readyz = new Readyz(runtime);
        this.scratch = scratch;
    }

    /** Arguments: path of the launcher, number of counted runs, seconds of idleness before memory is read. */
    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments[0]).toAbsolutePath();
        int runs = Integer.parseInt(arguments[1]);
        Duration idle = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        run(List.of(launcher.toString()), runs, idle).forEach(figures -> System.out.println(figures.row()));
    }

    /**
     * Starts and stops clusters.
     *
     * @param command how {@code jarbor} is started, without arguments
     * @param runs how many starts of each kind are counted; where there are several, one more goes before them uncounted,
     *     because it finds nothing in the page cache
     */
    static List<Figures> run(List<String> command, int runs, Duration idle) throws IOException, InterruptedException {
        var ways = List.of(
                Way.of("no cache", Map.of("JARBOR_AOT", "off")), Way.of("with AOT cache", Map.of("JARBOR_AOT", "on")));
        try (Runtime runtime = new LiveRuntime();
                Scratch scratch = Scratch.create()) {
            var benchmark = new StartBenchmark(command, runtime, scratch);
            if (runs > 1) {
                for (Way way : ways) {
                    benchmark.once(Way.of("warm-up", way.environment()), Duration.ZERO);
                }
            }
            for (int run = 0; run < runs; run++) {
                for (Way way : ways) {
                    benchmark.once(way, idle);
                }
            }
        }
        return ways.stream().flatMap(Way::figures).toList();
    }

    private void once(Way way, Duration idle) throws IOException, InterruptedException {
        long start = runtime.nanoTime();
        try (var cluster = ClusterProcess.start(command, way.environment(), scratch.folder())) {
            cluster.awaitReady(readyz);
            way.time().add((runtime.nanoTime() - start) / 1e6);
            way.cpu().add(cluster.cpuMilliseconds());
            cluster.idle(idle);
            way.memory().add(cluster.residentMebibytes());
        }
    }
}

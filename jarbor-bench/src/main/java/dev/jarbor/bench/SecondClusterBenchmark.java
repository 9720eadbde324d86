package dev.jarbor.bench;

import dev.jarbor.cluster.Cluster;
import dev.jarbor.cluster.ClusterSettings;
import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.NodeChoice;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * How long another whole cluster (certificates, API over HTTPS, controllers, scheduler, one simulated node) takes inside a
 * JVM that runs one already, from an empty folder until {@code /readyz} says ok: what every test class but the first pays.
 */
final class SecondClusterBenchmark {
    /** Held, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    private SecondClusterBenchmark() {}

    /** Argument: how many clusters are started after the first. */
    public static void main(String[] arguments) throws Exception {
        HELIDON.setLevel(Level.WARNING);
        run(Integer.parseInt(arguments[0])).forEach(figures -> System.out.println(figures.row()));
    }

    /** Starts one cluster, then {@code others} one after the other, and stops them all in the end. */
    static List<Figures> run(int others) throws IOException, InterruptedException {
        var first = new Figures("first cluster of the JVM until /readyz", "ms");
        var second = new Figures("second cluster until /readyz", "ms");
        var later = new Figures("third and later clusters until /readyz", "ms");
        Deque<Cluster> running = new ArrayDeque<>();
        try (Runtime runtime = new LiveRuntime();
                Scratch scratch = Scratch.create()) {
            var readyz = new Readyz(runtime);
            try {
                for (int index = 0; index <= others; index++) {
                    long start = runtime.nanoTime();
                    Cluster cluster = start(scratch, runtime);
                    running.push(cluster);
                    if (!readyz.await(URI.create(cluster.url()).getPort(), () -> true)) {
                        throw new IllegalStateException(cluster.url() + " is not ready");
                    }
                    Figures figures = index == 0 ? first : index == 1 ? second : later;
                    figures.add((runtime.nanoTime() - start) / 1e6);
                }
            } finally {
                running.forEach(Cluster::close);
            }
        }
        return List.of(first, second, later);
    }

    private static Cluster start(Scratch scratch, Runtime runtime) throws IOException {
        var folder = new DataFolder(scratch.folder());
        folder.prepare();
        return Cluster.start(new ClusterSettings(folder, new NodeChoice.Simulated(1), 0, line -> {}), runtime);
    }
}

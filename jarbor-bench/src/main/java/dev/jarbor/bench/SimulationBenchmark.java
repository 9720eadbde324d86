package dev.jarbor.bench;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an embedded cluster under virtual time costs: to start in a warm JVM, to fork, to keep, and for its time to pass,
 * with pods that run and with nothing but nodes.
 */
final class SimulationBenchmark {
    private static final Duration MINUTES = Duration.ofMinutes(10);

    private SimulationBenchmark() {}

    /** Arguments: how often each is measured, how many nodes, how many pods, and how many hours of idleness. */
    public static void main(String[] arguments) {
        run(
                        Integer.parseInt(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]))
                .forEach(figures -> System.out.println(figures.row()));
    }

    static List<Figures> run(int rounds, int nodes, int pods, int hours) {
        var start = new Figures("a fresh cluster of 3 nodes", "ms");
        var fork = new Figures("a fork of it", "ms");
        var heap = new Figures("heap of an idle cluster of 3 nodes", "KB");
        var busy = new Figures("10 minutes of " + nodes + " nodes, " + pods + " pods", "ms");
        var idle = new Figures(hours + " hours of " + nodes + " idle nodes", "ms");
        try (Runtime clock = new LiveRuntime()) {
            for (int round = 0; round < rounds; round++) {
                startAndFork(clock, start, fork);
                running(clock, busy, nodes, pods);
            }
            heap.add(heapOfOne());
            try (Jarbor cluster = start(nodes)) {
                idle.add(time(clock, () -> cluster.time().advance(Duration.ofHours(hours))));
            }
        }
        return List.of(start, fork, heap, busy, idle);
    }

    private static Jarbor start(int nodes) {
        return Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(nodes));
    }

    private static double time(Runtime clock, Runnable work) {
        long begin = clock.nanoTime();
        work.run();
        return (clock.nanoTime() - begin) / 1e6;
    }

    private static void startAndFork(Runtime clock, Figures start, Figures fork) {
        var clusters = new ArrayList<Jarbor>();
        start.add(time(clock, () -> clusters.add(start(3))));
        fork.add(time(clock, () -> clusters.add(clusters.getFirst().fork())));
        clusters.forEach(Jarbor::close);
    }

    private static void running(Runtime clock, Figures busy, int nodes, int pods) {
        try (Jarbor cluster = start(nodes)) {
            var web = new ObjectKey("default", "web");
            cluster.api().create(Deployment.KIND, new Deployment((ObjectValue) Yaml.parse("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web, namespace: default}
                    spec:
                      replicas: %d
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}}
                        spec: {containers: [{name: web, image: "web:1"}]}
                    """.formatted(pods))));
            cluster.time()
                    .until(
                            () -> cluster.api()
                                            .get(Deployment.KIND, web)
                                            .status()
                                            .readyReplicas()
                                    == pods,
                            Duration.ofMinutes(5));
            busy.add(time(clock, () -> cluster.time().advance(MINUTES)));
        }
    }

    private static double heapOfOne() {
        var clusters = new ArrayList<Jarbor>();
        double before = used();
        for (int count = 0; count < 4; count++) {
            clusters.add(start(3));
        }
        double each = (used() - before) / clusters.size();
        clusters.forEach(Jarbor::close);
        return each / 1024;
    }

    private static double used() {
        java.lang.Runtime machine = java.lang.Runtime.getRuntime();
        for (int look = 0; look < 3; look++) {
            System.gc();
        }
        return machine.totalMemory() - machine.freeMemory();
    }
}

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
import java.util.List;

/**
 * What it costs for the time of an embedded cluster to pass, with pods that run and with nothing but nodes.
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
        var busy = new Passing("10 minutes of " + nodes + " nodes, " + pods + " pods");
        var leap = new Passing(hours + " hours of " + nodes + " idle nodes");
        var beats = new Passing("  hour by hour: every sign of life");
        try (Runtime clock = new LiveRuntime()) {
            for (int round = 0; round < rounds; round++) {
                running(clock, busy, nodes, pods);
            }
            try (Jarbor cluster = start(nodes)) {
                leap.measure(clock, () -> cluster.time().advance(Duration.ofHours(hours)));
                beats.measure(clock, () -> hourByHour(cluster, hours));
            }
        }
        return List.of(busy.wall, busy.processor, leap.wall, leap.processor, beats.wall, beats.processor);
    }

    /** Time does not leap over so little (docs/decisions/0046). */
    private static void hourByHour(Jarbor cluster, int hours) {
        for (int hour = 0; hour < hours; hour++) {
            cluster.time().advance(Duration.ofHours(1));
        }
    }

    /**
     * What it costs for time to pass: by the wall, and of the processor, which tells more on a machine with other work. The latter
     * is the whole process's, collection of garbage and compilation included.
     */
    private static final class Passing {
        private final Figures wall;
        private final Figures processor;

        Passing(String name) {
            this.wall = new Figures(name, "ms");
            this.processor = new Figures("  the same, of a processor", "ms");
        }

        void measure(Runtime clock, Runnable work) {
            Duration begin = used();
            wall.add(time(clock, work));
            processor.add(used().minus(begin).toNanos() / 1e6);
        }

        private static Duration used() {
            return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        }
    }

    private static Jarbor start(int nodes) {
        return Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(nodes));
    }

    private static double time(Runtime clock, Runnable work) {
        long begin = clock.nanoTime();
        work.run();
        return (clock.nanoTime() - begin) / 1e6;
    }

    private static void running(Runtime clock, Passing busy, int nodes, int pods) {
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
            busy.measure(clock, () -> cluster.time().advance(MINUTES));
        }
    }
}

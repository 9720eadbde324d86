package dev.jarbor.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code jarbor up} with one simulated node and the memory store, as a process of its own in a folder of its own. */
final class ClusterProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final Process process;
    private final int port;
    private final Path log;

    private ClusterProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * @param command how {@code jarbor} is started, without arguments
     * @param environment what is set in its environment besides our own
     * @param folder where it keeps its files
     */
    static ClusterProcess start(List<String> command, Map<String, String> environment, Path folder) throws IOException {
        int port = freePort();
        var line = new ArrayList<>(command);
        line.addAll(List.of("up", "--nodes", "sim=1", "--port", Integer.toString(port)));
        line.addAll(List.of("--data", folder.resolve("data").toString()));
        line.addAll(List.of("--kubeconfig", folder.resolve("kubeconfig").toString()));
        var builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        Path log = folder.resolve("log");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new ClusterProcess(builder.start(), port, log);
    }

    void awaitReady(Readyz readyz) throws IOException, InterruptedException {
        if (!readyz.await(port, () -> !endsWithin(Duration.ofMillis(5)))) {
            throw new IllegalStateException("not ready: " + Files.readString(log));
        }
    }

    void idle(Duration time) throws IOException {
        if (endsWithin(time)) {
            throw new IllegalStateException("ended while idle: " + Files.readString(log));
        }
    }

    private boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** VmRSS of proc(5). */
    double residentMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Processor time of all its threads so far, user and system. */
    double cpuMilliseconds() {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

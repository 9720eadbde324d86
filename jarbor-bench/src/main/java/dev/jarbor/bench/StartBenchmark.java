package dev.jarbor.bench;

import java.io.IOException;
import java.net.Socket;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How long {@code jarbor up} with one simulated node takes from the start of its process until {@code /readyz} says ok,
 * with and without the ahead-of-time cache, and how much memory it holds idle (VmRSS after the idle time).
 */
public final class StartBenchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path launcher;
    private final HttpClient client;

    private StartBenchmark(Path launcher) throws GeneralSecurityException {
        this.launcher = launcher;
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustEverybody()}, null);
        this.client = HttpClient.newBuilder().sslContext(trusting).build();
    }

    /** Arguments: path of the launcher, number of counted runs, seconds of idleness before memory is read. */
    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments.length > 0 ? arguments[0] : "./jarbor").toAbsolutePath();
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int idleSeconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        var benchmark = new StartBenchmark(launcher);
        benchmark.run("", 0, new Figures("warm-up", "ms"), new Figures("warm-up", "MiB"));
        var cold = new Figures("up until /readyz, no cache", "ms");
        var cached = new Figures("up until /readyz, with AOT cache", "ms");
        var memory = new Figures("idle resident memory, with AOT cache", "MiB");
        for (int run = 0; run < runs; run++) {
            benchmark.run("off", 0, cold, new Figures("unused", ""));
            benchmark.run("", run == 0 ? idleSeconds : 1, cached, memory);
        }
        for (Figures figures : List.of(cold, cached, memory)) {
            System.out.println(figures.row());
        }
    }

    private void run(String cache, int idleSeconds, Figures time, Figures memory)
            throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("jarbor-bench");
        int port = freePort();
        var builder = new ProcessBuilder(
                launcher.toString(),
                "up",
                "--nodes",
                "sim=1",
                "--port",
                Integer.toString(port),
                "--data",
                data.resolve("data").toString(),
                "--kubeconfig",
                data.resolve("kubeconfig").toString());
        builder.environment().put("JARBOR_AOT", cache);
        builder.redirectErrorStream(true).redirectOutput(data.resolve("log").toFile());
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            awaitReady(process, port, data.resolve("log"));
            time.add((System.nanoTime() - start) / 1e6);
            boolean ended = process.waitFor(idleSeconds, TimeUnit.SECONDS);
            if (ended) {
                throw new IllegalStateException("ended while idle: " + Files.readString(data.resolve("log")));
            }
            memory.add(residentMebibytes(process.pid()));
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private void awaitReady(Process process, int port, Path log) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("ended while starting: " + Files.readString(log));
            }
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // nobody listens yet
            }
        }
        throw new IllegalStateException("not ready within " + PATIENCE + ": " + Files.readString(log));
    }

    private static double residentMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The benchmark asks its own child on loopback whether it is ready; whom it trusts does not matter. */
    private static final class TrustEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

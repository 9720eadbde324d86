package dev.jarbor.cli;

import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code jarbor server} as a process that a test may kill, pause and start again, always at the same port. */
final class ServerProcess implements AutoCloseable {
    private static final int LOOKS = 1200;

    private final Path home;
    private final List<String> arguments;
    private Process process;
    private int starts;

    ServerProcess(Path home, int port, String... arguments) throws IOException {
        this.home = home;
        this.arguments = new ArrayList<>(
                List.of("server", "--data", home.resolve("data").toString(), "--secure-port", Integer.toString(port)));
        this.arguments.addAll(List.of(arguments));
        Files.createDirectories(home);
        this.process = launch();
    }

    private Process launch() throws IOException {
        var command = new ArrayList<>(Jarbor.process(home).command());
        command.addAll(1, List.of("-Xmx400m"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log(++starts).toFile())
                .start();
    }

    private Path log(int start) {
        return home.resolve("log" + start);
    }

    /** Waits until it says that it is ready. */
    void awaitReady() throws IOException, InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            boolean ended = process.waitFor(100, TimeUnit.MILLISECONDS);
            if (Files.readString(log(starts)).contains("ready: ")) {
                return;
            }
            if (ended) {
                break;
            }
        }
        throw new AssertionError("it did not get ready:\n" + Files.readString(log(starts)));
    }

    /** The administrator's way in. */
    HttpApi api(Runtime runtime) throws IOException {
        Path access = home.resolve("data").resolve("kubeconfig");
        return new HttpApi(KubeConfig.parse(Files.readString(access)).client(), runtime);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    void restart() throws IOException {
        process = launch();
    }

    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor()
                != 0) {
            throw new AssertionError("cannot send " + signal);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}

package dev.jarbor.node.cri;

import dev.jarbor.node.cri.proto.StatusRequest;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.runtime.Runtime;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A containerd of our own: another one on the machine is not touched and does not touch ours. It runs as a process of its
 * own session, and containers as children of their shims: neither dies with Jarbor, and {@link #start} finds them again.
 */
public final class Containerd implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);

    private final ContainerdSettings settings;
    private final Runtime runtime;
    private final ProcessHandle process;

    private Containerd(ContainerdSettings settings, Runtime runtime, ProcessHandle process) {
        this.settings = settings;
        this.runtime = runtime;
        this.process = process;
    }

    /** Why this machine cannot run containers, in words for people; empty where it can. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("containers need Linux; this is " + System.getProperty("os.name"));
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("containers need root; this is user " + System.getProperty("user.name"));
        }
        for (String program : List.of("containerd", "containerd-shim-runc-v2", "runc", "ctr")) {
            if (Programs.find(program).isEmpty()) {
                return Optional.of("the program " + program + " is not installed");
            }
        }
        return Programs.cniPlugins().isPresent()
                ? Optional.empty()
                : Optional.of("the CNI plugins (host-local, ptp, loopback) are not installed");
    }

    /**
     * Starts containerd, or finds the one that an earlier Jarbor started, and waits until it answers.
     *
     * @throws ContainerRuntimeException naming the end of its log, where it does not come up
     */
    public static Containerd start(ContainerdSettings settings, Runtime runtime) {
        try {
            Optional<ProcessHandle> running = running(settings);
            ProcessHandle process = running.isPresent() ? running.get() : launch(settings);
            var containerd = new Containerd(settings, runtime, process);
            containerd.awaitReady();
            if (running.isEmpty()) {
                containerd.importPause();
            }
            return containerd;
        } catch (IOException failed) {
            throw new ContainerRuntimeException("containerd could not be started: " + failed.getMessage(), failed);
        }
    }

    public Path socket() {
        return socket(settings);
    }

    private static Path socket(ContainerdSettings settings) {
        return settings.run().resolve("containerd.sock");
    }

    private static Path log(ContainerdSettings settings) {
        return settings.data().resolve("containerd.log");
    }

    private static Optional<ProcessHandle> running(ContainerdSettings settings) throws IOException {
        Path file = settings.run().resolve("containerd.pid");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String pid = Files.readString(file).strip();
        Path commandLine = Path.of("/proc", pid, "cmdline");
        boolean ours = pid.matches("[0-9]{1,10}")
                && Files.isReadable(commandLine)
                && Files.readString(commandLine)
                        .contains(configuration(settings).toString());
        return ours ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    }

    private static Path configuration(ContainerdSettings settings) {
        return settings.run().resolve("config.toml");
    }

    private static ProcessHandle launch(ContainerdSettings settings) throws IOException {
        Files.createDirectories(settings.data());
        Files.createDirectories(settings.run());
        Files.createDirectories(settings.cniConfigurations());
        if (socket(settings).toString().getBytes(StandardCharsets.UTF_8).length > 107) {
            throw new IOException(
                    "the path " + socket(settings) + " is too long for a socket; choose a shorter folder");
        }
        Path plugins = Programs.cniPlugins().orElseThrow(() -> new IOException("the CNI plugins are not installed"));
        Files.writeString(
                configuration(settings), ContainerdConfiguration.of(settings, plugins, snapshotter(settings)));
        // a session of its own: the interrupt key of Jarbor's terminal is not meant for it
        List<String> command =
                List.of("setsid", "containerd", "-c", configuration(settings).toString());
        Process process = new ProcessBuilder(
                        Programs.find("setsid").isPresent() ? command : command.subList(1, command.size()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(settings).toFile()))
                .start();
        process.getOutputStream().close();
        Files.writeString(settings.run().resolve("containerd.pid"), Long.toString(process.pid()));
        return process.toHandle();
    }

    private static String snapshotter(ContainerdSettings settings) throws IOException {
        return Files.getFileStore(settings.data()).type().equals("overlay") ? "native" : "overlayfs";
    }

    private void awaitReady() throws IOException {
        Instant limit = runtime.now().plus(READY_LIMIT);
        while (runtime.now().isBefore(limit) && process.isAlive()) {
            if (Files.exists(socket()) && answers()) {
                return;
            }
            Pause.of(POLL, runtime);
        }
        throw new IOException(
                (process.isAlive() ? "it does not answer within " + READY_LIMIT.toSeconds() + " s" : "it ended")
                        + "; its log " + log(settings) + " ends with: " + Programs.end(log(settings)));
    }

    private boolean answers() {
        try (var client = new CriClient(socket())) {
            client.call(CriMethods.STATUS, StatusRequest.getDefaultInstance(), Duration.ofSeconds(2));
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    private void importPause() throws IOException {
        Path archive = settings.run().resolve("pause.tar");
        Files.write(archive, PauseImage.archive());
        try {
            Programs.run(
                    STOP_LIMIT,
                    "ctr",
                    "--address",
                    socket().toString(),
                    "-n",
                    "k8s.io",
                    "images",
                    "import",
                    archive.toString());
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** Leaves containerd and its containers running: a later {@link #start} finds them. */
    @Override
    public void close() {}

    /** Ends containerd; containers that still run go on without it. */
    public void stop() {
        process.destroy();
        try {
            process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            process.destroyForcibly();
        }
        try {
            Files.deleteIfExists(settings.run().resolve("containerd.pid"));
        } catch (IOException left) {
            // a stale file is recognised by its process
        }
    }
}

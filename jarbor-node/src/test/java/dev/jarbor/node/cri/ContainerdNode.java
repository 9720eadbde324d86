package dev.jarbor.node.cri;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.runtime.LiveRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** An agent with real containers of a containerd of its own, on a fake API. */
final class ContainerdNode implements AutoCloseable {
    static final String NAME = "real-node";
    static final String IMAGE = "jarbor.dev/test/busybox:1";
    private static final String SUBNET = "10.213.77.0/24";

    final LiveRuntime runtime = new LiveRuntime();
    final FakeApi api = new FakeApi(runtime);
    final Containerd containerd;
    private final Path folder;
    private CriContainers containers;
    private SharedInformers informers;
    private NodeAgent agent;

    ContainerdNode(Path folder) throws IOException {
        this.folder = folder;
        Path network = Files.createDirectories(folder.resolve("cni"));
        Files.writeString(network.resolve("10-test.conflist"), """
                {"cniVersion":"1.0.0","name":"jarbortest","plugins":[{"type":"ptp","ipMasq":false,"ipam":
                {"type":"host-local","dataDir":"%s","ranges":[[{"subnet":"%s"}]],"routes":[{"dst":"0.0.0.0/0"}]}}]}
                """.formatted(folder.resolve("ipam"), SUBNET));
        var settings = new ContainerdSettings(folder.resolve("data"), folder.resolve("run"), network, List.of());
        this.containerd = Containerd.start(settings, runtime);
        importTestImage();
        startAgent();
    }

    void startAgent() throws IOException {
        containers = new CriContainers(runtime, new CriSettings(containerd.socket(), NAME, "/jarbor-test"));
        informers = new SharedInformers(api, runtime);
        agent = new NodeAgent(
                api,
                informers,
                runtime,
                new ApiEventRecorder(api, runtime, "kubelet", NAME),
                containers,
                Machine.settings(NAME, "127.0.0.1", folder.resolve("node"), List.of("10.43.0.10"), "cluster.local"));
        informers.start();
        agent.start();
    }

    void stopAgent() {
        agent.close();
        informers.close();
        containers.close();
    }

    /** An image with the machine's own statically linked busybox. */
    private void importTestImage() throws IOException {
        byte[] busybox = Files.readAllBytes(Programs.find("busybox").orElseThrow());
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path archive = folder.resolve("busybox.tar");
        Files.write(
                archive,
                OciArchive.of(
                        IMAGE,
                        List.of(new OciArchive.Platform(
                                architecture,
                                "{\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"/bin/busybox\",\"sh\"]}",
                                List.of(
                                        new OciArchive.Entry("bin/busybox", busybox, 0755),
                                        new OciArchive.Entry("bin/sh", busybox, 0755))))));
        Programs.run(
                Duration.ofSeconds(30),
                "ctr",
                "--address",
                containerd.socket().toString(),
                "-n",
                "k8s.io",
                "images",
                "import",
                archive.toString());
    }

    static Container shell(String name, String script) {
        return Container.EMPTY
                .withName(name)
                .withImage(IMAGE)
                .withImagePullPolicy("IfNotPresent")
                .withCommand(List.of("/bin/sh", "-c", script));
    }

    static Pod pod(String name, Container... containers) {
        return Pod.named("shop", name)
                .withSpec(PodSpec.EMPTY
                        .withNodeName(NAME)
                        .withRestartPolicy("Always")
                        .withTerminationGracePeriodSeconds(3)
                        .withEnableServiceLinks(true)
                        .withContainers(List.of(containers)));
    }

    Optional<Pod> find(String name) {
        return api.find(Pod.KIND, new ObjectKey("shop", name));
    }

    boolean isReady(String name) {
        return find(name)
                .filter(pod -> pod.status().conditions().stream()
                        .anyMatch(one ->
                                one.type().equals("Ready") && one.status().equals("True")))
                .isPresent();
    }

    /** Looks again and again until the world is so. */
    boolean within(Duration limit, BooleanSupplier holds) {
        Instant end = runtime.now().plus(limit);
        try {
            while (!holds.getAsBoolean()) {
                if (runtime.now().isAfter(end)) {
                    return false;
                }
                Pause.of(Duration.ofMillis(50), runtime);
            }
            return true;
        } catch (IOException interrupted) {
            throw new UncheckedIOException(interrupted);
        }
    }

    /** What a command in a container printed, and its exit code. */
    record Ran(int exitCode, String output, String errors) {}

    Ran exec(String pod, String input, String... command) throws IOException {
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        var options = new NodeConnection.StreamOptions(!input.isEmpty(), true, true, false);
        int code = agent.connection()
                .exec(
                        new NodeConnection.ContainerRef("shop", pod, "", "main"),
                        List.of(command),
                        options,
                        streams(input, output, errors));
        return new Ran(code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    private static NodeConnection.Streams streams(String input, OutputStream output, OutputStream errors) {
        return streams(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), output, errors);
    }

    private static NodeConnection.Streams streams(InputStream input, OutputStream output, OutputStream errors) {
        return new NodeConnection.Streams() {
            @Override
            public InputStream stdin() {
                return input;
            }

            @Override
            public OutputStream stdout() {
                return output;
            }

            @Override
            public OutputStream stderr() {
                return errors;
            }

            @Override
            public void onResize(NodeConnection.ResizeListener listener) {
                listener.resized(101, 33);
            }
        };
    }

    Ran terminal(String pod, String input, String... command) throws IOException {
        var output = new ByteArrayOutputStream();
        // a person's terminal does not end: it stays open until the command has
        try (var keys = new PipedOutputStream();
                var typed = new PipedInputStream(keys)) {
            keys.write(input.getBytes(StandardCharsets.UTF_8));
            int code = agent.connection()
                    .exec(
                            new NodeConnection.ContainerRef("shop", pod, "", "main"),
                            List.of(command),
                            new NodeConnection.StreamOptions(true, true, false, true),
                            streams(typed, output, output));
            return new Ran(code, output.toString(StandardCharsets.UTF_8), "");
        }
    }

    NodeConnection connection() {
        return agent.connection();
    }

    String logs(String pod, NodeConnection.LogOptions options) throws IOException {
        var sink = new ByteArrayOutputStream();
        agent.connection().logs(new NodeConnection.ContainerRef("shop", pod, "", "main"), options, sink);
        return sink.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        var gone = new CountDownLatch(1);
        agent.drain(gone::countDown);
        within(Duration.ofSeconds(30), () -> gone.getCount() == 0);
        stopAgent();
        containerd.stop();
        runtime.close();
    }
}

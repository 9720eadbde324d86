package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsContainers;
import dev.jarbor.testing.NeedsKubectl;
import dev.jarbor.testing.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster whose process is killed: its containers go on, and the next process looks after them. */
@NeedsContainers
@NeedsKubectl
class ContainersCrashTest {
    private static final String CONTAINER =
            "jsonpath={.metadata.uid} {.status.podIP} {range .status.containerStatuses[*]}{.containerID} {.restartCount}{end}";

    @TempDir
    private Path home;

    @Test
    void containersAreFoundAgainAsTheyWere() throws IOException, InterruptedException {
        try (var registry = TestRegistry.serving(ToolsImage.tar(home), List.of("1"))) {
            Process process = start();
            String before;
            try {
                Kubectl kubectl =
                        new Kubectl(Programs.kubectl(), new DataFolder(home.resolve("data")).kubeconfig(), home);
                kubectl.run(
                                "run",
                                "web",
                                "--image=" + registry.image("1"),
                                "--command",
                                "--",
                                "sh",
                                "-c",
                                "echo kept > /tmp/file; sleep 1000")
                        .ok();
                kubectl.run("wait", "pod/web", "--for=condition=Ready", "--timeout=60s")
                        .ok();
                before = kubectl.run("get", "pod", "web", "-o", CONTAINER).ok();
            } finally {
                process.destroyForcibly().waitFor();
            }

            try (TestCluster again = TestCluster.withContainersOnDisk(home)) {
                Kubectl kubectl = again.kubectl();
                kubectl.run("run", "other", "--image=" + registry.image("1"), "--command", "--", "sleep", "1000")
                        .ok();
                kubectl.run("wait", "pod/other", "--for=condition=Ready", "--timeout=60s")
                        .ok();

                assertThat(kubectl.run("get", "pod", "web", "-o", CONTAINER).ok())
                        .isEqualTo(before)
                        .endsWith(" 0");
                assertThat(kubectl.run("exec", "web", "--", "cat", "/tmp/file").ok())
                        .isEqualTo("kept\n");
                kubectl.run("delete", "pod", "web", "--grace-period=1", "--timeout=60s")
                        .ok();
            }
        }
    }

    /** A process with a cluster, once it says that it is up. */
    private Process start() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("up");
        return process;
    }

    /** What is killed. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            TestCluster.withContainersOnDisk(Path.of(arguments[0]));
            System.out.println("up");
            if (System.in.read() >= 0) {
                throw new IllegalStateException("nobody has anything to say");
            }
        }
    }
}

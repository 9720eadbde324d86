package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsContainers;
import dev.jarbor.testing.NeedsKubectl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that has ended leaves the machine as it found it. */
@NeedsContainers
@NeedsKubectl
class ContainersDownTest {
    @TempDir
    private Path home;

    @Test
    void nothingIsLeftOnTheMachine() throws IOException, InterruptedException {
        Set<String> before = traces();
        try (var registry = TestRegistry.serving(ToolsImage.tar(home), List.of("1"))) {
            var cluster = TestCluster.withContainers(home);
            Kubectl kubectl = cluster.kubectl();
            kubectl.run(
                            "create",
                            "deployment",
                            "web",
                            "--image=" + registry.image("1"),
                            "--replicas=2",
                            "--",
                            "sleep",
                            "1000")
                    .ok();
            kubectl.run("expose", "deployment/web", "--port=80").ok();
            kubectl.run("rollout", "status", "deployment/web", "--timeout=60s").ok();
            assertThat(traces()).hasSizeGreaterThan(before.size());

            cluster.close();
        }

        assertThat(traces()).isEqualTo(before);
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(home.toString());
        // What is on disk is readable and removable: the test's own clean-up is the proof.
    }

    /** Containers, mounts, network, rules and control groups that a cluster makes. */
    private static Set<String> traces() throws IOException, InterruptedException {
        var traces = new TreeSet<String>();
        ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains("/run/jarbor/"))
                .forEach(traces::add);
        Files.readAllLines(Path.of("/proc/mounts")).stream()
                .filter(mount -> mount.contains("jarbor"))
                .forEach(traces::add);
        output("nft", "list", "tables")
                .lines()
                .filter(table -> table.contains("jarbor"))
                .forEach(traces::add);
        output("ip", "-4", "address")
                .lines()
                .filter(line -> line.contains(" 10.42.") || line.contains(" 10.43."))
                .forEach(traces::add);
        output("ip", "route").lines().filter(line -> line.startsWith("10.4")).forEach(traces::add);
        try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
            groups.filter(group -> group.getFileName().toString().equals("jarbor"))
                    .map(Path::toString)
                    .forEach(traces::add);
        }
        return traces;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}

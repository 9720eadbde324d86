package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import dev.jarbor.testing.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jarbor server} as a process of its own, used with kubectl. */
@NeedsKubectl
class ServerRunTest {
    @TempDir
    private Path home;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Starts it and waits until it says that it is ready; returns its address. */
    private String start(String... arguments) throws IOException {
        var command = new ArrayList<>(Jarbor.process(home).command());
        command.addAll(List.of("server", "--data", home.resolve("data").toString(), "--secure-port", "0"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
        var all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            if (line.startsWith("ready: ")) {
                return line.substring("ready: ".length());
            }
        }
        throw new AssertionError("it did not get ready:\n" + all);
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Programs.kubectl().toString()));
        command.addAll(List.of(arguments));
        Path said = Files.createTempFile(home, "kubectl", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said);
    }

    @Test
    void kubectlUsesItByATokenOfTheTokenFile() throws IOException, InterruptedException {
        Path tokens = Files.writeString(home.resolve("tokens.csv"), """
                let-ann-in,ann,1,"ops,dev"
                let-root-in,root,2,system:masters
                """);
        String url = start("--token-auth-file", tokens.toString());
        String[] ann = {"--server", url, "--token", "let-ann-in", "--insecure-skip-tls-verify"};
        String[] root = {"--server", url, "--token", "let-root-in", "--insecure-skip-tls-verify"};

        assertThat(kubectl(with(ann, "auth", "whoami", "-o", "jsonpath={.status.userInfo}")))
                .contains("\"username\":\"ann\"", "\"groups\":[\"ops\",\"dev\",\"system:authenticated\"]");
        assertThat(kubectl(with(ann, "get", "pods"))).contains("User \"ann\" cannot list resource \"pods\"");
        assertThat(kubectl(with(root, "create", "deployment", "web", "--image", "nginx")))
                .contains("deployment.apps/web created");
        assertThat(kubectl(with(
                        root,
                        "wait",
                        "--for=jsonpath={.status.observedGeneration}=1",
                        "--timeout=30s",
                        "deployment/web")))
                .contains("condition met");
        assertThat(kubectl(with(root, "get", "nodes"))).contains("No resources found");
        assertThat(kubectl(with(root, "auth", "can-i", "--list", "--as", "ann")))
                .contains("selfsubjectreviews");
        assertThat(kubectl(
                        "--kubeconfig",
                        home.resolve("data").resolve("kubeconfig").toString(),
                        "get",
                        "--raw",
                        "/readyz"))
                .contains("ok");
    }

    @Test
    void aControllerThatIsLeftOutDoesNothing() throws IOException, InterruptedException {
        Path config = Files.writeString(home.resolve("plane.yaml"), """
                apiVersion: jarbor.dev/v1
                kind: ServerConfiguration
                controllers: ["*", "-deployment-controller"]
                without-scheduler: true
                anonymous-auth: false
                authorization-mode: [RBAC]
                """);
        String url = start("--config", config.toString());
        String access = home.resolve("data").resolve("kubeconfig").toString();

        kubectl("--kubeconfig", access, "create", "deployment", "web", "--image", "nginx");
        assertThat(kubectl("--kubeconfig", access, "create", "serviceaccount", "robot"))
                .contains("serviceaccount/robot created");
        assertThat(kubectl("--kubeconfig", access, "get", "replicasets", "-A")).contains("No resources found");
        assertThat(kubectl("--server", url, "--insecure-skip-tls-verify", "--token", "x", "get", "pods"))
                .contains("Unauthorized");
    }

    private static String[] with(String[] access, String... arguments) {
        var all = new ArrayList<>(List.of(access));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }
}

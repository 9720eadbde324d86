package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl streams to pods and from them. */
@NeedsKubectl
class KubectlStreamsTest {
    private static final Pattern FORWARDING = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static EchoServer echo;

    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.withLocalNode(home);
        echo = EchoServer.start();
        kubectl = cluster.kubectl();
    }

    private static void pod(String name) {
        kubectl.run("run", name, "--image=web:1", "--port=" + echo.port(), "--labels=app=" + name)
                .ok();
        kubectl.run("wait", "pod/" + name, "--for=condition=Ready", "--timeout=60s")
                .ok();
    }

    @Test
    void aLogIsReadAndFollowed() {
        pod("logs");

        assertThat(kubectl.run("logs", "logs").ok()).isEqualTo("first\nsecond\nthird\n");
        assertThat(kubectl.run("logs", "-f", "logs", "--tail=1").ok()).isEqualTo("third\n");
        assertThat(kubectl.run("logs", "-l", "app=logs", "--prefix", "--timestamps", "--tail=1")
                        .ok())
                .matches("\\[pod/logs/logs] \\d{4}-\\d\\d-\\d\\dT\\S+ third\n");
        assertThat(kubectl.run("logs", "logs", "-c", "none").refused())
                .contains("container none is not valid for pod logs");
    }

    @Test
    void aCommandIsRunWithItsStreamsAndItsExitCode() {
        pod("exec");

        assertThat(kubectl.run("exec", "exec", "--", "echo", "hello").ok()).isEqualTo("hello\n");
        assertThat(kubectl.with("a b c", "exec", "-i", "exec", "--", "wc", "-w")
                        .ok()
                        .strip())
                .isEqualTo("3");
        Kubectl.Outcome failed = kubectl.run("exec", "exec", "--", "sh", "-c", "echo oops >&2; exit 7");
        assertThat(failed.code()).isEqualTo(7);
        assertThat(failed.err()).contains("oops\n", "command terminated with exit code 7");
    }

    /** The protocol of older kubectls, which a newer one falls back to. */
    @Test
    void aCommandIsRunOverTheOlderProtocolToo() {
        pod("older");

        assertThat(kubectl.withEnvironment("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false")
                        .run("exec", "older", "--", "echo", "hello")
                        .ok())
                .isEqualTo("hello\n");
    }

    @Test
    void theStreamsOfAContainerAreJoined() throws IOException {
        pod("attach");

        Process attached = kubectl.start("attach", "-i", "attach");
        try (BufferedReader lines = attached.inputReader(StandardCharsets.UTF_8);
                Writer input = attached.outputWriter(StandardCharsets.UTF_8)) {
            Kubectl.lineWith(lines, "attached");
            input.write("knock\n");
            input.flush();
            assertThat(Kubectl.lineWith(lines, "knock")).isEqualTo("knock");
        } finally {
            attached.destroy();
        }
    }

    @Test
    void filesAreCopiedToAPodAndBack() throws IOException {
        pod("copied");
        Path there = Files.createDirectories(home.resolve("there"));
        Path letter = Files.writeString(home.resolve("letter"), "dear pod\n");
        Path back = home.resolve("back");

        kubectl.run("cp", letter.toString(), "copied:" + there.resolve("letter"))
                .ok();
        assertThat(there.resolve("letter")).hasContent("dear pod\n");
        kubectl.run("cp", "copied:" + there.resolve("letter"), back.toString()).ok();
        assertThat(back).hasContent("dear pod\n");
    }

    @Test
    void aPortIsForwardedToAPodAndToAService() throws IOException {
        pod("forward");
        kubectl.run("expose", "pod", "forward", "--port=80", "--target-port=" + echo.port())
                .ok();

        assertThat(forwarded("pod/forward", echo.port())).isEqualTo("you asked for /through");
        assertThat(forwarded("service/forward", 80)).isEqualTo("you asked for /through");
    }

    private static String forwarded(String target, int port) throws IOException {
        Process forward = kubectl.start("port-forward", target, ":" + port);
        try (BufferedReader lines = forward.inputReader(StandardCharsets.UTF_8)) {
            Matcher line = FORWARDING.matcher(Kubectl.lineWith(lines, "Forwarding from 127.0.0.1"));
            assertThat(line.find()).isTrue();
            return Web.get("http://127.0.0.1:" + line.group(1) + "/through");
        } finally {
            forward.destroy();
        }
    }

    @Test
    void aPodAndAServiceAreReachedThroughTheServer() {
        pod("proxied");
        kubectl.run("expose", "pod", "proxied", "--name=proxied", "--port=80", "--target-port=" + echo.port())
                .ok();

        assertThat(kubectl.run("get", "--raw", "/api/v1/namespaces/default/pods/proxied:" + echo.port() + "/proxy/some")
                        .ok())
                .isEqualTo("you asked for /some");
        Eventually.until(
                "the Service has an endpoint",
                () -> kubectl.run("get", "--raw", "/api/v1/namespaces/default/services/proxied:80/proxy/other")
                        .out()
                        .equals("you asked for /other"));
    }

    @Test
    void aPodIsDebuggedByAContainerThatIsAddedAndByACopy() {
        pod("debugged");

        kubectl.run(
                        "debug",
                        "debugged",
                        "--image=busybox",
                        "--container=debugger",
                        "--profile=general",
                        "--",
                        "sleep",
                        "1")
                .ok();
        assertThat(kubectl.run("get", "pod", "debugged", "-o", "jsonpath={.spec.ephemeralContainers[*].name}")
                        .ok())
                .isEqualTo("debugger");
        kubectl.run(
                        "debug",
                        "debugged",
                        "--image=busybox",
                        "--copy-to=copy",
                        "--container=debugger",
                        "--",
                        "sleep",
                        "1")
                .ok();
        assertThat(kubectl.run("get", "pod", "copy", "-o", "jsonpath={.spec.containers[*].name}")
                        .ok())
                .isEqualTo("debugged debugger");
    }
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsContainers;
import dev.jarbor.testing.NeedsKubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One pod on a real node: its processes, what they see, and what happens when they end. */
@NeedsContainers
@NeedsKubectl
class ContainersTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestRegistry registry;

    @AutoClose
    private static TestCluster cluster;

    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        registry = TestRegistry.serving(ToolsImage.tar(home), List.of("1"));
        cluster = TestCluster.withContainers(home);
        kubectl = cluster.kubectl();
    }

    private static void pod(String name, String spec) {
        kubectl.with(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s}
                        spec:
                          terminationGracePeriodSeconds: 1
                        %s
                        """.formatted(
                                name, spec.replace("IMAGE", registry.image("1")).indent(2)),
                        "apply",
                        "-f-")
                .ok();
    }

    private static void ready(String name) {
        kubectl.run("wait", "pod/" + name, "--for=condition=Ready", "--timeout=60s")
                .ok();
    }

    private static String jsonPath(String name, String path) {
        return kubectl.run("get", "pod", name, "-o", "jsonpath={" + path + "}").ok();
    }

    @Test
    void aPodRunsAndItsOutputIsItsLog() {
        pod(
                "talker",
                "containers: [{name: main, image: IMAGE, command: [sh, -c, 'echo hello; echo oops >&2; exec sleep 1000']}]");
        ready("talker");

        assertThat(kubectl.run("logs", "talker").ok()).contains("hello\n").contains("oops\n");
        assertThat(kubectl.run("logs", "talker", "--tail=1", "--timestamps").ok())
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (hello|oops)\n");
        assertThat(kubectl.run("get", "pod", "talker", "-o", "wide").ok()).contains("1/1", "Running", "10.42.0.");
        assertThat(kubectl.run("describe", "pod", "talker").ok())
                .containsPattern("Successfully pulled image|already present on machine")
                .contains("Started container main");
    }

    @Test
    void execCarriesInputOutputAndTheExitCode() {
        pod("worker", "containers: [{name: main, image: IMAGE, command: [sleep, '1000']}]");
        ready("worker");

        assertThat(kubectl.run("exec", "worker", "--", "echo", "hi").ok()).isEqualTo("hi\n");
        assertThat(kubectl.with("a b\nc\n", "exec", "-i", "worker", "--", "wc", "-w")
                        .ok()
                        .strip())
                .isEqualTo("3");
        Kubectl.Outcome failed = kubectl.run("exec", "worker", "--", "sh", "-c", "echo no >&2; exit 7");
        assertThat(failed.code()).isEqualTo(7);
        assertThat(failed.err()).contains("no\n").contains("command terminated with exit code 7");
        assertThat(kubectl.run("exec", "worker", "--", "nothing-like-that").refused())
                .contains("nothing-like-that");
    }

    @Test
    void aContainerSeesItsConfigurationSecretsAndToken() {
        kubectl.run("create", "configmap", "settings", "--from-literal=colour=blue")
                .ok();
        kubectl.run("create", "secret", "generic", "key", "--from-literal=password=s3cret")
                .ok();
        pod("reader", """
                containers:
                - name: main
                  image: IMAGE
                  command: [sleep, '1000']
                  env:
                  - {name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}
                  - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                  - {name: BOTH, value: $(COLOUR)-$(ME)}
                  envFrom: [{secretRef: {name: key}}]
                  volumeMounts:
                  - {name: settings, mountPath: /settings}
                  - {name: key, mountPath: /key}
                  - {name: scratch, mountPath: /scratch}
                volumes:
                - {name: settings, configMap: {name: settings}}
                - {name: key, secret: {secretName: key, defaultMode: 0400}}
                - {name: scratch, emptyDir: {}}
                """);
        ready("reader");

        assertThat(kubectl.run("exec", "reader", "--", "env").ok())
                .contains(
                        "COLOUR=blue\n", "ME=reader\n", "BOTH=blue-reader\n", "password=s3cret\n", "HOSTNAME=reader\n");
        assertThat(kubectl.run("exec", "reader", "--", "cat", "/settings/colour", "/key/password")
                        .ok())
                .isEqualTo("blues3cret");
        assertThat(kubectl.run("exec", "reader", "--", "ls", "-lL", "/key/password")
                        .ok())
                .startsWith("-r--------");
        kubectl.run("exec", "reader", "--", "sh", "-c", "echo kept > /scratch/file")
                .ok();
        assertThat(kubectl.run("exec", "reader", "--", "ls", "/var/run/secrets/kubernetes.io/serviceaccount")
                        .ok())
                .contains("ca.crt", "namespace", "token");
    }

    @Test
    void aPodReachesTheApiWithItsToken() {
        kubectl.run("create", "serviceaccount", "viewer").ok();
        kubectl.run("create", "rolebinding", "viewer", "--clusterrole=view", "--serviceaccount=default:viewer")
                .ok();
        pod("inside", "serviceAccountName: viewer\ncontainers: [{name: main, image: IMAGE, command: [sleep, '1000']}]");
        ready("inside");

        String call = """
                cd /var/run/secrets/kubernetes.io/serviceaccount
                exec curl -sS --cacert ca.crt -H "Authorization: Bearer $(cat token)" https://kubernetes.default""";
        assertThat(kubectl.run("exec", "inside", "--", "sh", "-c", call + "/api/v1/namespaces/default/pods/inside")
                        .ok())
                .contains("\"name\": \"inside\"");
        assertThat(kubectl.run("exec", "inside", "--", "sh", "-c", call + "/api/v1/namespaces/default/secrets")
                        .ok())
                .contains(
                        "secrets is forbidden: User \\\"system:serviceaccount:default:viewer\\\" cannot list resource");
    }

    @Test
    void aPortIsForwarded() throws IOException, InterruptedException {
        pod(
                "page",
                "containers: [{name: main, image: IMAGE, command: [sh, -c, 'echo a page > /www/index.html; exec httpd -f -p 8080 -h /www']}]");
        ready("page");

        Process forward = kubectl.start("port-forward", "pod/page", ":8080");
        try (BufferedReader lines = forward.inputReader(StandardCharsets.UTF_8)) {
            String line = Kubectl.lineWith(lines, "Forwarding from 127.0.0.1:");
            String port = line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) ->.*", "$1");
            assertThat(Web.get("http://127.0.0.1:" + port + "/")).isEqualTo("a page\n");
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    /** Ends the first process of a pod; that takes the one that asks for it along, sometimes before it can say 0. */
    private static void kill(String pod) {
        assertThat(kubectl.run("exec", pod, "--", "kill", "1").code()).isIn(0, 137);
    }

    @Test
    void aContainerThatDiesIsStartedAgainLaterEachTime() {
        pod(
                "mortal",
                "containers: [{name: main, image: IMAGE, command: [sh, -c, 'trap \"exit 3\" TERM; sleep 1000 & wait']}]");
        ready("mortal");

        kill("mortal");
        Eventually.until(
                "it runs again",
                () -> jsonPath("mortal", ".status.containerStatuses[0].restartCount")
                        .equals("1"));
        ready("mortal");
        assertThat(jsonPath("mortal", ".status.containerStatuses[0].lastState.terminated.exitCode"))
                .isEqualTo("3");

        kill("mortal");
        kubectl.run(
                        "wait",
                        "pod/mortal",
                        "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff",
                        "--timeout=30s")
                .ok();
        Eventually.until(
                "it runs once more",
                () -> jsonPath("mortal", ".status.containerStatuses[0].restartCount")
                        .equals("2"));
        var ended = Instant.parse(jsonPath("mortal", ".status.containerStatuses[0].lastState.terminated.finishedAt"));
        var again = Instant.parse(jsonPath("mortal", ".status.containerStatuses[0].state.running.startedAt"));
        assertThat(Duration.between(ended, again)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(15));
        assertThat(kubectl.run("describe", "pod", "mortal").ok()).contains("Back-off restarting failed container main");
    }

    @Test
    void anImageThatDoesNotExistIsSaidToBeMissing() {
        pod("wishful", "containers: [{name: main, image: IMAGEx, command: [sleep, '1000']}]");

        Eventually.until(
                "the pull is given up for now",
                () -> jsonPath("wishful", ".status.containerStatuses[0].state.waiting.reason")
                        .matches("ErrImagePull|ImagePullBackOff"));
        Eventually.until(
                "an event says so",
                () -> kubectl.run("describe", "pod", "wishful")
                        .ok()
                        .contains("Failed to pull image \"" + registry.image("1x") + "\""));
    }

    @Test
    void aPodThatEndsIsCompletedAndKeepsItsLog() {
        pod("brief", "restartPolicy: Never\ncontainers: [{name: main, image: IMAGE, command: [sh, -c, 'echo done']}]");

        kubectl.run("wait", "pod/brief", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
                .ok();
        assertThat(kubectl.run("get", "pod", "brief").ok()).contains("Completed");
        assertThat(kubectl.run("logs", "brief").ok()).isEqualTo("done\n");
        kubectl.run("delete", "pod", "brief", "--timeout=30s").ok();
    }
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsContainers;
import dev.jarbor.testing.NeedsKubectl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of several real pods behind a Service: reached, replaced, rolled and repaired while it is used. */
@NeedsContainers
@NeedsKubectl
class ContainersServiceTest {
    private static final int NODE_PORT = 30_543;
    private static final String SHOP = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: 3
              progressDeadlineSeconds: 600
              strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: web
                    image: IMAGE
                    command: [sh, -c]
                    args:
                    - |
                      echo $VERSION > /www/index.html
                      trap 'exit 0' TERM
                      httpd -f -p 8080 -h /www & wait
                    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                    lifecycle: {preStop: {exec: {command: [sleep, '2']}}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: shop}
            spec:
              type: NodePort
              selector: {app: shop}
              ports: [{port: 80, targetPort: 8080, nodePort: PORT}]
            """;

    @TempDir
    static Path home;

    @AutoClose
    private static TestRegistry registry;

    @AutoClose
    private static TestCluster cluster;

    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        registry = TestRegistry.serving(ToolsImage.tar(home), List.of("1", "2"));
        cluster = TestCluster.withContainers(home);
        kubectl = cluster.kubectl();
    }

    @BeforeEach
    void theShopIsOpen() {
        String manifest = SHOP.replace("IMAGE", registry.image("1")).replace("PORT", Integer.toString(NODE_PORT));
        kubectl.with(manifest, "apply", "-f-").ok();
        rolledOut();
        Eventually.until("its node port answers", () -> answers("http://127.0.0.1:" + NODE_PORT + "/", "1\n"));
    }

    private static void rolledOut() {
        kubectl.run("rollout", "status", "deployment/shop", "--timeout=90s").ok();
    }

    private static boolean answers(String url, String expected) {
        try {
            return Web.get(url).equals(expected);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String clusterUrl() {
        return "http://"
                + kubectl.run("get", "service", "shop", "-o", "jsonpath={.spec.clusterIP}")
                        .ok() + "/";
    }

    @Test
    void aServiceAnswersOnTheHostAndInPodsByName() throws IOException {
        kubectl.run("run", "visitor", "--image=" + registry.image("1"), "--command", "--", "sleep", "1000")
                .ok();
        kubectl.run("wait", "pod/visitor", "--for=condition=Ready", "--timeout=60s")
                .ok();

        assertThat(Web.get(clusterUrl())).isEqualTo("1\n");
        for (String name : List.of("shop", "shop.default", "shop.default.svc.cluster.local")) {
            assertThat(kubectl.run("exec", "visitor", "--", "curl", "-sS", "-m5", "http://" + name + "/")
                            .ok())
                    .isEqualTo("1\n");
        }
        assertThat(kubectl.run("exec", "visitor", "--", "curl", "-sS", "-m5", "http://nobody.default/")
                        .refused())
                .contains("Could not resolve host");
        kubectl.run("delete", "pod", "visitor", "--now", "--timeout=30s").ok();
    }

    @Test
    void aDeletedPodIsReplacedAndNobodyNotices() throws InterruptedException {
        String pod = kubectl.run("get", "pods", "-l", "app=shop", "-o", "name")
                .ok()
                .lines()
                .findFirst()
                .orElseThrow();

        try (Hammer client = Hammer.on(clusterUrl(), cluster.runtime())) {
            kubectl.run("delete", pod, "--timeout=60s").ok();
            rolledOut();
            assertThat(client.failures()).isEmpty();
            assertThat(client.answered()).isGreaterThan(20);
        }
        assertThat(kubectl.run("get", "pods", "-l", "app=shop", "-o", "name").ok())
                .doesNotContain(pod);
    }

    @Test
    void aRollingUpdateLosesNoRequest() throws IOException, InterruptedException {
        try (Hammer client = Hammer.on("http://127.0.0.1:" + NODE_PORT + "/", cluster.runtime());
                Hammer other = Hammer.on(clusterUrl(), cluster.runtime())) {
            kubectl.run("set", "image", "deployment/shop", "web=" + registry.image("2"))
                    .ok();
            rolledOut();
            assertThat(client.failures()).isEmpty();
            assertThat(other.failures()).isEmpty();
            assertThat(client.answered()).isGreaterThan(100);
        }
        Eventually.until("the new pods answer", () -> answers(clusterUrl(), "2\n"));
    }

    @Test
    void aBadImageStopsTheRolloutAndUndoRepairsIt() throws InterruptedException {
        try (Hammer client = Hammer.on(clusterUrl(), cluster.runtime())) {
            kubectl.run("set", "image", "deployment/shop", "web=" + registry.image("none"))
                    .ok();
            Eventually.until(
                    "the new pod waits for its image",
                    () -> kubectl.run("get", "pods", "-l", "app=shop").ok().contains("ImagePull"));
            assertThat(kubectl.run("rollout", "status", "deployment/shop", "--timeout=3s")
                            .refused())
                    .contains("timed out");
            assertThat(kubectl.run("get", "deployment", "shop").ok()).containsPattern("shop +3/3 +1 +3 ");

            kubectl.run("rollout", "undo", "deployment/shop").ok();
            rolledOut();
            assertThat(kubectl.run("get", "deployment", "shop").ok()).containsPattern("shop +3/3 +3 +3 ");
            assertThat(client.failures()).isEmpty();
        }
    }

    @Test
    void aServiceWithoutPodsRefusesAtOnce() {
        kubectl.run("scale", "deployment/shop", "--replicas=0").ok();
        kubectl.run("wait", "pods", "-l", "app=shop", "--for=delete", "--timeout=60s")
                .ok();

        Eventually.until("connections are refused", () -> {
            try {
                Web.get(clusterUrl());
                return false;
            } catch (IOException failure) {
                return String.valueOf(failure.getMessage()).contains("refused");
            }
        });
    }
}

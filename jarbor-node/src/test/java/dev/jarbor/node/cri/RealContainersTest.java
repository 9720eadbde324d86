package dev.jarbor.node.cri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.ConfigMapVolumeSource;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.EmptyDirVolumeSource;
import dev.jarbor.api.core.v1.EnvVar;
import dev.jarbor.api.core.v1.EnvVarSource;
import dev.jarbor.api.core.v1.ExecAction;
import dev.jarbor.api.core.v1.HTTPGetAction;
import dev.jarbor.api.core.v1.ObjectFieldSelector;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Probe;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.core.v1.VolumeMount;
import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.testing.NeedsContainers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with real containers, as people meet it. One containerd serves all tests; each has its own pod. */
@NeedsContainers
class RealContainersTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    static Path folder;

    private static ContainerdNode node;

    @BeforeAll
    static void start() throws IOException {
        node = new ContainerdNode(folder);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static boolean within(BooleanSupplier holds) {
        return node.within(LIMIT, holds);
    }

    private static ContainerStatus status(String pod) {
        return node.find(pod).orElseThrow().status().containerStatuses().stream()
                .findFirst()
                .orElse(ContainerStatus.EMPTY);
    }

    @Test
    void aPodServesItsConfigurationAndIsReachableAtItsAddress() throws IOException {
        node.api.create(ConfigMap.KIND, ConfigMap.named("shop", "pages").withData(Map.of("index.html", "hello\n")));
        Container main = ContainerdNode.shell("main", "exec /bin/busybox httpd -f -p 8080 -h /www")
                .withVolumeMounts(List.of(VolumeMount.EMPTY.withName("pages").withMountPath("/www")))
                .withReadinessProbe(Probe.EMPTY
                        .withHttpGet(HTTPGetAction.EMPTY.withPath("/index.html").withPort(IntOrString.of(8080)))
                        .withPeriodSeconds(1))
                .withLivenessProbe(Probe.EMPTY
                        .withExec(ExecAction.EMPTY.withCommand(List.of("/bin/busybox", "true")))
                        .withPeriodSeconds(1));
        Pod pod = ContainerdNode.pod("web", main);
        node.api.create(
                Pod.KIND,
                pod.withSpec(pod.spec()
                        .withVolumes(List.of(Volume.EMPTY
                                .withName("pages")
                                .withConfigMap(ConfigMapVolumeSource.EMPTY.withName("pages"))))));

        assertThat(within(() -> node.isReady("web"))).as("%s", node.find("web")).isTrue();
        assertThat(status("web").containerID()).startsWith("containerd://");
        String ip = node.find("web").orElseThrow().status().podIP();
        assertThat(ip).startsWith("10.213.77.");
        try (var port = node.connection().portForward("shop", "web", "", 8080)) {
            port.output().write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(port.input().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("200 OK", "hello");
        }
    }

    @Test
    void commandsRunInTheContainerWithInputOutputAndExitCode() throws IOException {
        node.api.create(Pod.KIND, ContainerdNode.pod("shell", ContainerdNode.shell("main", "exec busybox sleep 1000")));
        assertThat(within(() -> node.isReady("shell"))).isTrue();

        var ran = node.exec("shell", "", "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(ran).isEqualTo(new ContainerdNode.Ran(7, "out\n", "err\n"));

        String large = "line of input\n".repeat(20_000);
        assertThat(node.exec("shell", large, "busybox", "cat").output()).isEqualTo(large);

        assertThat(node.exec("shell", "", "busybox", "cat", "/etc/resolv.conf").output())
                .contains("nameserver 10.43.0.10", "search shop.svc.cluster.local svc.cluster.local cluster.local")
                .contains("options ndots:5");
        assertThat(node.exec("shell", "", "busybox", "hostname").output()).isEqualTo("shell\n");
        assertThat(node.exec("shell", "", "busybox", "cat", "/etc/hosts").output())
                .contains("\tshell\n");
        var typed = node.terminal("shell", "busybox stty size; exit 3\n", "sh");
        assertThat(typed.output()).contains("33 101");
        assertThat(typed.exitCode()).isEqualTo(3);
    }

    @Test
    void logsAreReadWholeInPartAndFromTheInstanceBefore() throws IOException {
        Container main = ContainerdNode.shell(
                "main",
                "for i in 1 2 3; do echo run $HOSTNAME line $i; done; echo bad >&2; echo said > /dev/termination-log; exit 4");
        node.api.create(Pod.KIND, ContainerdNode.pod("talker", main));

        assertThat(within(() -> status("talker").restartCount() >= 1
                        && status("talker").state().waiting().reason().equals("CrashLoopBackOff")))
                .as("%s", node.find("talker"))
                .isTrue();

        var last = status("talker").lastState().terminated();
        assertThat(last.exitCode()).isEqualTo(4);
        assertThat(last.reason()).isEqualTo("Error");
        assertThat(last.message()).isEqualTo("said\n");
        assertThat(node.logs("talker", LogOptions.ALL))
                .contains("line 1\n", "line 3\n")
                .contains("bad\n");
        assertThat(node.logs("talker", new LogOptions(false, true, false, 1, -1, "", -1))
                        .lines())
                .hasSize(1);
        assertThat(node.logs("talker", new LogOptions(false, false, true, -1, -1, "", 30)))
                .hasSize(30);
    }

    @Test
    void theContainerSeesItsEnvironmentFieldsAndASharedVolume() throws IOException {
        Container init = ContainerdNode.shell("prepare", "echo prepared > /work/file")
                .withVolumeMounts(List.of(VolumeMount.EMPTY.withName("work").withMountPath("/work")));
        Container main = ContainerdNode.shell("main", "exec busybox sleep 1000")
                .withEnv(List.of(
                        EnvVar.EMPTY
                                .withName("POD_IP")
                                .withValueFrom(EnvVarSource.EMPTY.withFieldRef(
                                        ObjectFieldSelector.EMPTY.withFieldPath("status.podIP"))),
                        EnvVar.EMPTY.withName("GREETING").withValue("from $(POD_IP)")))
                .withVolumeMounts(List.of(VolumeMount.EMPTY
                        .withName("work")
                        .withMountPath("/data/file")
                        .withSubPath("file")));
        Pod pod = ContainerdNode.pod("env", main);
        node.api.create(
                Pod.KIND,
                pod.withSpec(pod.spec()
                        .withInitContainers(List.of(init))
                        .withVolumes(List.of(Volume.EMPTY.withName("work").withEmptyDir(EmptyDirVolumeSource.EMPTY)))));

        assertThat(within(() -> node.isReady("env"))).as("%s", node.find("env")).isTrue();
        String ip = node.find("env").orElseThrow().status().podIP();
        assertThat(node.exec("env", "", "sh", "-c", "echo $GREETING; busybox cat /data/file")
                        .output())
                .isEqualTo("from " + ip + "\nprepared\n");
    }

    @Test
    void aKilledProcessIsRestartedAndADeletedPodIsGoneWithItsContainers() throws IOException {
        node.api.create(
                Pod.KIND,
                ContainerdNode.pod(
                        "mortal",
                        ContainerdNode.shell("main", "trap 'exit 0' TERM; while :; do busybox sleep 0.1; done")));
        assertThat(within(() -> node.isReady("mortal"))).isTrue();

        node.exec("mortal", "", "sh", "-c", "kill -9 -1; kill -TERM 1");
        assertThat(within(() -> status("mortal").restartCount() == 1 && node.isReady("mortal")))
                .isTrue();

        node.api.delete(Pod.KIND, new ObjectKey("shop", "mortal"));
        assertThat(within(() -> node.find("mortal").isEmpty())).isTrue();
    }

    @Test
    void aNewAgentFindsTheContainersOfTheOneBefore() throws IOException {
        node.api.create(
                Pod.KIND, ContainerdNode.pod("lasting", ContainerdNode.shell("main", "exec busybox sleep 1000")));
        assertThat(within(() -> node.isReady("lasting"))).isTrue();
        String id = status("lasting").containerID();

        node.stopAgent();
        node.startAgent();

        assertThat(within(() -> {
                    try {
                        return node.exec("lasting", "", "busybox", "true").exitCode() == 0;
                    } catch (IOException | RuntimeException notYet) {
                        return false;
                    }
                }))
                .isTrue();
        assertThat(status("lasting").containerID()).isEqualTo(id);
        assertThat(status("lasting").restartCount()).isZero();
    }

    @Test
    void anImageThatCannotBePulledSaysWhy() {
        Container main = Container.EMPTY.withName("main").withImage("localhost:1/nope:1");
        node.api.create(Pod.KIND, ContainerdNode.pod("nope", main));

        assertThat(within(() -> status("nope").state().waiting().reason().equals("ErrImagePull")))
                .isTrue();
        assertThat(status("nope").state().waiting().message()).contains("localhost:1/nope:1", "refused");
    }
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsContainers;
import dev.jarbor.testing.NeedsKubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims of the default class on a real node: files that outlive their pods, and go with their claim. */
@NeedsContainers
@NeedsKubectl
class ContainersStorageTest {
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

    private static void apply(String yaml) {
        kubectl.with(yaml.replace("IMAGE", registry.image("1")), "apply", "-f-").ok();
    }

    private static void pod(String name, String command, String mounts, String source) {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}
                  containers:
                  - {name: main, image: IMAGE, command: [sh, -c, "%s"], volumeMounts: [%s]}
                  volumes: [{name: data, persistentVolumeClaim: %s}]
                """.formatted(name, command, mounts, source));
        kubectl.run("wait", "pod/" + name, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
                .ok();
    }

    private static List<Path> folders() throws IOException {
        Path folder = cluster.folder().node().resolve("volumes");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void whatAPodWritesIsThereForTheNextOneAndGoesWithTheClaim() throws IOException {
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        assertThat(kubectl.run("get", "storageclass").ok())
                .contains("local-path (default)", "jarbor.dev/local-path", "WaitForFirstConsumer");
        pod("writer", "echo kept > /data/file", "{name: data, mountPath: /data}", "{claimName: data}");
        assertThat(kubectl.run("get", "pvc", "data").ok()).contains("Bound", "1Gi", "RWO", "local-path");
        kubectl.run("delete", "pod", "writer").ok();
        pod("reader", "cat /all/file", "{name: data, mountPath: /all}", "{claimName: data}");
        assertThat(kubectl.run("logs", "reader").ok()).isEqualTo("kept\n");
        pod(
                "careful",
                "cat /part/file; touch /part/new 2>/dev/null || echo refused",
                "{name: data, mountPath: /part}",
                "{claimName: data, readOnly: true}");
        assertThat(kubectl.run("logs", "careful").ok()).isEqualTo("kept\nrefused\n");

        assertThat(folders()).hasSize(1);
        kubectl.run("delete", "pod", "reader", "careful").ok();
        kubectl.run("delete", "pvc", "data", "--timeout=60s").ok();
        Eventually.until("the folder is gone", () -> folders().isEmpty());
        assertThat(kubectl.run("get", "pv").ok()).doesNotContain("default/data");
    }

    @Test
    void aClaimGrowsAsItsOwnerAsks() {
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: growing}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        pod("first", "echo kept > /data/file", "{name: data, mountPath: /data}", "{claimName: growing}");
        kubectl.run("patch", "pvc", "growing", "-p", "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"3Gi\"}}}}")
                .ok();
        kubectl.run("wait", "pvc/growing", "--for=jsonpath={.status.capacity.storage}=3Gi", "--timeout=60s")
                .ok();
        assertThat(kubectl.run("get", "pv").ok()).contains("3Gi", "default/growing");
        kubectl.run("delete", "pod", "first").ok();
        kubectl.run("delete", "pvc", "growing", "--timeout=60s").ok();
        Eventually.until(
                "the volume is gone", () -> !kubectl.run("get", "pv").ok().contains("growing"));
    }
}

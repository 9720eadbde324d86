package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster in the background through its life: started, given an application, asked about, stopped, removed. */
class UpRunTest {
    private static final String APPLICATION = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: main, image: "web:1"}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, type: NodePort, ports: [{port: 80, nodePort: 30080}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {colour: blue, size: large}
            """;

    @TempDir
    private Path home;

    private Jarbor jarbor = Jarbor.here(Path.of("/"));

    @BeforeEach
    void comeHome() {
        jarbor = Jarbor.here(home);
    }

    @AfterEach
    void stop() {
        jarbor.down();
    }

    private String manifest(String text) throws IOException {
        return Files.writeString(home.resolve("app.yaml"), text).toString();
    }

    @Test
    void anApplicationIsRolledOutAndItsAddressPrinted() throws IOException {
        Jarbor.Outcome up = jarbor.up(manifest(APPLICATION)).ok();

        assertThat(up.err())
                .contains("ready: https://127.0.0.1:", "1 simulated node")
                .contains("deployments.apps/web created", "services/web created", "deployments.apps/web 1/1 ready");
        assertThat(up.out()).contains("service default/web: http://127.0.0.1:30080");
        assertThat(Files.readString(jarbor.kubeconfig())).contains("current-context: jarbor");

        assertThat(jarbor.up(manifest(APPLICATION)).ok().err())
                .contains("already running: https://127.0.0.1:")
                .contains("deployments.apps/web unchanged", "services/web unchanged", "configmaps/settings unchanged");
        Jarbor.Outcome less =
                jarbor.up(manifest(APPLICATION.replace(", size: large", ""))).ok();
        assertThat(less.err()).contains("configmaps/settings configured");

        String complaint = jarbor.up(manifest(APPLICATION.replace("nodePort: 30080", "nodePort: 80")))
                .refused();
        assertThat(complaint).contains("Service \"web\"", "spec.ports[0].nodePort", "30000-32767");
    }

    @Test
    void nodesComeForPodsThatFindNoRoomWhereAGroupMayGrow() throws IOException {
        String wide = APPLICATION.replace("image: \"web:1\"", "image: \"web:1\", resources: {requests: {cpu: '12'}}");
        Jarbor.Outcome up = jarbor.up(manifest(wide), "--node-group", "0:2:large,cpu=16,memory=64Gi,zone=a")
                .ok();

        assertThat(up.err())
                .contains("1 simulated node and those of large (0 to 2)")
                .contains("deployments.apps/web 1/1 ready");
        assertThat(jarbor.run("status").ok().out()).contains("those of large (0 to 2)");
    }

    @Test
    void aClusterThatIsStartedAgainHasItsObjectsAndABackupBringsThemBack() throws IOException {
        jarbor.up(manifest(APPLICATION)).ok();
        String backup = home.resolve("backup").toString();
        assertThat(jarbor.run("backup", backup).ok().out()).contains("whole: " + backup + " has ");
        jarbor.down();

        assertThat(jarbor.up(manifest(APPLICATION)).ok().err())
                .contains("deployments.apps/web unchanged", "configmaps/settings unchanged");
        jarbor.up(manifest(APPLICATION.replace(", size: large", ""))).ok();
        assertThat(jarbor.run("restore", backup).refused()).contains("another process has the store in ");
        jarbor.down();

        assertThat(jarbor.run("restore", backup).ok().out()).contains("restored: ", " objects, as revision 1000");
        assertThat(jarbor.up(manifest(APPLICATION)).ok().err()).contains("configmaps/settings unchanged");
    }

    @Test
    void secretsAreSealedOnDiskWhereAConfigurationSaysSo() throws IOException {
        String encryption =
                Files.writeString(home.resolve("encryption.yaml"), """
                        apiVersion: apiserver.config.k8s.io/v1
                        kind: EncryptionConfiguration
                        resources:
                        - resources: [secrets]
                          providers:
                          - secretbox: {keys: [{name: k, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}
                        """).toString();
        String secret = manifest("""
                apiVersion: v1
                kind: Secret
                metadata: {name: hidden}
                data: {word: bm9ib2R5LXJlYWRzLXRoaXM=}
                """);
        jarbor.up(secret, "--encryption-provider-config", encryption).ok();
        jarbor.down();
        var written = new StringBuilder();
        try (Stream<Path> files = Files.list(jarbor.data().resolve("store"))) {
            for (Path file : files.toList()) {
                written.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(written.toString())
                .contains("k8s:enc:secretbox:v1:k:")
                .doesNotContain("bm9ib2R5LXJlYWRzLXRoaXM", "nobody-reads-this");

        assertThat(jarbor.up(
                                "--encryption-provider-config",
                                home.resolve("none").toString())
                        .err())
                .contains("encryption-provider-config");
        assertThat(jarbor.up(secret, "--encryption-provider-config", encryption)
                        .ok()
                        .err())
                .contains("secrets/hidden unchanged");
    }

    @Test
    void aClusterIsAskedAboutAndRemoved() throws IOException {
        jarbor.up().ok();

        ObjectValue report = Json.object(jarbor.run("status", "-o", "json").ok().out());
        assertThat(report.bool("running")).isTrue();
        assertThat(report.string("url")).startsWith("https://127.0.0.1:");
        assertThat(report.string("nodes")).isEqualTo("1 simulated node");
        assertThat(ProcessHandle.of(report.integer("pid"))).isPresent();
        assertThat(jarbor.run("kubeconfig").ok().out()).contains("client-certificate-data", report.string("url"));

        // A process, because it reads from the environment which kubeconfig to clean.
        Jarbor apart = Jarbor.process(home);
        assertThat(apart.run("reset"))
                .satisfies(outcome -> assertThat(outcome.code()).isEqualTo(1))
                .satisfies(outcome -> assertThat(outcome.err()).contains("not reset"));
        assertThat(apart.run("reset", "--yes").ok().out())
                .contains("nothing of the cluster in " + jarbor.data() + " is left");
        assertThat(jarbor.data()).doesNotExist();
        assertThat(Files.readString(jarbor.kubeconfig())).doesNotContain("jarbor");
        assertThat(ProcessHandle.of(report.integer("pid"))).isEmpty();
    }

    @Test
    void aClusterThatWasStoppedIsStartedAgainWithTheSameAuthority() throws IOException {
        jarbor.up().ok();
        String authority = Files.readString(jarbor.data().resolve("pki").resolve("ca.crt"));
        assertThat(jarbor.down().ok().out()).contains("stopped: the cluster in " + jarbor.data());

        jarbor.up().ok();
        assertThat(Files.readString(jarbor.data().resolve("pki").resolve("ca.crt")))
                .isEqualTo(authority);
    }

    @Test
    void aRefusedManifestIsTakenBackWhole() throws IOException {
        String complaint = jarbor.up(
                        manifest(APPLICATION + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name}\n"))
                .refused();

        assertThat(complaint)
                .contains("ConfigMap \"Not_A_Name\"", "metadata.name", "removed again what had been created");
    }

    @Test
    void anOrdinaryUserGetsSimulatedNodesAndIsToldWhy() throws IOException {
        Jarbor ordinary = Jarbor.ofOrdinaryUser(home);

        assertThat(ordinary.up("--nodes", "auto", manifest(APPLICATION)).ok().err())
                .contains("1 simulated node")
                .contains("root");
        assertThat(ordinary.up(
                                "--nodes",
                                "containerd",
                                "--data",
                                home.resolve("other").toString())
                        .refused())
                .contains("real containers need root", "--nodes sim=1");
        ordinary.down().ok();
    }
}

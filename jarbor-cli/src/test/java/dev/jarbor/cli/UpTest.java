package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code jarbor up} refuses: one line with cause and remedy, exit code 1 or 2, and nothing half-made left behind. */
class UpTest {
    @TempDir
    private Path home;

    private Jarbor jarbor = Jarbor.here(Path.of("/"));

    @BeforeEach
    void comeHome() {
        jarbor = Jarbor.here(home);
    }

    @AfterEach
    void nothingRuns() {
        assertThat(jarbor.run("status").code()).isEqualTo(1);
    }

    private String manifest(String text) throws IOException {
        return Files.writeString(home.resolve("app.yaml"), text).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    up --nodes three            | --nodes three: expected auto, containerd, sim=N or none
                    up --nodes sim=0            | --nodes sim=0: between 1 and 10000 nodes can be simulated
                    up --port 70000             | --port 70000: a port is between 0 and 65535
                    up --timeout 0              | --timeout 0: at least 1 second
                    up --node-group large       | --node-group large: expected MIN:MAX:NAME
                    up --node-group 3:2:large   | --node-group 3:2:large: a group has at least one node at most
                    up --node-group 0:2:node    | --node-group 0:2:node: nodes of other kinds have that name
                    up --node-group 0:2:a,cpu=x | --node-group 0:2:a,cpu=x: "x" is no amount such as 16 or 64Gi
                    up --node-group 0:2:a,gpu=1 | --node-group 0:2:a,gpu=1: expected MIN:MAX:NAME
                    up --node-group 0:2:a --node-group 0:1:a | --node-group 0:1:a: there are two groups of that name
                    up --node-group 0:2:a       | --node-group: its nodes are simulated; give --nodes sim=N, or none
                    up --expander price         | --expander price: expected least-waste, most-pods or random
                    up nowhere.yaml             | nowhere.yaml: no such file or folder
                    """)
    void anOptionThatMakesNoSenseIsRefused(String commandLine, String complaint) {
        assertThat(jarbor.run(commandLine.split(" ", -1)).refused()).contains(complaint);
        assertThat(jarbor.data()).doesNotExist();
    }

    @Test
    void anUnknownOptionIsAWrongCommandLine() {
        assertThat(jarbor.run("up", "--nodse", "auto"))
                .satisfies(outcome -> assertThat(outcome.code()).isEqualTo(2))
                .satisfies(outcome -> assertThat(outcome.err()).contains("Unknown option: '--nodse'"));
    }

    @Test
    void aBrokenManifestIsNamedWithItsLine() throws IOException {
        String file = manifest("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [a\n");

        assertThat(jarbor.up(file).refused()).contains(file + ":");
        assertThat(jarbor.data()).doesNotExist();
    }

    @Test
    void aMisspeltFieldIsNamedWithItsPath() throws IOException {
        String file = manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndate: {a: b}\n");

        assertThat(jarbor.up(file).refused())
                .contains(file + ": ConfigMap \"a\": unknown field \"date\"", "kubectl explain configmaps");
        assertThat(jarbor.data()).doesNotExist();
    }

    @Test
    void aValueOfTheWrongTypeIsRefusedBeforeAnythingStarts() throws IOException {
        String file = manifest("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: many}]}\n");

        assertThat(jarbor.up(file).refused())
                .contains(file + ": Service \"a\":", "cannot unmarshal string", "spec.ports.port of type int32");
        assertThat(jarbor.data()).doesNotExist();
    }

    @Test
    void anUnknownKindIsRefused() throws IOException {
        String file = manifest("apiVersion: v1\nkind: Gizmo\nmetadata: {name: a}\n");

        assertThat(jarbor.up(file).refused()).contains("no kind Gizmo in v1", "kubectl api-resources");
    }

    @Test
    void aFolderWithoutManifestsIsRefused() throws IOException {
        Path folder = Files.createDirectory(home.resolve("empty"));

        assertThat(jarbor.up(folder.toString()).refused()).contains("no *.yaml, *.yml or *.json file in this folder");
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(jarbor.up("--port", port).refused()).contains("port " + port + " is in use", "--port N");
        }
        assertThat(jarbor.kubeconfig()).doesNotExist();
    }

    @Test
    void aFolderOfAnotherFormatIsRefused() throws IOException {
        Files.createDirectory(jarbor.data());
        Files.writeString(jarbor.data().resolve("format"), "99\n");

        assertThat(jarbor.up().refused()).contains("has format 99, this Jarbor reads format 1", "another --data");
    }

    @Test
    void aFolderOfSomebodyElseIsRefusedAndLeftAlone() throws IOException {
        Path diary = Files.writeString(Files.createDirectory(jarbor.data()).resolve("diary.txt"), "dear diary");

        assertThat(jarbor.up().refused()).contains("is not empty and not a Jarbor folder (it holds diary.txt)");
        assertThat(Jarbor.process(home).run("reset", "--yes").ok().out()).contains("nothing to reset");
        assertThat(diary).hasContent("dear diary");
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefused() throws IOException {
        Files.writeString(jarbor.data(), "");

        assertThat(jarbor.up().refused()).contains(jarbor.data().toString(), "use --data with a folder");
    }

    @Test
    void aFolderThatCannotBeWrittenIsRefused() throws IOException {
        Path locked = Files.createDirectory(home.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        Jarbor ordinary = Jarbor.ofOrdinaryUser(home);

        assertThat(ordinary.up("--data", locked.resolve("data").toString()).refused())
                .contains("no permission to write", "use --data with a folder of yours");
    }

    @Test
    void downAndStatusOfNothingSaySo() {
        assertThat(jarbor.down().ok().out()).contains("not running: no cluster runs in " + jarbor.data());
        Jarbor.Outcome status = jarbor.run("status", "-o", "json");
        assertThat(status.code()).isEqualTo(1);
        ObjectValue report = Json.object(status.out());
        assertThat(report.bool("running")).isFalse();
        assertThat(report.string("data")).isEqualTo(jarbor.data().toString());
    }
}

package dev.jarbor.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.client.http.ClientConfig.Credential;
import dev.jarbor.client.http.ClientConfig.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeConfigTest {
    private static final String FILE = """
            apiVersion: v1
            kind: Config
            current-context: dev
            preferences: {colors: true}
            x-tool: kept
            clusters:
            - name: dev
              cluster:
                server: https://dev.example:6443
                certificate-authority: ca.pem
                extensions: [{name: minikube, extension: {version: v1}}]
            - name: loose
              cluster: {server: https://loose.example, insecure-skip-tls-verify: true}
            users:
            - name: ada
              user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
            - name: robot
              user: {token: secret}
            - name: exec
              user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}
            - name: half
              user: {client-certificate-data: Q0VSVA==}
            contexts:
            - name: dev
              context: {cluster: dev, user: ada, namespace: shop}
            - name: robot
              context: {cluster: dev, user: robot}
            - name: exec
              context: {cluster: dev, user: exec}
            - name: half
              context: {cluster: dev, user: half}
            - name: loose
              context: {cluster: loose}
            - name: broken
              context: {cluster: nowhere, user: ada}
            """;

    @TempDir
    private Path folder;

    private KubeConfigFile file(String name, String text) throws IOException {
        return new KubeConfigFile(Files.writeString(folder.resolve(name), text));
    }

    private KubeConfig config() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "CA");
        return file("config", FILE).read();
    }

    @Test
    void theCurrentContextSaysWhereAndAsWhom() throws IOException {
        ClientConfig client = config().client("");
        assertThat(client.server()).isEqualTo(URI.create("https://dev.example:6443"));
        assertThat(client.trust()).isEqualTo(new Trust.Authorities("CA"));
        assertThat(client.credential()).isEqualTo(new Credential.Certificate("CERT", "KEY"));
        assertThat(config().namespace("")).isEqualTo("shop");
    }

    @Test
    void anotherContextCanBeNamed() throws IOException {
        assertThat(config().client("robot").credential()).isEqualTo(new Credential.Token("secret"));
        assertThat(config().namespace("robot")).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec | user \"exec\" of the kubeconfig uses exec, which Jarbor's client does not support; a token or a client certificate works",
                "half | user \"half\" of the kubeconfig has a client certificate but no client key",
                "broken | the kubeconfig has no cluster \"nowhere\"; it has [dev, loose]",
                "other | the kubeconfig has no context \"other\"; it has [dev, robot, exec, half, loose, broken]",
                "loose | cluster \"loose\" of the kubeconfig asks not to verify the server (insecure-skip-tls-verify): give it a certificate-authority, or allow this explicitly"
            })
    void whatCannotBeUsedIsRefusedInWords(String context, String message) throws IOException {
        KubeConfig config = config();
        assertThatThrownBy(() -> config.client(context)).hasMessage(message);
    }

    @Test
    void aServerIsNotVerifiedOnlyWhereThatIsAllowed() throws IOException {
        assertThat(config().client("loose", KubeConfig.Verification.AS_CONFIGURED)
                        .trust())
                .isEqualTo(new Trust.Anybody());
    }

    @Test
    void ofSeveralFilesTheEarlierCountsAndPathsStartFromTheirOwnFolder() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("ca.pem"), "OTHER");
        Files.writeString(other.resolve("config"), FILE.replace("dev.example", "other.example"));
        KubeConfigFile first = file("first", """
                current-context: ""
                contexts: [{name: dev, context: {cluster: dev, user: robot}}]
                users: []
                """);
        KubeConfig merged = KubeConfigFile.read(List.of(
                new KubeConfigFile(folder.resolve("missing")), first, new KubeConfigFile(other.resolve("config"))));
        assertThat(merged.currentContext()).isEqualTo("dev");
        ClientConfig client = merged.client("");
        assertThat(client.server()).isEqualTo(URI.create("https://other.example:6443"));
        assertThat(client.trust()).isEqualTo(new Trust.Authorities("OTHER"));
        assertThat(client.credential()).isEqualTo(new Credential.Token("secret"));
    }

    @Test
    void aChangeKeepsWhatItDoesNotKnow() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "CA");
        KubeConfigFile file = file("config", FILE);
        file.change(before -> before.withCluster("jarbor", URI.create("https://127.0.0.1:6443"), "CA2", "CERT2", "KEY2")
                .withCurrentContext("jarbor"));
        KubeConfig after = file.read();
        assertThat(after.client("").credential()).isEqualTo(new Credential.Certificate("CERT2", "KEY2"));
        assertThat(after.client("dev").server()).isEqualTo(URI.create("https://dev.example:6443"));
        assertThat(after.value().string("x-tool")).isEqualTo("kept");
        assertThat(Files.readString(file.path())).contains("version: v1", "colors: true");
        file.change(before -> before.without("jarbor"));
        assertThat(file.read()).isEqualTo(new KubeConfig(config().value().with("current-context", ""), folder));
    }

    @Test
    void aClustersOwnFileIsMergedIntoTheUsersAndTakenOutAgain() throws IOException {
        KubeConfigFile file = file("config", FILE);
        KubeConfig own = KubeConfig.empty(folder)
                .withCluster("jarbor", URI.create("https://127.0.0.1:6443"), "CA", "CERT", "KEY")
                .withCurrentContext("jarbor");
        KubeConfig.merge(file.path(), KubeConfig.parse(Yaml.text(own.value())));
        KubeConfig.merge(file.path(), own);
        assertThat(file.read().contexts()).endsWith("broken", "jarbor").doesNotHaveDuplicates();
        assertThat(file.read().client().server()).isEqualTo(URI.create("https://127.0.0.1:6443"));
        KubeConfig.removeContext(file.path(), "jarbor");
        assertThat(file.read().contexts()).endsWith("broken");
        KubeConfig.removeContext(folder.resolve("missing"), "jarbor");
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    @Test
    void aNewFileIsForItsOwnerOnlyAndNothingElseIsLeft() throws IOException {
        var file = new KubeConfigFile(folder.resolve("home").resolve(".kube").resolve("config"));
        file.change(before -> before.withCluster("jarbor", URI.create("https://127.0.0.1:6443"), "CA", "CERT", "KEY"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(file.path().resolveSibling(""))) {
            assertThat(left).containsExactly(file.path());
        }
    }

    @Test
    void aChangeGoesThroughALinkAndKeepsTheFilesPermissions() throws IOException {
        KubeConfigFile file = file("real", FILE);
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file.path());
        new KubeConfigFile(link).change(before -> before.withCurrentContext("robot"));
        assertThat(link).isSymbolicLink();
        assertThat(file.read().currentContext()).isEqualTo("robot");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aFileThatSomebodyElseChangesIsNotTouched() throws IOException {
        KubeConfigFile file = file("config", FILE);
        Files.createFile(folder.resolve("config.lock"));
        assertThatThrownBy(() -> file.change(before -> before.withCurrentContext("robot")))
                .hasMessageContaining("is being changed by another program")
                .hasMessageContaining("config.lock");
        assertThat(Files.readString(file.path())).isEqualTo(FILE);
    }

    @Test
    void aChangeThatFailsLeavesTheFileAndNoLock() throws IOException {
        KubeConfigFile file = file("config", FILE);
        assertThatThrownBy(() -> file.change(before -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(Files.readString(file.path())).isEqualTo(FILE);
        assertThat(folder.resolve("config.lock")).doesNotExist();
    }

    @Test
    void aMalformedFileIsRefusedWithItsPlace() throws IOException {
        KubeConfigFile file = file("config", "clusters: [\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file.path().toString());
        assertThatThrownBy(() -> file("other", "- a\n").read()).hasMessageContaining("must hold one YAML object");
    }

    @Test
    void aUsersFilesAreThoseOfTheEnvironmentElseTheOneAtHome() throws IOException {
        Path home = Path.of("/home/ada");
        assertThat(KubeConfigFile.ofUser(Map.of(), home))
                .containsExactly(new KubeConfigFile(home.resolve(".kube/config")));
        Path existing = Files.createFile(folder.resolve("b"));
        var files = KubeConfigFile.ofUser(Map.of("KUBECONFIG", folder.resolve("a") + ":" + existing + "::"), home);
        assertThat(files).extracting(KubeConfigFile::path).containsExactly(folder.resolve("a"), existing);
        assertThat(KubeConfigFile.toWrite(files).path()).isEqualTo(existing);
    }

    @Test
    void secretsAreNotPrinted() throws IOException {
        assertThat(config().toString()).doesNotContain("secret", "S0VZ");
    }
}

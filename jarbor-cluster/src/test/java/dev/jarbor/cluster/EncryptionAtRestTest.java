package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.cluster.options.WrongOption;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.http.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --encryption-provider-config}, and what becomes of changes of its file. */
class EncryptionAtRestTest {
    private static final byte[] PLAIN = "{\"kind\":\"Secret\"}".getBytes(StandardCharsets.UTF_8);
    private static final String PLACE = "/registry/secrets/default/a";
    private static final String HEAD = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
            + "resources:\n- resources: [secrets]\n  providers:\n";
    private static final String PLAINLY = HEAD + "  - identity: {}\n";
    private static final String SEALED = HEAD
            + "  - secretbox: {keys: [{name: k, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n"
            + "  - identity: {}\n";

    @TempDir
    private Path folder;

    private final SimulatedRuntime world = new SimulatedRuntime(1);

    private EncryptionAtRest open(Path file, boolean followed) {
        var flags = new TreeMap<String, List<String>>(Map.of("encryption-provider-config", List.of(file.toString())));
        if (followed) {
            flags.put("encryption-provider-config-automatic-reload", List.of("true"));
        }
        return EncryptionAtRest.open(
                PlaneSettings.of(OptionValues.ofFlags(flags)).encryption(), world);
    }

    private static String sealed(EncryptionAtRest sealing) {
        return new String(sealing.seal("secrets", PLACE, PLAIN), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aChangedConfigurationIsTakenUpAndWhatWasWrittenBeforeIsStale() throws IOException {
        Path file = Files.writeString(folder.resolve("encryption.yaml"), PLAINLY);
        try (EncryptionAtRest sealing = open(file, true)) {
            assertThat(sealed(sealing)).contains("Secret");
            Files.writeString(file, SEALED);
            world.advance(Duration.ofSeconds(61));

            assertThat(sealed(sealing)).startsWith("k8s:enc:secretbox:v1:k:");
            assertThat(sealing.open("secrets", PLACE, PLAIN).stale()).isTrue();
            Files.writeString(file, SEALED.replace("secretbox", "secretboxx"));
            world.advance(Duration.ofSeconds(61));
            assertThat(sealed(sealing)).startsWith("k8s:enc:secretbox:v1:k:");
        }
    }

    @Test
    void aPluginThatDoesNotAnswerIsNotTakenUp() throws IOException {
        Path file = Files.writeString(folder.resolve("encryption.yaml"), SEALED);
        try (EncryptionAtRest sealing = open(file, true)) {
            Files.writeString(
                    file,
                    HEAD + "  - kms: {apiVersion: v2, name: vault, timeout: 50ms, endpoint: 'unix://"
                            + folder.resolve("kms.sock") + "'}\n");
            world.advance(Duration.ofSeconds(61));

            assertThat(sealed(sealing)).startsWith("k8s:enc:secretbox:v1:k:");
            assertThat(sealing.checks()).hasSize(1);
        }
    }

    @Test
    void theHealthOfPluginsIsACheckOfTheServers() throws IOException {
        Path file = Files.writeString(
                folder.resolve("encryption.yaml"),
                HEAD + "  - kms: {apiVersion: v2, name: vault, timeout: 50ms, endpoint: 'unix://"
                        + folder.resolve("kms.sock") + "'}\n");
        try (EncryptionAtRest sealing = open(file, false)) {
            Health.Check check = sealing.checks().getFirst();

            assertThat(check.name()).isEqualTo("kms-providers");
            assertThat(check.live()).isTrue();
            assertThat(check.objection().get())
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith(
                                    "failed to perform status section of the healthz check for KMS Provider vault"));
        }
        try (EncryptionAtRest sealing = open(Files.writeString(file, SEALED), false)) {
            assertThat(sealing.checks()).isEmpty();
        }
    }

    @Test
    void aConfigurationThatCannotWorkStopsTheStart() throws IOException {
        Path file = Files.writeString(folder.resolve("encryption.yaml"), SEALED.replace("AAEC", ""));

        assertThatThrownBy(() -> open(file, false))
                .isInstanceOf(WrongOption.class)
                .hasMessageContaining("secret is not of the expected length, got 29, expected one of [32]");
        assertThatThrownBy(() -> PlaneSettings.of(
                        OptionValues.ofFlags(Map.of("encryption-provider-config-automatic-reload", List.of("true")))))
                .isInstanceOf(WrongOption.class)
                .hasMessageContaining("means nothing without --encryption-provider-config");
    }
}

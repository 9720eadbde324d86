package dev.jarbor.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.sealing.EncryptionConfiguration;
import dev.jarbor.store.sealing.EncryptionProviders;
import dev.jarbor.store.sealing.SealedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encryption at rest with a plugin that is really served over gRPC on a Unix socket. */
class KmsPluginTest {
    private static final byte[] PLAIN = "{\"kind\":\"Secret\"}".getBytes(StandardCharsets.UTF_8);
    private static final String PLACE = "/registry/secrets/default/a";

    @TempDir
    private Path folder;

    private final SimulatedRuntime world = new SimulatedRuntime(1);

    private Path socket() {
        return folder.resolve("kms.sock");
    }

    private EncryptionProviders open() {
        return EncryptionConfiguration.of(Json.object(
                        "{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"EncryptionConfiguration\",\"resources\":[{\"resources\":[\"secrets\"],\"providers\":[{\"kms\":{\"apiVersion\":\"v2\",\"name\":\"vault\",\"endpoint\":\"unix://"
                                + socket() + "\"}}]}]}"))
                .open(KmsPlugin::new, world);
    }

    @Test
    void secretsAreSealedWithAKeyThatThePluginHasWrapped() throws IOException {
        try (var plugin = new ServedPlugin(socket());
                EncryptionProviders writer = open();
                EncryptionProviders reader = open()) {
            byte[] sealed = writer.seal("secrets", PLACE, PLAIN);

            assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                    .startsWith("k8s:enc:kms:v2:vault:")
                    .doesNotContain("Secret");
            assertThat(reader.open("secrets", PLACE, sealed).plain()).isEqualTo(PLAIN);
            assertThat(reader.open("secrets", PLACE, sealed).stale()).isFalse();
            assertThat(plugin.calls).as("a wrapping each, and one unwrapping").hasValue(3);
            assertThat(writer.objection()).isEmpty();
        }
    }

    @Test
    void aNewKeyOfThePluginIsTakenUp() throws IOException {
        try (var plugin = new ServedPlugin(socket());
                EncryptionProviders sealing = open()) {
            byte[] before = sealing.seal("secrets", PLACE, PLAIN);
            plugin.useKey("key-2");
            world.advance(Duration.ofSeconds(61));

            assertThat(new String(sealing.seal("secrets", PLACE, PLAIN), StandardCharsets.ISO_8859_1))
                    .contains("key-2");
            assertThat(sealing.open("secrets", PLACE, before).plain()).isEqualTo(PLAIN);
            assertThat(sealing.open("secrets", PLACE, before).stale()).isTrue();
        }
    }

    @Test
    void withoutThePluginNothingIsSealedAndTheReasonIsNamed() throws IOException {
        try (EncryptionProviders sealing = open()) {
            assertThatThrownBy(() -> sealing.seal("secrets", PLACE, PLAIN)).isInstanceOf(SealedException.class);
            assertThat(sealing.objection())
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith("failed to perform status section of the healthz check for KMS Provider vault,"
                                    + " error: rpc error: code = DeadlineExceeded desc = context deadline exceeded"));

            try (var plugin = new ServedPlugin(socket())) {
                world.advance(Duration.ofSeconds(11));

                assertThat(sealing.seal("secrets", PLACE, PLAIN)).isNotEmpty();
                assertThat(sealing.objection()).isEmpty();
                assertThat(plugin.calls).hasValue(1);
            }
        }
    }

    @Test
    void whatThePluginDoesNotKnowIsNotOpened() throws IOException {
        byte[] foreign;
        try (var other = new ServedPlugin(folder.resolve("kms.sock"));
                EncryptionProviders sealing = open()) {
            foreign = sealing.seal("secrets", PLACE, PLAIN);
            assertThat(other.calls).hasValue(1);
        }
        Files.deleteIfExists(socket());
        try (var plugin = new ServedPlugin(socket());
                EncryptionProviders sealing = open()) {
            assertThatThrownBy(() -> sealing.open("secrets", PLACE, foreign))
                    .hasMessage(
                            "unable to transform key \"" + PLACE + "\": failed to decrypt DEK, error: rpc error: code ="
                                    + " InvalidArgument desc = that is not of mine");
            assertThat(plugin.calls).hasValue(2);
        }
    }
}

package dev.jarbor.store.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Encryption at rest: chosen resources, keys that are rotated, and what was changed or moved. */
class EncryptionConfigurationTest {
    private static final byte[] PLAIN = "{\"kind\":\"Secret\"}".getBytes(StandardCharsets.UTF_8);
    private static final String PLACE = "/registry/secrets/default/a";
    private static final String OLD = "{\"name\":\"old\",\"secret\":\"" + key(1) + "\"}";
    private static final String NEW = "{\"name\":\"new\",\"secret\":\"" + key(2) + "\"}";

    private static String key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return Base64.getEncoder().encodeToString(key);
    }

    private static EncryptionConfiguration configuration(String resources, String providers) {
        return EncryptionConfiguration.of(
                Json.object("{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"EncryptionConfiguration\","
                        + "\"resources\":[{\"resources\":[" + resources + "],\"providers\":[" + providers + "]}]}"));
    }

    private static Sealing sealing(String resources, String providers) {
        return configuration(resources, providers).open(new SimulatedRuntime(1));
    }

    private static String gcm(String... keys) {
        return "{\"aesgcm\":{\"keys\":[" + String.join(",", keys) + "]}}";
    }

    @Test
    void aChosenResourceIsSealedAndOpenedAgain() {
        for (String kind : new String[] {"aesgcm", "aescbc", "secretbox"}) {
            String provider = gcm(OLD).replace("aesgcm", kind);
            Sealing sealing = sealing("\"secrets\"", provider);

            byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);

            assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                    .startsWith("k8s:enc:" + kind + ":v1:old:")
                    .doesNotContain("Secret");
            assertThat(sealing.seal("secrets", PLACE, PLAIN)).isNotEqualTo(sealed);
            assertThat(sealing.open("secrets", PLACE, sealed).plain()).isEqualTo(PLAIN);
            assertThat(sealing.open("secrets", PLACE, sealed).stale()).isFalse();
        }
    }

    @Test
    void otherResourcesStayAsTheyAre() {
        assertThat(sealing("\"secrets\"", gcm(OLD)).seal("configmaps", "p", PLAIN))
                .isEqualTo(PLAIN);
        assertThat(sealing("\"*.example.com\"", gcm(OLD)).seal("widgets.example.com", "p", PLAIN))
                .isNotEqualTo(PLAIN);
        assertThat(sealing("\"*.\"", gcm(OLD)).seal("configmaps", "p", PLAIN)).isNotEqualTo(PLAIN);
        assertThat(sealing("\"*.\"", gcm(OLD)).seal("jobs.batch", "p", PLAIN)).isEqualTo(PLAIN);
        assertThat(sealing("\"*.*\"", gcm(OLD)).seal("jobs.batch", "p", PLAIN)).isNotEqualTo(PLAIN);
    }

    @Test
    void aNewKeySealsWhileTheOldOneStillOpens() {
        byte[] before = sealing("\"secrets\"", gcm(OLD)).seal("secrets", PLACE, PLAIN);
        Sealing rotated = sealing("\"secrets\"", gcm(NEW, OLD));

        assertThat(rotated.open("secrets", PLACE, before).plain()).isEqualTo(PLAIN);
        assertThat(rotated.open("secrets", PLACE, before).stale()).isTrue();
        byte[] after = rotated.seal("secrets", PLACE, PLAIN);
        assertThat(sealing("\"secrets\"", gcm(NEW))
                        .open("secrets", PLACE, after)
                        .plain())
                .isEqualTo(PLAIN);
        assertThatThrownBy(() -> sealing("\"secrets\"", gcm(NEW)).open("secrets", PLACE, before))
                .isInstanceOf(SealedException.class)
                .hasMessage("unable to transform key \"" + PLACE + "\": no matching prefix found");
    }

    @Test
    void plainObjectsAreReadWhereTheConfigurationLetsThem() {
        Sealing sealing = sealing("\"secrets\"", gcm(OLD) + ",{\"identity\":{}}");

        assertThat(sealing.open("secrets", PLACE, PLAIN).plain()).isEqualTo(PLAIN);
        assertThat(sealing.open("secrets", PLACE, PLAIN).stale()).isTrue();
        assertThatThrownBy(() -> sealing("\"secrets\"", gcm(OLD)).open("secrets", PLACE, PLAIN))
                .isInstanceOf(SealedException.class);
        byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);
        assertThatThrownBy(() -> sealing("\"secrets\"", "{\"identity\":{}}").open("secrets", PLACE, sealed))
                .isInstanceOf(SealedException.class);
    }

    @Test
    void withoutAConfigurationNothingIsSealedAndNothingSealedIsTakenForPlain() {
        assertThat(Sealing.NONE.seal("secrets", PLACE, PLAIN)).isEqualTo(PLAIN);
        assertThat(Sealing.NONE.open("secrets", PLACE, PLAIN).plain()).isEqualTo(PLAIN);
        byte[] sealed = sealing("\"secrets\"", gcm(OLD)).seal("secrets", PLACE, PLAIN);
        assertThatThrownBy(() -> Sealing.NONE.open("secrets", PLACE, sealed)).isInstanceOf(SealedException.class);
    }

    @Test
    void whatWasChangedOrMovedIsNotOpened() {
        Sealing sealing = sealing("\"secrets\"", gcm(OLD));
        byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);

        assertThatThrownBy(() -> sealing.open("secrets", PLACE + "b", sealed)).isInstanceOf(SealedException.class);
        sealed[sealed.length - 1] ^= 1;
        assertThatThrownBy(() -> sealing.open("secrets", PLACE, sealed)).isInstanceOf(SealedException.class);
    }

    @Test
    void whatNaClHasSealedIsOpened() {
        // The test vector of Go's x/crypto/nacl/secretbox: key of ones, nonce of twos, message of threes.
        Sealing sealing =
                sealing("\"secrets\"", "{\"secretbox\":{\"keys\":[{\"name\":\"k\",\"secret\":\"" + key(1) + "\"}]}}");
        byte[] nonce = new byte[24];
        Arrays.fill(nonce, (byte) 2);
        byte[] box = HexFormat.of()
                .parseHex(
                        "8442bc313f4626f1359e3b50122b6ce6fe66ddfe7d39d14e637eb4fd5b45beadab55198df6ab5368439792a23c87db70"
                                + "acb6156dc5ef957ac04f6276cf6093b84be77ff0849cc33e34b7254d5a8f65ad");
        byte[] prefix = "k8s:enc:secretbox:v1:k:".getBytes(StandardCharsets.UTF_8);
        byte[] sealed = ByteBuffer.allocate(prefix.length + 24 + box.length)
                .put(prefix)
                .put(nonce)
                .put(box)
                .array();
        byte[] message = new byte[64];
        Arrays.fill(message, (byte) 3);

        assertThat(sealing.open("secrets", PLACE, sealed).plain()).isEqualTo(message);
    }

    @Test
    void ofSeveralEntriesTheFirstThatNamesAResourceCounts() {
        ObjectValue configuration = Json.object(
                "{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"EncryptionConfiguration\",\"resources\":["
                        + "{\"resources\":[\"configmaps\"],\"providers\":[{\"identity\":{}}]},"
                        + "{\"resources\":[\"*.apps\"],\"providers\":[" + gcm(OLD) + "]},"
                        + "{\"resources\":[\"*.*\"],\"providers\":[" + gcm(NEW) + "]}]}");
        Sealing sealing = EncryptionConfiguration.of(configuration).open(new SimulatedRuntime(1));

        assertThat(sealing.seal("configmaps", PLACE, PLAIN)).isEqualTo(PLAIN);
        assertThat(text(sealing.seal("deployments.apps", PLACE, PLAIN))).startsWith("k8s:enc:aesgcm:v1:old:");
        assertThat(text(sealing.seal("secrets", PLACE, PLAIN))).startsWith("k8s:enc:aesgcm:v1:new:");
        assertThatThrownBy(() -> EncryptionConfiguration.of(Json.object(Json.text(configuration)
                        .replace("configmaps", "*.*")
                        .replace("\"*.*\"],\"providers\":[{\"aes", "\"secrets\"],\"providers\":[{\"aes"))))
                .hasMessage("resource \"*.apps\" is masked by earlier rule \"*.*\"");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aConfigurationThatCannotWorkIsRefusedInTheReferencesWords() {
        refused("\"secrets\"", "{\"secretboxx\":{}}")
                .hasMessage("strict decoding error: unknown field \"resources[0].providers[0].secretboxx\"");
        refused("\"secrets\"", gcm("{\"name\":\"k\",\"secret\":\"YQ==\"}"))
                .hasMessage(
                        "resources[0].providers[0].aesgcm.keys[0].secret: Invalid value: \"REDACTED\": secret is not"
                                + " of the expected length, got 1, expected one of [16 24 32]");
        refused("", gcm(OLD))
                .hasMessage("resources[0].resources: Required value: at least one resources[0].resources is required");
        refused("\"secrets\",\"*.\"", gcm(OLD)).hasMessageContaining("using overlapping resources");
        refused("\"Secrets\"", gcm(OLD)).hasMessageContaining("should not contain capital letters");
        refused("\"pods.*\"", gcm(OLD)).hasMessageContaining("across groups is not supported");
        refused("\"secrets\"", "{\"kms\":{\"apiVersion\":\"v2\",\"name\":\"a:b\",\"endpoint\":\"tcp://x\"}}")
                .hasMessage(
                        "[resources[0].providers[0].kms.name: Invalid value: \"a:b\": invalid KMS provider name a:b,"
                                + " must not contain ':', resources[0].providers[0].kms.endpoint: Invalid value: \"tcp://x\":"
                                + " unsupported scheme \"tcp\" for KMS provider, only unix is supported]");
    }

    private static AbstractThrowableAssert<?, ?> refused(String resources, String providers) {
        return assertThatThrownBy(() -> configuration(resources, providers))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

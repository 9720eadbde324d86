package dev.jarbor.store.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.runtime.SimulatedRuntime;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
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

    private static Sealing sealing(String resources, String providers) {
        return EncryptionConfiguration.of(
                Json.object("{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"EncryptionConfiguration\","
                        + "\"resources\":[{\"resources\":[" + resources + "],\"providers\":[" + providers + "]}]}"),
                new SimulatedRuntime(1).random());
    }

    private static String gcm(String... keys) {
        return "{\"aesgcm\":{\"keys\":[" + String.join(",", keys) + "]}}";
    }

    @Test
    void aChosenResourceIsSealedAndOpenedAgain() {
        for (String provider : new String[] {gcm(OLD), gcm(OLD).replace("aesgcm", "aescbc")}) {
            Sealing sealing = sealing("\"secrets\"", provider);

            byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);

            assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                    .startsWith("k8s:enc:aes")
                    .contains(":v1:old:")
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
                .hasMessageContaining("give back the key that sealed it");
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
    void aConfigurationThatCannotWorkIsRefusedWithThePlace() {
        assertThatThrownBy(() -> sealing("\"secrets\"", "{\"kms\":{}}"))
                .hasMessage("resources[0].providers[0]: kms is not supported; identity, aesgcm and aescbc are");
        assertThatThrownBy(() -> sealing("\"secrets\"", gcm("{\"name\":\"k\",\"secret\":\"YQ==\"}")))
                .hasMessageContaining("the secret of key k has 1 bytes; 16, 24 or 32 are needed");
        assertThatThrownBy(() -> sealing("", gcm(OLD)))
                .hasMessage("resources[0].resources: at least one resource is needed");
    }
}

package dev.jarbor.store.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.runtime.SimulatedRuntime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A KMS plugin's keys: they seal seeds, they change, and the plugin goes away. */
class KmsSealerTest {
    private static final byte[] PLAIN = "{\"kind\":\"Secret\"}".getBytes(StandardCharsets.UTF_8);
    private static final String PLACE = "/registry/secrets/default/a";

    private final SimulatedRuntime world = new SimulatedRuntime(1);
    private final Plugin plugin = new Plugin();

    /** Keeps keys, badly: what it wraps is turned round. */
    private static final class Plugin implements KeyService {
        private String keyId = "key-1";
        private String healthz = "ok";
        private boolean gone;
        private int encrypted;
        private int decrypted;

        @Override
        public Status status() throws FailedCall {
            require();
            return new Status("v2", healthz, keyId);
        }

        @Override
        public Wrapped encrypt(String uid, byte[] plain) throws FailedCall {
            require();
            encrypted++;
            var annotations = new TreeMap<String, byte[]>();
            annotations.put("version.example.com", new byte[] {1});
            return new Wrapped(turned(plain), keyId, annotations);
        }

        @Override
        public byte[] decrypt(String uid, Wrapped wrapped) throws FailedCall {
            require();
            decrypted++;
            if (!wrapped.annotations().containsKey("version.example.com")) {
                throw new FailedCall("the annotations are not those given", new IllegalStateException("lost"));
            }
            return turned(wrapped.cipherText());
        }

        private void require() throws FailedCall {
            if (gone) {
                throw new FailedCall("rpc error: code = Unavailable", new IllegalStateException("gone"));
            }
        }

        private static byte[] turned(byte[] bytes) {
            byte[] other = bytes.clone();
            for (int i = 0; i < other.length; i++) {
                other[i] ^= (byte) 0x5a;
            }
            return other;
        }

        @Override
        public void close() {
            gone = true;
        }
    }

    private EncryptionProviders open() {
        return EncryptionConfiguration.of(
                        Json.object(
                                "{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"EncryptionConfiguration\",\"resources\":[{\"resources\":[\"secrets\"],\"providers\":[{\"kms\":{\"apiVersion\":\"v2\",\"name\":\"vault\",\"endpoint\":\"unix:///kms.sock\"}},{\"identity\":{}}]}]}"))
                .open(kms -> plugin, world);
    }

    @Test
    void onePluginCallServesAnyNumberOfObjects() {
        EncryptionProviders sealing = open();
        byte[] one = sealing.seal("secrets", PLACE, PLAIN);
        byte[] other = sealing.seal("secrets", PLACE, PLAIN);

        assertThat(new String(one, StandardCharsets.ISO_8859_1))
                .startsWith("k8s:enc:kms:v2:vault:")
                .contains("key-1")
                .doesNotContain("Secret");
        assertThat(one).isNotEqualTo(other);
        assertThat(sealing.open("secrets", PLACE, one).plain()).isEqualTo(PLAIN);
        assertThat(sealing.open("secrets", PLACE, one).stale()).isFalse();
        assertThat(plugin.encrypted).isEqualTo(1);
        assertThat(plugin.decrypted).isZero();
        assertThatThrownBy(() -> sealing.open("secrets", PLACE + "b", one))
                .hasMessageContaining("message authentication failed");
    }

    @Test
    void whatAnotherServerHasSealedIsOpenedByThePluginOnce() {
        byte[] sealed = open().seal("secrets", PLACE, PLAIN);
        EncryptionProviders later = open();

        assertThat(later.open("secrets", PLACE, sealed).plain()).isEqualTo(PLAIN);
        assertThat(later.open("secrets", PLACE, sealed).stale()).isFalse();
        assertThat(plugin.decrypted).isEqualTo(1);
    }

    @Test
    void aNewKeyOfThePluginSealsAfterAMinuteAndMakesTheOldStale() {
        EncryptionProviders sealing = open();
        byte[] before = sealing.seal("secrets", PLACE, PLAIN);
        plugin.keyId = "key-2";
        world.advance(Duration.ofSeconds(61));
        byte[] after = sealing.seal("secrets", PLACE, PLAIN);

        assertThat(new String(after, StandardCharsets.ISO_8859_1)).contains("key-2");
        assertThat(sealing.open("secrets", PLACE, after).stale()).isFalse();
        assertThat(sealing.open("secrets", PLACE, before).stale()).isTrue();
        assertThat(sealing.open("secrets", PLACE, before).plain()).isEqualTo(PLAIN);
    }

    @Test
    void aPluginThatIsGoneIsCoastedThroughForThreeMinutes() {
        EncryptionProviders sealing = open();
        byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);
        plugin.gone = true;
        world.advance(Duration.ofSeconds(170));
        assertThat(sealing.seal("secrets", PLACE, PLAIN)).isNotEmpty();
        world.advance(Duration.ofSeconds(70));

        assertThatThrownBy(() -> sealing.seal("secrets", PLACE, PLAIN))
                .isInstanceOf(SealedException.class)
                .hasMessageContaining("encryptedDEKSource with keyID hash \"sha256:")
                .hasMessageContaining("expired at");
        assertThat(sealing.open("secrets", PLACE, sealed).plain()).isEqualTo(PLAIN);
        assertThat(sealing.objection())
                .hasValueSatisfying(why -> assertThat(why)
                        .isEqualTo(
                                "failed to perform status section of the healthz check for KMS Provider vault, error:"
                                        + " rpc error: code = Unavailable"));
        plugin.gone = false;
        world.advance(Duration.ofSeconds(11));
        assertThat(sealing.seal("secrets", PLACE, PLAIN)).isNotEmpty();
        assertThat(sealing.objection()).isEmpty();
        assertThat(plugin.encrypted).isEqualTo(1);
    }

    @Test
    void aPluginThatIsUnwellSaysSo() {
        plugin.healthz = "vault is sealed";
        assertThat(open().objection())
                .contains("kmsv2 Provider vault is not healthy, error: got unexpected healthz status: vault is sealed");
        plugin.healthz = "ok";
        plugin.keyId = "";
        assertThat(open().objection())
                .contains(
                        "kmsv2 Provider vault is not healthy, error: got invalid KMSv2 KeyID hash \"\": keyID is empty");
    }

    @Test
    void bytesThatAreNoEnvelopeAreRefused() {
        EncryptionProviders sealing = open();
        byte[] sealed = sealing.seal("secrets", PLACE, PLAIN);
        for (int length = 21; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> sealing.open("secrets", PLACE, cut)).isInstanceOf(SealedException.class);
        }
    }
}

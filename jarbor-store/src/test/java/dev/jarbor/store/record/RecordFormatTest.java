package dev.jarbor.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.sealing.EncryptionConfiguration;
import dev.jarbor.store.sealing.SealedException;
import dev.jarbor.store.sealing.Sealing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    private static final ObjectKey WEB = new ObjectKey("default", "web");
    private static final ObjectValue POD = Json.object("""
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "web", "namespace": "default", "labels": {"app": "wéb ☸ 🚀"}, "resourceVersion": "42"},
             "spec": {"containers": [{"name": "c", "image": "nginx", "args": [], "tty": true, "stdin": false}]},
             "status": {"none": null, "ratio": 0.1, "whole": 2.0, "least": -9223372036854775808, "empty": {}}}""");

    private final RecordFormat plain = new RecordFormat(Sealing.NONE);

    private static RecordFormat sealed(String... keys) {
        String providers = String.join(
                ",", Arrays.stream(keys).map(RecordFormatTest::provider).toList());
        ObjectValue configuration = Json.object("""
                {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration",
                 "resources": [{"resources": ["secrets"], "providers": [%s]}]}""".formatted(providers));
        return new RecordFormat(EncryptionConfiguration.of(configuration).open(new SimulatedRuntime(1)));
    }

    private static String provider(String key) {
        byte[] secret = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 32);
        return "{\"aesgcm\": {\"keys\": [{\"name\": \"" + key + "\", \"secret\": \""
                + Base64.getEncoder().encodeToString(secret) + "\"}]}}";
    }

    @Test
    void anObjectComesBackAsItWasWithTheRevisionOfItsCommit() {
        byte[] bytes = plain.write("pods", WEB, POD);

        assertThat(plain.read("pods", WEB, 42, bytes)).isEqualTo(new RecordFormat.Stored(POD, false));
        assertThat(plain.read("pods", WEB, 7, bytes).object().object("metadata").string("resourceVersion"))
                .isEqualTo("7");
        assertThat(bytes).hasSizeLessThan(Json.bytes(POD).length);
    }

    @Test
    void aFlippedBitOfAnyByteIsNoticed() {
        for (RecordFormat format : new RecordFormat[] {plain, sealed("old")}) {
            byte[] bytes = format.write("secrets", WEB, POD);
            for (int i = 0; i < bytes.length * 8; i++) {
                byte[] damaged = bytes.clone();
                damaged[i / 8] ^= (byte) (1 << i % 8);
                assertThatThrownBy(() -> format.read("secrets", WEB, 42, damaged))
                        .isInstanceOf(DamagedRecordException.class)
                        .hasMessage("the record of secrets default/web is damaged: its checksum is wrong");
            }
        }
    }

    @Test
    void aRecordThatIsCutOffOrContinuedIsNoticed() {
        byte[] bytes = plain.write("pods", WEB, POD);
        for (int length = 0; length < bytes.length; length++) {
            byte[] torn = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> plain.read("pods", WEB, 42, torn)).isInstanceOf(DamagedRecordException.class);
        }
        assertThatThrownBy(() -> plain.read("pods", WEB, 42, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(DamagedRecordException.class);
    }

    @Test
    void aRecordOfAnotherPlaceIsNoticed() {
        byte[] bytes = plain.write("pods", WEB, POD);

        assertThatThrownBy(() -> plain.read("pods", new ObjectKey("default", "web2"), 42, bytes))
                .isInstanceOf(DamagedRecordException.class);
        assertThatThrownBy(() -> plain.read("secrets", WEB, 42, bytes)).isInstanceOf(DamagedRecordException.class);
    }

    @Test
    void chosenResourcesAreSealedAndSaySoWhenTheirKeyIsOld() {
        byte[] bytes = sealed("old").write("secrets", WEB, POD);

        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .contains("k8s:enc:aesgcm:v1:old:")
                .doesNotContain("nginx");
        assertThat(sealed("old").read("secrets", WEB, 42, bytes)).isEqualTo(new RecordFormat.Stored(POD, false));
        assertThat(sealed("new", "old").read("secrets", WEB, 42, bytes)).isEqualTo(new RecordFormat.Stored(POD, true));
        assertThatThrownBy(() -> sealed("new").read("secrets", WEB, 42, bytes)).isInstanceOf(SealedException.class);
        assertThat(sealed("old").write("pods", WEB, POD)).isEqualTo(plain.write("pods", WEB, POD));
    }

    /** The first format, as it was written when it was new: what is on disks today must be read for ever. */
    @Test
    void theFirstFormatIsRead() {
        byte[] bytes = HexFormat.of()
                .parseHex("011b0df834d9d9f7a3446b696e6443506f64486d65746164617461a1446e616d6541614473706563a1416e01");

        assertThat(plain.read("pods", new ObjectKey("default", "a"), 3, bytes).object())
                .isEqualTo(Json.object("""
                        {"kind": "Pod", "metadata": {"name": "a", "resourceVersion": "3"}, "spec": {"n": 1}}"""));
    }

    @Test
    void aNewerFormatIsLeftAloneAndNamed() {
        byte[] content = Cbor.bytes(POD);
        byte[] bytes = new byte[content.length + 5];
        bytes[0] = 9;
        System.arraycopy(content, 0, bytes, 5, content.length);
        var checksum = new CRC32C();
        checksum.update(9);
        checksum.update("pods/default/web\0".getBytes(StandardCharsets.UTF_8));
        checksum.update(content);
        ByteBuffer.wrap(bytes).putInt(1, (int) checksum.getValue());

        assertThatThrownBy(() -> plain.read("pods", WEB, 42, bytes))
                .isInstanceOf(UnknownFormatException.class)
                .hasMessage("the record of pods default/web has format 9, and this program knows formats up to 1:"
                        + " use the newer jarbor that wrote it");
    }
}

package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.Value;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** CBOR as Kubernetes writes and reads it; the bytes are those of RFC 8949's examples where it has them. */
class CborTest {
    private static String written(String json) {
        return HexFormat.of().formatHex(Cbor.bytes(Json.parse(json)));
    }

    private static Value read(String hex) {
        return Cbor.parse(HexFormat.of().parseHex(hex), Limits.DEFAULT);
    }

    @Test
    void documentsBeginWithTheirTagAndTextIsBytes() {
        assertThat(written("{\"a\":\"b\"}")).isEqualTo("d9d9f7a141614162");
    }

    @Test
    void numbersTakeTheShortestForm() {
        assertThat(written("[0,23,24,1000,1000000,1000000000000,-1,-1000]"))
                .isEqualTo("d9d9f788" + "00" + "17" + "1818" + "1903e8" + "1a000f4240" + "1b000000e8d4a51000" + "20"
                        + "3903e7");
        assertThat(written("[1.5,100000.25,1.1]"))
                .isEqualTo("d9d9f783" + "f93e00" + "fa47c35020" + "fb3ff199999999999a");
        assertThat(written("[true,false,null]")).isEqualTo("d9d9f783f5f4f6");
    }

    @Test
    void textMayAlsoBeTextAndLengthsMayBeUnknown() {
        assertThat(read("a161616162")).isEqualTo(Json.parse("{\"a\":\"b\"}"));
        assertThat(read("bf61619f0102ffff")).isEqualTo(Json.parse("{\"a\":[1,2]}"));
        assertThat(read("5f41614162ff")).isEqualTo(Value.of("ab"));
    }

    @Test
    void bytesWithALaterEncodingReadAsThatEncoding() {
        assertThat(read("d64401020304")).isEqualTo(Value.of("AQIDBA=="));
        assertThat(read("d74401020304")).isEqualTo(Value.of("01020304"));
        assertThat(read("c11a514b67b0")).isEqualTo(Value.of("2013-03-21T20:04:00Z"));
    }

    @Test
    void whatHasNoPlaceInAnObjectIsRefused() {
        assertThatThrownBy(() -> read("f97e00")).hasMessage("cbor: floating-point NaN and infinity are not accepted");
        assertThatThrownBy(() -> read("1bffffffffffffffff")).hasMessage("cbor: integer overflows 64 bits");
        assertThatThrownBy(() -> read("c249010000000000000000")).hasMessage("cbor: bignum is not accepted");
        assertThatThrownBy(() -> read("f7")).hasMessage("cbor: simple value 23 is not recognized");
        assertThatThrownBy(() -> read("a2616101616102")).hasMessage("cbor: found duplicate map key");
        assertThatThrownBy(() -> read("0000")).hasMessage("cbor: 1 bytes of extraneous data starting at index 1");
    }

    @Test
    void claimsOfLengthCostNothing() {
        assertThatThrownBy(() -> read("9b7fffffffffffffff")).hasMessage("cbor: unexpected EOF");
        assertThatThrownBy(() -> read("5b7fffffffffffffff")).hasMessage("cbor: unexpected EOF");
        assertThatThrownBy(() -> read("81".repeat(10_000))).hasMessageContaining("exceeded max nested level");
    }
}

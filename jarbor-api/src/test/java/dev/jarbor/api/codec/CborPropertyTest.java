package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.Value;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CborPropertyTest {
    @Property
    void whatIsWrittenReadsBackTheSame(@ForAll("values") Value value) {
        assertThat(Cbor.parse(Cbor.bytes(value), Limits.DEFAULT)).isEqualTo(value);
    }

    @Property
    void anyBytesAreEitherReadOrRefusedAsAFault(@ForAll byte[] bytes) {
        try {
            assertThat(Cbor.parse(bytes, Limits.DEFAULT)).isNotNull();
        } catch (DecodeException refused) {
            assertThat(refused).hasMessageStartingWith("cbor: ");
        }
    }

    @Provide
    Arbitrary<Value> values() {
        return Values.any(3);
    }
}

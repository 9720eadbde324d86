package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonPropertyTest {
    @Property
    void whatIsWrittenReadsBackPrintingTheSame(@ForAll("values") Value value) {
        String printed = Json.text(value);

        assertThat(Json.text(Json.parse(printed))).isEqualTo(printed);
    }

    @Property
    void prettyAndCompactFormsReadAlike(@ForAll("values") Value value) {
        assertThat(Json.parse(Json.pretty(value, 2))).isEqualTo(Json.parse(Json.bytes(value)));
    }

    @Property
    void decimalsReadBackExactly(@ForAll double number) {
        assertThat(Double.parseDouble(Json.text(new DecimalValue(number)))).isEqualTo(number);
    }

    @Property
    void anyBytesAreEitherReadOrRefusedAsAFault(@ForAll byte[] bytes) {
        try {
            assertThat(Json.parse(bytes)).isNotNull();
        } catch (DecodeException refused) {
            assertThat(refused).hasMessageNotContaining("jackson");
        }
    }

    @Property
    void brokenDocumentsAreRefusedInTheReferencesWords(@ForAll("values") Value value, @ForAll byte noise) {
        byte[] document = Json.bytes(value);
        document[document.length / 2] = noise;
        try {
            assertThat(Json.parse(document)).isNotNull();
        } catch (DecodeException refused) {
            assertThat(refused.getMessage())
                    .as(new String(document, StandardCharsets.UTF_8))
                    .matches("(?s)(invalid character|unexpected end|json: cannot unmarshal number).*");
        }
    }

    @Provide
    Arbitrary<Value> values() {
        return Values.any(3);
    }
}

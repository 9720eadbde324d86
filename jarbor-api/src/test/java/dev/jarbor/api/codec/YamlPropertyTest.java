package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class YamlPropertyTest {
    @Property
    void whatIsWrittenReadsBack(@ForAll("objects") ObjectValue object) {
        assertThat(Json.text(Yaml.parse(Yaml.text(object)))).isEqualTo(Json.text(Json.parse(Json.text(object))));
    }

    @Property
    void aStreamReadsBackDocumentByDocument(
            @ForAll("objects") ObjectValue first, @ForAll("objects") ObjectValue second) {
        assertThat(Yaml.documents(Yaml.text(List.of(first, second)))).hasSize(2);
    }

    @Property
    void anyTextIsEitherReadOrRefusedAsAFault(@ForAll("texts") String text) {
        try {
            assertThat(Yaml.documents(text)).doesNotContain(NullValue.NULL);
        } catch (DecodeException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Property
    void theOrderOfKeysIsAnOrder(@ForAll("texts") String a, @ForAll("texts") String b, @ForAll("texts") String c) {
        NaturalOrder order = NaturalOrder.INSTANCE;
        assertThat(Integer.signum(order.compare(a, b))).isEqualTo(-Integer.signum(order.compare(b, a)));
        if (order.compare(a, b) <= 0 && order.compare(b, c) <= 0) {
            assertThat(order.compare(a, c)).isLessThanOrEqualTo(0);
        }
    }

    @Provide
    Arbitrary<ObjectValue> objects() {
        Arbitrary<Value> inner = Values.any(2);
        return Values.objects(inner);
    }

    @Provide
    Arbitrary<String> texts() {
        return Values.texts();
    }
}

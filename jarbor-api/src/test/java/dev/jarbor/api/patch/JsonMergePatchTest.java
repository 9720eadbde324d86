package dev.jarbor.api.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Values;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7386, appendix A. */
class JsonMergePatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'a':'b'};{'a':'c'};{'a':'c'}",
                "{'a':'b'};{'b':'c'};{'a':'b','b':'c'}",
                "{'a':'b'};{'a':null};{}",
                "{'a':'b','b':'c'};{'a':null};{'b':'c'}",
                "{'a':['b']};{'a':'c'};{'a':'c'}",
                "{'a':'c'};{'a':['b']};{'a':['b']}",
                "{'a':{'b':'c'}};{'a':{'b':'d','c':null}};{'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]};{'a':[1]};{'a':[1]}",
                "['a','b'];['c','d'];['c','d']",
                "{'a':'b'};['c'];['c']",
                "{'a':'foo'};null;null",
                "{'a':'foo'};'bar';'bar'",
                "{'e':null};{'a':1};{'a':1,'e':null}",
                "[1,2];{'a':'b','c':null};{'a':'b'}",
                "{};{'a':{'bb':{'ccc':null}}};{'a':{'bb':{}}}",
                "{};{'a':[{'b':null},null]};{'a':[{},null]}"
            })
    void patchesMerge(String original, String patch, String result) {
        Value patched =
                JsonMergePatch.apply(Json.parse(original.replace('\'', '"')), Json.parse(patch.replace('\'', '"')));

        assertThat(Json.text(patched).replace('"', '\'')).isEqualTo(result);
    }

    @Test
    void anObjectIsPatchedByAnObject() {
        assertThat(JsonMergePatch.checked(ObjectValue.EMPTY)).isEqualTo(ObjectValue.EMPTY);
        assertThat(catchThrowableOfType(ApiException.class, () -> JsonMergePatch.checked(Json.parse("[]"))))
                .hasMessage("Invalid JSON Patch");
    }

    @Property
    void theDifferenceOfTwoObjectsMakesTheOneOfTheOther(
            @ForAll("objects") ObjectValue original, @ForAll("objects") ObjectValue modified) {
        ObjectValue patch = JsonMergePatch.between(original, modified);

        assertThat(JsonMergePatch.apply(original, patch)).isEqualTo(modified);
        assertThat(JsonMergePatch.between(modified, modified)).isEqualTo(ObjectValue.EMPTY);
    }

    @Property
    void aPatchAppliedAgainChangesNothing(
            @ForAll("objects") ObjectValue original, @ForAll("patches") ObjectValue patch) {
        ObjectValue once = JsonMergePatch.apply(original, patch);

        assertThat(JsonMergePatch.apply(once, patch)).isEqualTo(once);
    }

    @Provide
    Arbitrary<ObjectValue> objects() {
        return patches().map(object -> (ObjectValue) JsonMergePatch.withoutNulls(object));
    }

    @Provide
    Arbitrary<ObjectValue> patches() {
        return Values.objects(Values.any(2));
    }
}

package dev.jarbor.server.structural;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema says of values: what is pruned, what is given, what is refused and in which words. */
class StructuralSchemaTest {
    private static StructuralSchema schema(String json) {
        return StructuralSchema.of(Json.object(json));
    }

    private static StructuralSchema property(String json) {
        return schema("{\"type\":\"object\",\"properties\":{\"a\":" + json + "}}");
    }

    private static List<String> faults(String property, String value) {
        return ValueValidation.check(property(property), Json.object("{\"a\":" + value + "}"), FieldPath.NONE).stream()
                .map(FieldError::toString)
                .toList();
    }

    private static ObjectValue pruned(String schema, String object) {
        return (ObjectValue)
                Pruning.resource(schema(schema), Json.object(object)).value();
    }

    private static ObjectValue defaulted(String schema, String object) {
        return Defaulting.of(schema(schema), Defaulting.withoutNulls(schema(schema), Json.object(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'type':'string'} | 1 | a: Invalid value: \"integer\": a in body must be of type string: \"integer\"",
                "{'type':'integer'} | 'x' | a: Invalid value: \"string\": a in body must be of type integer: \"string\"",
                "{'type':'integer'} | 1.5 | a: Invalid value: \"number\": a in body must be of type integer: \"number\"",
                "{'type':'string'} | null | a: Invalid value: \"null\": a in body must be of type string: \"null\"",
                "{'x-kubernetes-int-or-string':true} | true | a: Invalid value: \"boolean\": a in body must be of type integer,string: \"boolean\"",
                "{'type':'string','maxLength':2} | 'xyz' | a: Too long: may not be more than 2 bytes",
                "{'type':'string','minLength':2} | 'x' | a: Invalid value: \"x\": a in body should be at least 2 chars long",
                "{'type':'string','pattern':'^b'} | 'x' | a: Invalid value: \"x\": a in body should match '^b'",
                "{'type':'string','enum':['x','y']} | 'z' | a: Unsupported value: \"z\": supported values: \"x\", \"y\"",
                "{'type':'integer','enum':[1,2]} | 3 | a: Unsupported value: 3: supported values: \"1\", \"2\"",
                "{'type':'integer','minimum':2} | 1 | a: Invalid value: 1: a in body should be greater than or equal to 2",
                "{'type':'number','maximum':2,'exclusiveMaximum':true} | 2 | a: Invalid value: 2: a in body should be less than 2",
                "{'type':'number','multipleOf':0.5} | 0.7 | a: Invalid value: 0.7: a in body should be a multiple of 0.5",
                "{'type':'array','minItems':1,'items':{'type':'string'}} | [] | a: Invalid value: 0: a in body should have at least 1 items",
                "{'type':'array','items':{'type':'string'}} | ['x',1] | a[1]: Invalid value: \"integer\": a[1] in body must be of type string: \"integer\"",
                "{'type':'object','maxProperties':1,'additionalProperties':{'type':'string'}} | {'b':'','c':''} | a: Too many: 2: must have at most 1 item",
                "{'type':'object','additionalProperties':{'type':'string'}} | {'b':1} | a.b: Invalid value: \"integer\": a.b in body must be of type string: \"integer\"",
                "{'type':'object','required':['b'],'properties':{'b':{'type':'string'}}} | {} | a.b: Required value",
                "{'type':'string','not':{'enum':['x']}} | 'x' | <nil>: Invalid value: \"\": \"a\" must not validate the schema (not)",
                "{'type':'string','format':'ipv4'} | 'x' | a: Invalid value: \"x\": a in body must be of type ipv4: \"x\"",
                "{'type':'string','format':'date-time'} | 'x' | a: Invalid value: \"x\": a in body must be of type date-time: \"x\"",
            })
    void whatDoesNotFitIsToldInTheReferencesWords(String property, String value, String message) {
        assertThat(faults(property.replace('\'', '"').replace("\"^b\"", "\"^b\""), value.replace('\'', '"')))
                .containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'type':'integer'} | 2.0",
                "{'type':'number'} | 2",
                "{'type':'string','nullable':true,'enum':['x']} | null",
                "{'x-kubernetes-int-or-string':true} | '80%'",
                "{'type':'integer','format':'int32'} | 3000000000",
                "{'type':'string','format':'made-up'} | 'anything'",
                "{'type':'string','format':'cidr'} | '10.0.0.0/8'",
                "{'type':'string','format':'ipv6'} | 'fe80::1'",
                "{'type':'string','format':'duration'} | '1h30m'",
                "{'type':'string','format':'uuid'} | '123e4567-e89b-12d3-a456-426614174000'",
                "{'type':'string','maxLength':2} | 'äö'",
            })
    void whatFitsIsLeftAlone(String property, String value) {
        assertThat(faults(property.replace('\'', '"'), value.replace('\'', '"')))
                .isEmpty();
    }

    @Test
    void alternativesTellWhatIsWrongWithThemAndWithTheClosestOne() {
        String either = "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"c\":{\"type\":\"string\"}},"
                + "\"oneOf\":[{\"required\":[\"b\"]},{\"required\":[\"c\"]}]}";

        assertThat(faults(either, "{}"))
                .containsExactly(
                        "<nil>: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found none valid",
                        "a.b: Required value");
        assertThat(faults(either, "{\"b\":\"\",\"c\":\"\"}"))
                .containsExactly(
                        "<nil>: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found 2"
                                + " valid alternatives");
        assertThat(faults(either, "{\"b\":\"\"}")).isEmpty();
    }

    @Test
    void fieldsThatNobodySpecifiedArePruned() {
        assertThat(
                        pruned(
                                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"}}},"
                                        + "\"open\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true,\"properties\":{\"closed\":{\"type\":\"object\",\"properties\":{}}}},"
                                        + "\"map\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"}}}}}}",
                                "{\"apiVersion\":\"x/v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"x\"},\"gone\":1,\"a\":{\"b\":\"\",\"gone\":1},"
                                        + "\"open\":{\"kept\":{\"deep\":1},\"closed\":{\"gone\":1}},\"map\":{\"one\":{\"k\":\"\",\"gone\":1}}}"))
                .isEqualTo(Json.object(
                        "{\"apiVersion\":\"x/v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"x\"},\"a\":{\"b\":\"\"},"
                                + "\"open\":{\"kept\":{\"deep\":1},\"closed\":{}},\"map\":{\"one\":{\"k\":\"\"}}}"));
    }

    @Test
    void embeddedResourcesKeepTheFieldsOfResources() {
        assertThat(pruned(
                        "{\"type\":\"object\",\"properties\":{\"e\":{\"type\":\"object\",\"x-kubernetes-embedded-resource\":true,"
                                + "\"properties\":{\"spec\":{\"type\":\"object\"}}}}}",
                        "{\"e\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"other\":1}}"))
                .isEqualTo(
                        Json.object("{\"e\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"}}}"));
    }

    @Test
    void defaultsFillWhatIsAbsentOrNullWhereNullIsNotAllowed() {
        String schema = "{\"type\":\"object\",\"properties\":{"
                + "\"a\":{\"type\":\"string\",\"default\":\"A\"},"
                + "\"b\":{\"type\":\"string\",\"nullable\":true,\"default\":\"B\"},"
                + "\"c\":{\"type\":\"string\"},"
                + "\"o\":{\"type\":\"object\",\"default\":{},\"properties\":{\"d\":{\"type\":\"integer\",\"default\":3}}},"
                + "\"l\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"default\":\"TCP\"}}}}}}";

        assertThat(defaulted(schema, "{}")).isEqualTo(Json.object("{\"a\":\"A\",\"b\":\"B\",\"o\":{\"d\":3}}"));
        assertThat(defaulted(schema, "{\"a\":null,\"b\":null,\"c\":null,\"l\":[{},{\"p\":\"UDP\"}]}"))
                .isEqualTo(Json.object(
                        "{\"a\":\"A\",\"b\":null,\"o\":{\"d\":3},\"l\":[{\"p\":\"TCP\"},{\"p\":\"UDP\"}]}"));
    }

    @Test
    void itemsOfKeyedListsAreRatchetedEachOnItsOwn() {
        StructuralSchema list = property("{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\","
                + "\"x-kubernetes-list-map-keys\":[\"k\"],\"items\":{\"type\":\"object\",\"properties\":"
                + "{\"k\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\",\"maximum\":5}}}}");
        ObjectValue before = Json.object("{\"a\":[{\"k\":\"x\",\"n\":9},{\"k\":\"y\",\"n\":1}]}");
        ObjectValue after = Json.object("{\"a\":[{\"k\":\"y\",\"n\":8},{\"k\":\"x\",\"n\":9}]}");

        assertThat(ValueValidation.checkUpdate(list, before, after, FieldPath.NONE))
                .extracting(FieldError::toString)
                .containsExactly("a[0].n: Invalid value: 8: a[0].n in body should be less than or equal to 5");
    }
}

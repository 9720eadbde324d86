package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages and roundings are those of sigs.k8s.io/json and of Go's encoding/json. */
class JsonTest {
    @Test
    void wholeNumbersOf64BitsStayIntegers() {
        assertThat(Json.parse("9223372036854775807")).isEqualTo(new IntegerValue(Long.MAX_VALUE));
        assertThat(Json.parse("-9223372036854775808")).isEqualTo(new IntegerValue(Long.MIN_VALUE));
        assertThat(Json.parse("-0")).isEqualTo(new IntegerValue(0));
    }

    @Test
    void allOtherNumbersBecomeDoubles() {
        assertThat(Json.parse("1.0")).isEqualTo(new DecimalValue(1));
        assertThat(Json.parse("1e3")).isEqualTo(new DecimalValue(1000));
        assertThat(Json.parse("12345678901234567890"))
                .isEqualTo(new DecimalValue(Double.parseDouble("12345678901234567890")));
    }

    @Test
    void aNumberBeyondDoublesIsRefused() {
        assertThat(failure("[1e999]")).hasMessage("json: cannot unmarshal number 1e999 into Go value of type float64");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0,1",
        "0.1,0.1",
        "1e21,1e+21",
        "1e20,100000000000000000000",
        "123456789012345680000.5,123456789012345680000",
        "1e-6,0.000001",
        "1e-7,1e-7",
        "2.5e-7,2.5e-7",
        "1.5e300,1.5e+300",
        "5e-324,5e-324",
        "1e-323,1e-323",
        "-0.0,-0",
        "-1.25,-1.25"
    })
    void decimalsPrintAsGoPrintsThem(String read, String printed) {
        assertThat(Json.text(Json.parse(read))).isEqualTo(printed);
    }

    @Test
    void ofANameGivenTwiceTheLastHoldsAndThePathIsReported() {
        var decoded = decode("{\"a\":{\"b\":1,\"b\":2},\"c\":[{},{\"d\":1,\"d\":2,\"d\":3}],\"a\":2}");

        assertThat(decoded.value())
                .isEqualTo(ObjectValue.builder()
                        .put("a", 2)
                        .put("c", ListValue.of(ObjectValue.EMPTY, ObjectValue.of("d", Value.of(3))))
                        .build());
        assertThat(decoded.duplicates())
                .containsExactly("duplicate field \"a.b\"", "duplicate field \"c[1].d\"", "duplicate field \"a\"");
    }

    @Test
    void aDocumentWithoutDuplicatesReportsNone() {
        assertThat(decode("{\"a\":1,\"b\":{\"a\":1}}").duplicates()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {
                "{@unexpected end of JSON input",
                "[1,@unexpected end of JSON input",
                "\"abc@unexpected end of JSON input",
                "[1 2]@invalid character '2' after array element",
                "{\"a\" 1}@invalid character '1' after object key",
                "{\"a\":1 \"b\"}@invalid character '\"' after object key:value pair",
                "{a}@invalid character 'a' looking for beginning of object key string",
                "{\"a\":1,}@invalid character '}' looking for beginning of object key string",
                "tru@invalid character ' ' in literal true (expecting 'e')",
                "trux@invalid character 'x' in literal true (expecting 'e')",
                "01@invalid character '1' after top-level value",
                "1.x@invalid character 'x' after decimal point in numeric literal",
                "1ex@invalid character 'x' in exponent of numeric literal",
                "-@invalid character ' ' in numeric literal",
                "\"\\q\"@invalid character 'q' in string escape code",
                "\"\\u12g4\"@invalid character 'g' in \\u hexadecimal character escape",
                "{} x@invalid character 'x' after top-level value",
                "x@invalid character 'x' looking for beginning of value",
                "'a'@invalid character '\\'' looking for beginning of value",
                "[1]]@invalid character ']' after top-level value"
            })
    void faultsAreWordedAsTheReferenceWordsThem(String document, String message) {
        assertThat(failure(document)).hasMessage(message);
    }

    @Test
    void anEmptyDocumentIsAnUnexpectedEnd() {
        assertThat(failure("")).hasMessage("unexpected end of JSON input");
        assertThat(failure(" \n")).hasMessage("unexpected end of JSON input");
    }

    @Test
    void aControlCharacterInAStringIsShownEscaped() {
        assertThat(failure("\"a\nb\"")).hasMessage("invalid character '\\n' in string literal");
        assertThat(failure("\u0001")).hasMessage("invalid character '\\x01' looking for beginning of value");
    }

    @Test
    void aFaultKnowsItsLineAndColumn() {
        DecodeException failure = failure("{\n  \"a\": x}");

        assertThat(failure.line()).isEqualTo(2);
        assertThat(failure.column()).isEqualTo(8);
        assertThat(failure.in("pod.json"))
                .isEqualTo("pod.json:2: invalid character 'x' looking for beginning of value");
        assertThat(failure.problem()).isEqualTo(DecodeException.Problem.SYNTAX);
    }

    @Test
    void illFormedUtf8ReadsAsReplacementCharacters() {
        byte[] document = {'[', '"', (byte) 0xff, '"', ']'};

        assertThat(Json.parse(document)).isEqualTo(ListValue.of(Value.of("\uFFFD")));
    }

    @Test
    void halfASurrogatePairReadsAsAReplacementCharacter() {
        assertThat(Json.parse("\"a\\ud800b\"")).isEqualTo(Value.of("a\uFFFDb"));
        assertThat(Json.parse("\"\\ud83d\\ude00\"")).isEqualTo(Value.of("\uD83D\uDE00"));
    }

    @Test
    void nestingIsBounded() {
        var limits = new Limits(1000, 3, 1000, 0);

        assertThat(Json.decode("[[[1]]]".getBytes(StandardCharsets.UTF_8), limits)
                        .value())
                .isNotNull();
        assertThat(failure("[[[[1]]]]", limits)).hasMessage("exceeded max depth");
        assertThat(failure("[".repeat(100_000))).hasMessage("exceeded max depth");
    }

    @Test
    void lengthIsBounded() {
        Limits limits = Limits.ofBytes(4);

        assertThat(Json.decode(new StringReader("1234"), limits).value()).isEqualTo(Value.of(1234));
        assertThat(failure("12345", limits).problem()).isEqualTo(DecodeException.Problem.LIMIT);
        assertThat(catchThrowableOfType(
                        DecodeException.class, () -> Json.decode(new ByteArrayInputStream(new byte[5]), limits)))
                .hasMessage("limit is 4");
        assertThat(catchThrowableOfType(DecodeException.class, () -> Json.decode(new StringReader("12345"), limits)))
                .hasMessage("limit is 4");
    }

    @Test
    void onlyObjectsAreReadAsObjects() {
        assertThat(Json.object("{}")).isEqualTo(ObjectValue.EMPTY);
        DecodeException failure = catchThrowableOfType(DecodeException.class, () -> Json.object("[]"));
        assertThat(failure.problem()).isEqualTo(DecodeException.Problem.SHAPE);
    }

    @Test
    void stringsAreEscapedAsGoEscapesThem() {
        assertThat(Json.text(Value.of("\u0000\u001f\u007f\b\f\n\r\t\"\\/\u2028\u2029<>&\u00e9\uD83D\uDE00")))
                .isEqualTo("\"\\u0000\\u001f\u007f\\b\\f\\n\\r\\t\\\"\\\\/\\u2028\\u2029\\u003c\\u003e\\u0026"
                        + "\u00e9\uD83D\uDE00\"");
        assertThat(Json.text(Value.of("\uD800"))).isEqualTo("\"\uFFFD\"");
    }

    @Test
    void aLongStringIsWrittenWhole() {
        String text = "\u00e9<a".repeat(10_000);

        assertThat(Json.parse(Json.bytes(Value.of(text)))).isEqualTo(Value.of(text));
    }

    @Test
    void prettyPrintingBreaksLinesButNotEmptyContainers() {
        assertThat(Json.pretty(Json.parse("{\"b\":[1,{}],\"a\":[],\"c\":null}"), 4))
                .isEqualTo("""
                        {
                            "a": [],
                            "b": [
                                1,
                                {}
                            ],
                            "c": null
                        }""");
    }

    @Test
    void nullIsAValue() {
        assertThat(Json.parse(" null ")).isEqualTo(NullValue.NULL);
    }

    private static Decoded decode(String document) {
        return Json.decode(document.getBytes(StandardCharsets.UTF_8), Limits.DEFAULT);
    }

    private static DecodeException failure(String document) {
        return failure(document, Limits.DEFAULT);
    }

    private static DecodeException failure(String document, Limits limits) {
        return catchThrowableOfType(
                DecodeException.class, () -> Json.decode(document.getBytes(StandardCharsets.UTF_8), limits));
    }
}

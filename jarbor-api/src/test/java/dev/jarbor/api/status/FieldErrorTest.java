package dev.jarbor.api.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts are those of k8s.io/apimachinery, util/validation/field. */
class FieldErrorTest {
    private static final FieldPath PATH =
            FieldPath.of("spec", "containers").index(0).child("name");

    @Test
    void pathsPrintAsTheReferencePrintsThem() {
        assertThat(PATH).hasToString("spec.containers[0].name");
        assertThat(FieldPath.of("metadata").child("labels").key("a/b")).hasToString("metadata.labels[a/b]");
        assertThat(FieldPath.NONE).hasToString("<nil>");
        assertThat(FieldPath.NONE.child("key")).hasToString("key");
        assertThat(FieldPath.NONE.index(1)).hasToString("[1]");
    }

    @Test
    void aRequiredValueMayHaveADetail() {
        assertThat(FieldError.required(PATH, "")).hasToString("spec.containers[0].name: Required value");
        assertThat(FieldError.required(PATH, "say why"))
                .hasToString("spec.containers[0].name: Required value: say why");
    }

    @Test
    void invalidValuesAreShownByTheirType() {
        assertThat(FieldError.invalid(PATH, "a\"b\n", "no").body()).isEqualTo("Invalid value: \"a\\\"b\\n\": no");
        assertThat(FieldError.invalid(PATH, 5, "no").body()).isEqualTo("Invalid value: 5: no");
        assertThat(FieldError.invalid(PATH, NullValue.NULL, "no").body()).isEqualTo("Invalid value: null: no");
        assertThat(FieldError.invalid(PATH, Json.parse("{\"a\":[\"b\"]}"), "no").body())
                .isEqualTo("Invalid value: {\"a\":[\"b\"]}: no");
    }

    @Test
    void unsupportedValuesListTheSupportedOnes() {
        assertThat(FieldError.notSupported(PATH, "x", List.of("a", "b")).body())
                .isEqualTo("Unsupported value: \"x\": supported values: \"a\", \"b\"");
        assertThat(FieldError.notSupported(PATH, "x", List.of()).body()).isEqualTo("Unsupported value: \"x\"");
    }

    @Test
    void theOtherKindsHaveTheirWords() {
        assertThat(FieldError.duplicate(PATH, "x").body()).isEqualTo("Duplicate value: \"x\"");
        assertThat(FieldError.notFound(PATH, Value.of("x")).body()).isEqualTo("Not found: \"x\"");
        assertThat(FieldError.forbidden(PATH, "why").body()).isEqualTo("Forbidden: why");
        assertThat(FieldError.typeInvalid(PATH, Value.of(true), "must be string")
                        .body())
                .isEqualTo("Invalid value: true: must be string");
        assertThat(FieldError.internal(PATH, "why").body()).isEqualTo("Internal error: why");
        assertThat(FieldError.tooLong(PATH, 1).body()).isEqualTo("Too long: may not be more than 1 byte");
        assertThat(FieldError.tooLong(PATH, 63).body()).isEqualTo("Too long: may not be more than 63 bytes");
        assertThat(FieldError.tooLongCharacters(PATH, 2).body())
                .isEqualTo("Too long: may not be more than 2 characters");
        assertThat(FieldError.tooShort(PATH, 2).body()).isEqualTo("Too short: must be at least 2 characters");
        assertThat(FieldError.tooMany(PATH, 3, 2).body()).isEqualTo("Too many: 3: must have at most 2 items");
        assertThat(FieldError.tooFew(PATH, 0, 1).body()).isEqualTo("Too few: 0: must have at least 1 item");
    }

    @Test
    void severalErrorsAreBracketedAndNoneIsSaidTwice() {
        var one = FieldError.required(FieldPath.of("a"), "");
        var other = FieldError.forbidden(FieldPath.of("b"), "no");

        assertThat(FieldError.aggregate(List.of(one, one))).isEqualTo("a: Required value");
        assertThat(FieldError.aggregate(List.of(one, other, one))).isEqualTo("[a: Required value, b: Forbidden: no]");
    }
}

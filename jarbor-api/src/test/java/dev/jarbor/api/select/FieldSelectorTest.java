package dev.jarbor.api.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar and messages are those of k8s.io/apimachinery, fields. */
class FieldSelectorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "status.phase!=Running,metadata.name=x @ metadata.name=x,status.phase!=Running",
                "a==b @ a=b",
                "a=b\\,c,d=e @ a=b\\,c,d=e",
                "=x @ =x",
                ",,a=b @ a=b",
                "a= @ a="
            })
    void selectorsPrintCanonically(String text, String canonical) {
        assertThat(FieldSelector.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {
                "a@invalid selector: 'a'; can't understand 'a'",
                "a=b,c@invalid selector: 'a=b,c'; can't understand 'c'",
                "a=b=c@invalid field selector: unescaped character in value: 61",
                "a=\\x@invalid field selector: invalid escape sequence: \\x",
                "a=b\\@invalid field selector: invalid escape sequence: \\"
            })
    void faultsAreWordedAsTheReferenceWordsThem(String text, String message) {
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() -> FieldSelector.parse(text))
                .withMessage(message);
    }

    @Test
    void allTermsMustHoldAndAnAbsentFieldIsEmpty() {
        var fields = Map.of("metadata.name", "x", "status.phase", "Pending");

        assertThat(matches("metadata.name=x,status.phase!=Running", fields)).isTrue();
        assertThat(matches("metadata.name=y", fields)).isFalse();
        assertThat(matches("metadata.name=x,status.phase!=Pending", fields)).isFalse();
        assertThat(matches("spec.nodeName=", fields)).isTrue();
        assertThat(matches("", fields)).isTrue();
    }

    @Test
    void anIndexCanLookUpAnExactValue() {
        var selector = FieldSelector.parse("metadata.name=x,status.phase!=Running");

        assertThat(selector.exactValue("metadata.name")).contains("x");
        assertThat(selector.exactValue("status.phase")).isEmpty();
    }

    @Property
    void anyValueSurvivesEscaping(@ForAll String value) {
        var selector = FieldSelector.equal("a", value);

        assertThat(FieldSelector.parse(selector.toString())).isEqualTo(selector);
    }

    private static boolean matches(String text, Map<String, String> fields) {
        return FieldSelector.parse(text).matches(field -> fields.getOrDefault(field, ""));
    }
}

package dev.jarbor.api.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jarbor.api.codec.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar and messages are those of k8s.io/apimachinery, labels. */
class SelectorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "a=b,c!=d,e in (x,y),f notin (z),g,!h @ a=b,c!=d,e in (x,y),f notin (z),g,!h",
                "z,y=1,x in (b,a) @ x in (a,b),y=1,z",
                "a in () @ a in ()",
                "a in (,b) @ a in (,b)",
                "a in (a,,b,) @ a in (,a,b)",
                "a== @ a==",
                "a=,b @ a=,b",
                "a>5,b<6 @ a>5,b<6",
                "a in (in,notin) @ a in (in,notin)",
                "in=in @ in=in",
                "in in (in) @ in in (in)",
                "! a @ !a"
            })
    void selectorsPrintCanonically(String text, String canonical) {
        assertThat(Selector.parse(text)).hasToString(canonical);
        assertThat(Selector.parse(canonical)).isEqualTo(Selector.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {
                "a b@unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a in@unable to parse requirement: found '' expected: '('",
                "a in x@unable to parse requirement: found 'x' expected: '('",
                "a in (x@unable to parse requirement: found '', expected: ',' or ')'",
                "a in (x y)@unable to parse requirement: found 'y', expected: ',' or ')'",
                "a in (b,(c))@unable to parse requirement: found '(', expected: ',', or identifier",
                "a in (=)@unable to parse requirement: found '=', expected: ',', ')' or identifier",
                "!@unable to parse requirement: found '', expected: identifier",
                "!a=b@found '=', expected: ',' or 'end of string'",
                ",a@found ',', expected: !, identifier, or 'end of string'",
                "a,@found '', expected: identifier after ','",
                "a,,b@found ',', expected: identifier after ','",
                "a=b c@found 'c', expected: ',' or 'end of string'",
                "a===b@unable to parse requirement: found '=', expected: identifier",
                "(@found '(', expected: !, identifier, or 'end of string'",
                "a gt 5@unable to parse requirement: found 'gt', expected: in, notin, =, ==, !=, gt, lt",
                "/a@unable to parse requirement: <nil>: Invalid value: \"/a\": prefix part must be non-empty",
                "a<x@unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value"
                        + " must be an integer"
            })
    void faultsAreWordedAsTheReferenceWordsThem(String text, String message) {
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() -> Selector.parse(text))
                .withMessage(message);
    }

    @Test
    void aValueThatIsNoLabelValueIsRefusedWithItsPlace() {
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() -> Selector.parse("a=-x"))
                .withMessageStartingWith("unable to parse requirement: values[0][a]: Invalid value: \"-x\": a valid"
                        + " label must be an empty string or consist of");
    }

    @Test
    void theEmptySelectorMatchesEverythingAndNothingMatchesNothing() {
        assertThat(Selector.parse(" ")).isEqualTo(Selector.everything());
        assertThat(Selector.everything().matches(Map.of())).isTrue();
        assertThat(Selector.everything().isEmpty()).isTrue();
        assertThat(Selector.nothing().matches(Map.of("a", "b"))).isFalse();
        assertThat(Selector.nothing().isEmpty()).isFalse();
        assertThat(Selector.nothing()).hasToString("").isNotEqualTo(Selector.everything());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=1",
                "a==1",
                "a!=2",
                "a in (1,2)",
                "a notin (2)",
                "a",
                "!b",
                "b!=1",
                "b notin (1)",
                "a>0",
                "a<2",
                "n=",
                "a=1,n"
            })
    void requirementsThatHoldMatch(String text) {
        assertThat(Selector.parse(text).matches(Map.of("a", "1", "n", ""))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=2",
                "a!=1",
                "a in (2,3)",
                "a notin (1)",
                "!a",
                "b",
                "b=",
                "b in ()",
                "a>1",
                "a<1",
                "b>0",
                "w>0",
                "a=1,b"
            })
    void requirementsThatDoNotHoldDoNotMatch(String text) {
        assertThat(Selector.parse(text).matches(Map.of("a", "1", "w", "word"))).isFalse();
    }

    @Test
    void labelSelectorObjectsAskForAllTheirParts() {
        Selector selector = Selector.ofObject(Json.object("""
                {"matchLabels": {"b": "1"}, "matchExpressions": [
                  {"key": "a", "operator": "In", "values": ["y", "x"]},
                  {"key": "c", "operator": "NotIn", "values": ["z"]},
                  {"key": "d", "operator": "Exists"},
                  {"key": "e", "operator": "DoesNotExist"}]}"""));

        assertThat(selector).hasToString("a in (x,y),b=1,c notin (z),d,!e");
        assertThat(Selector.ofObject(Json.object("{}"))).isEqualTo(Selector.everything());
    }

    @Test
    void labelSelectorObjectsAreChecked() {
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() -> Selector.ofObject(
                        Json.object("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Like\"}]}")))
                .withMessage("\"Like\" is not a valid label selector operator");
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() ->
                        Selector.ofObject(Json.object("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}")))
                .withMessage("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
        assertThatExceptionOfType(InvalidSelectorException.class)
                .isThrownBy(() -> Selector.ofObject(Json.object(
                        "{\"matchExpressions\":[{\"key\":\"/\",\"operator\":\"Exists\",\"values\":[\"a\"]}]}")))
                .withMessageStartingWith("[key: Invalid value: \"/\": ")
                .withMessageEndingWith(
                        ", values: Invalid value: [\"a\"]: values set must be empty for exists and does not exist]");
    }

    @Test
    void mapsSelectWithoutBeingChecked() {
        assertThat(Selector.ofLabels(Map.of("b", "2", "a", "1"))).hasToString("a=1,b=2");
        assertThat(Selector.ofLabels(Map.of())).isEqualTo(Selector.everything());
    }

    @Test
    void anIndexCanLookUpAnExactValue() {
        Selector selector = Selector.parse("a=1,b in (2),c in (3,4),d!=5");

        assertThat(selector.exactValue("a")).contains("1");
        assertThat(selector.exactValue("b")).contains("2");
        assertThat(selector.exactValue("c")).isEmpty();
        assertThat(selector.exactValue("d")).isEmpty();
        assertThat(selector.exactValue("e")).isEmpty();
    }

    @Test
    void aRequirementCanBeAddedExceptToNothing() {
        var requirement = new Requirement("b", Operator.EXISTS, List.of());

        assertThat(Selector.parse("c,a").and(requirement)).hasToString("a,b,c");
        assertThat(Selector.nothing().and(requirement).isNothing()).isTrue();
    }
}

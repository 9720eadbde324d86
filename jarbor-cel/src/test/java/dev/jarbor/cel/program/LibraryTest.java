package dev.jarbor.cel.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Meter;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documented examples of each function: kubernetes.io/docs/reference/using-api/cel and the libraries' own pages. */
class LibraryTest {
    private static final Environment EMPTY = Environment.of(Map.of());

    private static Object value(String expression) {
        return switch (EMPTY.compile(expression)) {
            case Compilation.Refused(String message) -> throw new AssertionError(expression + ": " + message);
            case Compilation.Compiled(Program program) ->
                program.evaluate(Variables.of(Map.of()), new Meter(Program.CALL_LIMIT));
        };
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/true-expressions.txt", delimiter = '\u0001', quoteCharacter = '\u0002')
    void whatTheDocumentationSaysHolds(String expression) {
        assertThat(value(expression)).as(expression).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/failing-expressions.txt", delimiter = '|', quoteCharacter = '\u0002')
    void whatHasNoValueSaysWhy(String expression, String message) {
        try {
            Object value = value(expression.strip());
            throw new AssertionError(expression + " is " + value);
        } catch (CelException e) {
            assertThat(e.getMessage()).as(expression).isEqualTo(message.strip());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 'a']",
                "{'a': 1, 'b': 'c'}",
                "1 + 'a'",
                "foo",
                "'a'.frob()",
                "1 +",
                "self.x",
                "'a'.matches('(')",
                "duration('1 year') > duration('1s')"
            })
    void whatMakesNoSenseIsRefusedWithItsPlace(String expression) {
        assertThat(EMPTY.compile(expression))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        refused -> assertThat(refused.message()).startsWith("ERROR: <input>:1:"));
    }
}

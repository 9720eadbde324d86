package dev.jarbor.cel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.program.ExpressionRuns.Ending;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Expressions that want to cost a lot are stopped before they do. */
class BombTest {
    private static final Duration QUICKLY = Duration.ofSeconds(20);

    private static Ending run(String expression, Value self) {
        return assertTimeoutPreemptively(QUICKLY, () -> ExpressionRuns.run(expression, self));
    }

    @Test
    void loopsInLoopsStopAtTheLimit() {
        Value numbers = ListValue.of(Collections.nCopies(1000, Value.of(1)));
        assertThat(run("self.all(a, self.all(b, self.all(c, a + b + c > 0)))", numbers))
                .isEqualTo(Ending.TOO_EXPENSIVE);
    }

    @Test
    void aListThatIsDoubledAgainAndAgainTakesNoMemory() {
        String doubled = "[self]" + ".map(x, x + x)".repeat(40) + "[0].size() > 0";
        assertThat(run(doubled, ListValue.of(Collections.nCopies(100, Value.of(1)))))
                .isIn(Ending.TOO_EXPENSIVE, Ending.NO_VALUE);
    }

    @Test
    void aTextThatIsDoubledAgainAndAgainStops() {
        assertThat(run("[self]" + ".map(x, x + x)".repeat(40) + "[0].size() > 0", Value.of("0123456789")))
                .isEqualTo(Ending.TOO_EXPENSIVE);
    }

    @Test
    void replacingNothingBySomethingLongStops() {
        Value text = Value.of("0123456789".repeat(2000));
        assertThat(run("self.replace('', self).size() > 0", text)).isEqualTo(Ending.TOO_EXPENSIVE);
    }

    @Test
    void catastrophicPatternsTakeLinearTime() {
        Value text = Value.of("a".repeat(5000) + "b");
        assertThat(run("self.matches('^(a+)+$')", text)).isEqualTo(Ending.VALUE);
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(run("(".repeat(5000) + "1" + ")".repeat(5000), Value.of(1))).isEqualTo(Ending.REFUSED);
        assertThat(run("[".repeat(5000) + "]".repeat(5000), Value.of(1))).isEqualTo(Ending.REFUSED);
        assertThat(run("self" + " + self".repeat(20_000), Value.of(1)))
                .isIn(Ending.REFUSED, Ending.VALUE, Ending.NO_VALUE);
    }

    @Test
    void textThatIsTooLongIsRefused() {
        assertThat(run("'" + "a".repeat(200_000) + "' == ''", Value.of(1))).isEqualTo(Ending.REFUSED);
    }
}

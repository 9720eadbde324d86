package dev.jarbor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.Value;
import org.junit.jupiter.api.Test;

final class IntOrStringTest {
    @Test
    void aPercentageScalesWithTheTotalAndRoundsAsAsked() {
        assertThat(IntOrString.of("25%").scaled(10, true)).isEqualTo(3);
        assertThat(IntOrString.of("25%").scaled(10, false)).isEqualTo(2);
        assertThat(IntOrString.of("100%").scaled(7, false)).isEqualTo(7);
        assertThat(IntOrString.of("0%").scaled(7, true)).isZero();
    }

    @Test
    void aNumberIsItselfWhateverTheTotal() {
        assertThat(IntOrString.of(5).scaled(100, true)).isEqualTo(5);
    }

    @Test
    void aTextThatIsNoPercentageDoesNotScale() {
        assertThatThrownBy(() -> IntOrString.of("five").scaled(10, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a percentage");
        assertThatThrownBy(() -> IntOrString.of("x%").scaled(10, true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextReadsAsTheNumberItSpells() {
        assertThat(IntOrString.of("8080").number()).isEqualTo(8080);
        assertThat(IntOrString.of("http").number()).isZero();
        assertThat(IntOrString.of("http").isText()).isTrue();
        assertThat(IntOrString.of(80)).hasToString("80");
    }

    @Test
    void anAbsentFieldReadsAsZero() {
        assertThat(IntOrString.read(NullValue.NULL)).isEqualTo(IntOrString.of(0));
        assertThat(IntOrString.read(Value.of("http"))).isEqualTo(IntOrString.of("http"));
        assertThatThrownBy(() -> new IntOrString(Value.of(true))).isInstanceOf(IllegalArgumentException.class);
    }
}

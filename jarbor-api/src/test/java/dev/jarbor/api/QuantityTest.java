package dev.jarbor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.Quantity.Format;
import dev.jarbor.api.value.Value;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the reference's {@code k8s.io/apimachinery/pkg/api/resource}. */
final class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0n, 0",
        "0Ki, 0",
        "1.5, 1500m",
        "1.5Gi, 1536Mi",
        "1Ki, 1Ki",
        "8Ki, 8Ki",
        "7Mi, 7Mi",
        "1024Ki, 1Mi",
        "1024Mi, 1Gi",
        "1000Ki, 1000Ki",
        "5m, 5m",
        "1000m, 1",
        "1100m, 1100m",
        "0.5, 500m",
        ".5, 500m",
        "100, 100",
        "1000, 1k",
        "1500, 1500",
        "1000000, 1M",
        "12e6, 12e6",
        "1e3, 1e3",
        "1E6, 1e6",
        "12E3, 12e3",
        "100e3, 100e3",
        "1000e3, 1e6",
        "1E, 1E",
        "1Ei, 1Ei",
        "0.5Gi, 512Mi",
        "0.1Gi, 107374182400m",
        ".01Ki, 10240m",
        "0.001Ki, 1024m",
        "-1.5, -1500m",
        "-0.5Gi, -512Mi",
        "1.01, 1010m",
        "1.G, 1G",
        "1n, 1n",
        "1u, 1u",
        "0.1n, 1n",
        "-0.1n, -1n",
        "1.0000000001, 1000000001n",
        "9223372036854775807, 9223372036854775807",
        "100Ei, 9223372036854775807",
        "1500k, 1500k",
        "128974848, 128974848",
        "129e6, 129e6",
        "129M, 129M",
        "123Mi, 123Mi"
    })
    void aQuantityPrintsCanonicallyInTheFamilyItWasWrittenIn(String written, String canonical) {
        assertThat(Quantity.parse(written)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "-3.01e-", " 1", "1 ", ""})
    void whatDoesNotFollowTheGrammarIsRefused(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Quantity.tryParse(text)).isEmpty();
    }

    @Test
    void aMalformedQuantityIsRefusedInTheWordsOfTheReference() {
        assertThatThrownBy(() -> Quantity.parse("1x"))
                .hasMessage("quantities must match the regular expression"
                        + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        assertThatThrownBy(() -> Quantity.parse("1i")).hasMessage("unable to parse quantity's suffix");
    }

    @Test
    void equalAmountsAreEqualHoweverTheyAreWritten() {
        assertThat(Quantity.parse("1Gi"))
                .isEqualTo(Quantity.parse("1024Mi"))
                .hasSameHashCodeAs(Quantity.parse("1024Mi"));
        assertThat(Quantity.parse("1")).isEqualByComparingTo(Quantity.parse("1000m"));
        assertThat(Quantity.parse("1G")).isLessThan(Quantity.parse("1Gi"));
    }

    @Test
    void sumsKeepTheFormatOfTheFirstUnlessThatIsZero() {
        assertThat(Quantity.parse("1Gi").add(Quantity.parse("512Mi"))).hasToString("1536Mi");
        assertThat(Quantity.parse("1").subtract(Quantity.parse("100m"))).hasToString("900m");
        assertThat(Quantity.ZERO.add(Quantity.parse("1Gi"))).hasToString("1Gi");
        assertThat(Quantity.parse("250m").multiply(4)).hasToString("1");
        assertThat(Quantity.parse("1Ki").negate()).hasToString("-1Ki");
    }

    @Test
    void wholeUnitsAreRoundedAwayFromZero() {
        assertThat(Quantity.parse("1500m").longValue()).isEqualTo(2);
        assertThat(Quantity.parse("-1500m").longValue()).isEqualTo(-2);
        assertThat(Quantity.parse("1n").milliValue()).isEqualTo(1);
        assertThat(Quantity.parse("1Gi").longValue()).isEqualTo(1L << 30);
        assertThat(Quantity.parse("1e30").longValue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void smallBinaryAmountsPrintWithDecimalSuffixes() {
        assertThat(Quantity.of(100, Format.BINARY_SI)).hasToString("100");
        assertThat(Quantity.of(1025, Format.BINARY_SI)).hasToString("1025");
        assertThat(Quantity.of(new BigDecimal("1024.5"), Format.BINARY_SI)).hasToString("1024500m");
    }

    @Test
    void aFieldMayHoldABareNumber() {
        assertThat(Quantity.read(Value.of(2))).hasToString("2");
        assertThat(Quantity.read(Value.of(0.25))).hasToString("250m");
        assertThat(Quantity.read(Value.of("nonsense"))).isEqualTo(Quantity.ZERO);
    }

    @Test
    void whatIsPrintedReadsBackAsTheSameAmountAndPrintsTheSame() {
        var random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            var amount = BigDecimal.valueOf(random.nextLong() >> random.nextInt(63), random.nextInt(10));
            for (Format format : Format.values()) {
                Quantity quantity = Quantity.of(amount, format);
                Quantity again = Quantity.parse(quantity.toString());
                assertThat(again).isEqualTo(quantity).hasToString(quantity.toString());
            }
        }
    }
}

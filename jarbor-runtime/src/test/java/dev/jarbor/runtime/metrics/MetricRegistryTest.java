package dev.jarbor.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricRegistryTest {
    private final MetricRegistry registry = new MetricRegistry();

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "3,3",
        "-2,-2",
        "0.005,0.005",
        "0.0001,0.0001",
        "0.00001,1e-05",
        "0.000015,1.5e-05",
        "0.00002048,2.048e-05",
        "1e-10,1e-10",
        "12345678.5,12345678.5",
        "1e15,1000000000000000",
        "1e21,1e+21",
        "Infinity,+Inf",
        "NaN,NaN"
    })
    void numbersArePrintedAsPrometheusPrintsThem(double number, String printed) {
        assertThat(MetricRegistry.number(number)).isEqualTo(printed);
    }

    @Test
    void aMetricWithoutLabelsIsThereBeforeAnythingIsCounted() {
        registry.counter("things_total", "Things.");
        registry.histogram("sizes", "Sizes.", List.of(1.0));
        registry.counter("kinds_total", "Kinds.", "kind");
        assertThat(registry.text())
                .contains("\nthings_total 0\n")
                .contains("\nsizes_bucket{le=\"1\"} 0\n", "\nsizes_bucket{le=\"+Inf\"} 0\n", "\nsizes_count 0\n")
                .doesNotContain("\nkinds_total{");
    }
}

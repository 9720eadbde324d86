package dev.jarbor.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations in the words of the reference's messages. */
class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT10S, 10s",
        "PT1.25S, 1.25s",
        "PT0.35S, 350ms",
        "PT0.0000015S, 1.5µs",
        "PT2M40S, 2m40s",
        "PT5M, 5m0s",
        "PT1H2M3S, 1h2m3s",
    })
    void aDurationReadsAsGoPrintsIt(Duration duration, String text) {
        assertThat(GoDuration.text(duration)).isEqualTo(text);
    }
}

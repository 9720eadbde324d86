package dev.jarbor.api.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facts are those of k8s.io/apimachinery, util/duration. */
class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S,0s,0s",
        "PT1S,1s,1s",
        "PT70S,70s,1m",
        "PT119S,119s,1m",
        "PT120S,2m,2m",
        "PT190S,3m10s,3m",
        "PT600S,10m,10m",
        "PT47M,47m,47m",
        "PT2H59M,179m,2h",
        "PT3H,3h,3h",
        "PT3H10M,3h10m,3h",
        "PT8H30M,8h,8h",
        "PT47H,47h,1d",
        "PT48H,2d,2d",
        "PT51H,2d3h,2d",
        "PT123H,5d3h,5d",
        "P8D,8d,8d",
        "P364D,364d,364d",
        "P400D,400d,1y",
        "P730D,2y,2y",
        "P740D,2y10d,2y",
        "P2919D,7y364d,7y",
        "P3000D,8y,8y"
    })
    void agesAreShownWithFewFigures(String duration, String human, String brief) {
        assertThat(HumanDuration.of(Duration.parse(duration))).isEqualTo(human);
        assertThat(HumanDuration.shortOf(Duration.parse(duration))).isEqualTo(brief);
    }

    @Test
    void clocksMayDifferALittle() {
        assertThat(HumanDuration.of(Duration.ofMillis(-1999))).isEqualTo("0s");
        assertThat(HumanDuration.of(Duration.ofSeconds(-2))).isEqualTo("<invalid>");
        assertThat(HumanDuration.shortOf(Duration.ofMillis(-1999))).isEqualTo("0s");
        assertThat(HumanDuration.shortOf(Duration.ofSeconds(-2))).isEqualTo("<invalid>");
    }
}

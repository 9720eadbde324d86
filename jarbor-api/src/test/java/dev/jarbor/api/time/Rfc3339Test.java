package dev.jarbor.api.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3339, section 5.6, in the profile of metav1.Time and metav1.MicroTime. */
class Rfc3339Test {
    @Test
    void timesPrintWithSecondsOrMicroseconds() {
        var instant = Instant.parse("2024-02-03T04:05:06.123456789Z");

        assertThat(Rfc3339.seconds(instant)).isEqualTo("2024-02-03T04:05:06Z");
        assertThat(Rfc3339.micros(instant)).isEqualTo("2024-02-03T04:05:06.123456Z");
        assertThat(Rfc3339.micros(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000000Z");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29T23:59:59Z,2024-02-29T23:59:59Z",
        "2024-02-03T04:05:06.5Z,2024-02-03T04:05:06.5Z",
        "2024-02-03T04:05:06.123456789123Z,2024-02-03T04:05:06.123456789Z",
        "2024-02-03T04:05:06+02:00,2024-02-03T02:05:06Z",
        "2024-02-03T04:05:06.000001-05:30,2024-02-03T09:35:06.000001Z"
    })
    void anyOffsetAndPrecisionIsRead(String text, String instant) {
        assertThat(Rfc3339.parse(text)).contains(Instant.parse(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024-02-03",
                "2024-02-03T04:05:06",
                "2024-02-03 04:05:06Z",
                "2024-02-30T04:05:06Z",
                "2024-13-03T04:05:06Z",
                "2024-02-03T24:00:00Z",
                "2024-02-03T04:05:60Z",
                "2024-02-03T04:05:06.Z",
                "2024-02-03T04:05:06z",
                "2024-02-03T04:05:06+0200",
                "2024-02-03T04:05:06+02:60",
                "2024-02-03T04:05:0xZ",
                "2024-02-03T04:05:06Z "
            })
    void whatIsNoTimeReadsAsNone(String text) {
        assertThat(Rfc3339.parse(text)).isEmpty();
    }

    @Property
    void timesReadBackToTheMicrosecond(
            @ForAll @LongRange(min = -62135596800L, max = 253402300799L) long second,
            @ForAll @LongRange(min = 0, max = 999_999) long micro) {
        var instant = Instant.ofEpochSecond(second, micro * 1000);

        assertThat(Rfc3339.parse(Rfc3339.micros(instant))).contains(instant);
        assertThat(Rfc3339.parse(Rfc3339.seconds(instant))).contains(Instant.ofEpochSecond(second));
    }
}

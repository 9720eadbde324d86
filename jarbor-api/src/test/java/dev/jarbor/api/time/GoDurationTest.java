package dev.jarbor.api.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms and messages are those of Go's time.ParseDuration and Duration.String. */
class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "-0,0s",
        "1h30m,1h30m0s",
        "1.5s,1.5s",
        "300ms,300ms",
        "1.5h,1h30m0s",
        "90s,1m30s",
        "36h,36h0m0s",
        "1h0.25s,1h0m0.25s",
        "-1.5h,-1h30m0s",
        "+5s,5s",
        ".5s,500ms",
        "1.s,1s",
        "1us,1\u00b5s",
        "1\u00b5s500ns,1.5\u00b5s",
        "1\u03bcs,1\u00b5s",
        "17ns,17ns",
        "1s1s,2s"
    })
    void durationsReadAndPrintAsGos(String text, String printed) {
        assertThat(GoDuration.text(GoDuration.parse(text))).isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "~~;time: invalid duration \"\"",
                "3;time: missing unit in duration \"3\"",
                "1m2;time: missing unit in duration \"1m2\"",
                "-;time: invalid duration \"-\"",
                "s;time: invalid duration \"s\"",
                ".s;time: invalid duration \".s\"",
                "1d;time: unknown unit \"d\" in duration \"1d\"",
                "1 s;time: unknown unit \" s\" in duration \"1 s\"",
                "1.2.3s;time: invalid duration \"1.2.3s\"",
                "3000000h;time: invalid duration \"3000000h\""
            })
    void whatIsNoDurationIsRefused(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GoDuration.parse(text))
                .withMessage(message);
    }

    @Test
    void theLongestDurationIsGos() {
        assertThat(GoDuration.text(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo("2562047h47m16.854775807s");
        assertThat(GoDuration.parse("2562047h47m16.854775807s")).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    @Property
    void durationsReadBack(@ForAll long nanos) {
        var duration = Duration.ofNanos(nanos);

        assertThat(GoDuration.parse(GoDuration.text(duration))).isEqualTo(duration);
    }
}

package dev.jarbor.api.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *            | 2030-01-01T00:00:30Z | 2030-01-01T00:01:00Z",
                "*/15 * * * *         | 2030-01-01T00:15:00Z | 2030-01-01T00:30:00Z",
                "20-35/15 * * * *     | 2030-01-01T00:00:00Z | 2030-01-01T00:20:00Z",
                "30 8,17 * * mon-fri  | 2030-01-04T18:00:00Z | 2030-01-07T08:30:00Z",
                "0 0 31 * *           | 2030-02-01T00:00:00Z | 2030-03-31T00:00:00Z",
                "0 0 29 2 *           | 2029-01-01T00:00:00Z | 2032-02-29T00:00:00Z",
                "0 0 13 * fri         | 2030-01-05T00:00:00Z | 2030-01-11T00:00:00Z",
                "0 0 */2 * sun        | 2030-01-02T00:00:00Z | 2030-01-03T00:00:00Z",
                "0 0 1 1 ?            | 2030-01-01T00:00:00Z | 2031-01-01T00:00:00Z",
                "@hourly              | 2030-01-01T00:00:00Z | 2030-01-01T01:00:00Z",
                "@weekly              | 2030-01-01T00:00:00Z | 2030-01-06T00:00:00Z",
                "@every 90m           | 2030-01-01T00:00:10Z | 2030-01-01T01:30:10Z",
                "TZ=Asia/Tokyo 0 9 * * *      | 2030-01-01T00:00:00Z | 2030-01-02T00:00:00Z",
            })
    void theNextTimeIsTheFirstThatAllFieldsAdmit(String schedule, String after, String next) {
        assertThat(CronSchedule.parse(schedule).next(Instant.parse(after), ZoneOffset.UTC))
                .contains(Instant.parse(next));
    }

    @Test
    void whatNeverComesIsNotWaitedFor() {
        assertThat(CronSchedule.parse("0 0 31 2 *").next(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC))
                .isEmpty();
    }

    private static List<String> times(String schedule, String from, String to) {
        var times = new ArrayList<String>();
        Instant end = Instant.parse(to);
        CronSchedule parsed = CronSchedule.parse(schedule);
        Instant time = Instant.parse(from);
        while (true) {
            time = parsed.next(time, ZoneId.of("Europe/Berlin")).orElseThrow();
            if (time.isAfter(end)) {
                return times;
            }
            times.add(time.toString());
        }
    }

    @Test
    void aTimeThatTheClockLeapsOverDoesNotComeThatDay() {
        assertThat(times("30 2 * * *", "2030-03-30T00:00:00Z", "2030-04-01T12:00:00Z"))
                .containsExactly("2030-03-30T01:30:00Z", "2030-04-01T00:30:00Z");
    }

    @Test
    void aTimeThatTheClockShowsTwiceComesTwice() {
        assertThat(times("30 2 * * *", "2030-10-26T12:00:00Z", "2030-10-28T12:00:00Z"))
                .containsExactly("2030-10-27T00:30:00Z", "2030-10-27T01:30:00Z", "2030-10-28T01:30:00Z");
    }
}

package dev.jarbor.controllers.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets of indexes as a Job's status writes them. */
class IndexesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''        | ''
            0         | 0
            0,1       | 0,1
            0-2       | 0-2
            1,3-5,7   | 1,3-5,7
            0-99      | 0-9
            8,12      | 8
            x,3       | 3
            5-2       | ''
            """)
    void whatIsReadIsWrittenTheSameAndWhatIsBeyondTheJobIsNotThere(String text, String written) {
        assertThat(Indexes.parse(text, 10)).hasToString(written);
    }

    @Test
    void indexesAreAddedAndCompared() {
        Indexes some = Indexes.NONE.with(4).with(5).with(6).with(9);
        assertThat(some).hasToString("4-6,9");
        assertThat(some.size()).isEqualTo(4);
        assertThat(some.has(5)).isTrue();
        assertThat(some.and(Indexes.parse("5-9", 10))).hasToString("5,6,9");
        assertThat(some.with(5)).isEqualTo(some);
    }
}

package dev.jarbor.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotRunTest {
    @Test
    void aReportNamesEachTestWithItsReasonAndBeginsAnewWithEachRun(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("target/not-run.txt");
        var console = new ByteArrayOutputStream();
        new NotRun(file, new PrintStream(console, true, UTF_8)).report("a.B.stale", "no root");
        var notRun = new NotRun(file, new PrintStream(console, true, UTF_8));
        notRun.report("a.B.c", "no root");
        notRun.report("a.B.d", "no runc");
        assertThat(Files.readString(file)).isEqualTo("""
                not run: a.B.c (no root)
                not run: a.B.d (no runc)
                """);
        assertThat(console.toString(UTF_8)).endsWith(Files.readString(file));
    }

    @Test
    void refusingAClassNamesAllTestsInIt() {
        assertThat(NeedsCondition.names(Some.class))
                .containsExactly(
                        Some.class.getName() + ".first",
                        Some.class.getName() + ".second",
                        Some.Inner.class.getName() + ".third");
    }

    @Test
    void programsAreFoundAlsoWhereThePathLacksTheFoldersOfTheSystem() {
        assertThat(Programs.find("sh")).isPresent();
        assertThat(Programs.find("no-such-program")).isEmpty();
    }

    /** Not run itself: the methods only have to be found. */
    static class Some {
        @RepeatedTest(2)
        void second() {}

        @Test
        void first() {}

        void notATest() {}

        @Nested
        class Inner {
            @Test
            void third() {}
        }
    }
}

package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes on a real disk, killed at random moments. {@code -Djarbor.crash.rounds=1000} for a thorough one, {@code
 * -Djarbor.crash.seed=7} for other moments, {@code -Djarbor.crash.folder=FOLDER} for another disk: a file system smaller than 64 MiB is
 * really filled. How far it is stands in {@code target/crash-FAULT.txt}.
 */
class CrashTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @EnumSource(CrashRounds.Fault.class)
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void noAcknowledgedWriteIsLostAndNoneIsThereByHalf(CrashRounds.Fault fault) throws Exception {
        int count = Integer.getInteger("jarbor.crash.rounds", 3);
        long seed = Long.getLong("jarbor.crash.seed", 1);
        Path disk = Path.of(System.getProperty("jarbor.crash.folder", temporary.toString()));
        var rounds =
                new CrashRounds(Files.createTempDirectory(disk, fault + "-").resolve("store"), seed);
        for (int round = 1; round <= count; round++) {
            try {
                rounds.run(fault);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(fault + ", seed " + seed + ", round " + round, failure);
            }
            Files.writeString(
                    Path.of("target", "crash-" + fault + ".txt"),
                    "%d rounds of seed %d, %d with the fault, %d acknowledged commits%n"
                            .formatted(round, seed, rounds.faults(), rounds.commits()));
        }
        assertThat(rounds.commits()).isPositive();
        assertThat(rounds.faults()).isPositive();
    }
}

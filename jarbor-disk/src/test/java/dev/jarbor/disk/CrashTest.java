package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes on a real disk, killed at random moments. {@code -Djarbor.crash.rounds=1000} for a thorough one, {@code
 * -Djarbor.crash.seed=7} for other moments.
 */
class CrashTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(CrashRounds.Fault.class)
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void noAcknowledgedWriteIsLostAndNoneIsThereByHalf(CrashRounds.Fault fault) throws Exception {
        int count = Integer.getInteger("jarbor.crash.rounds", 3);
        long seed = Long.getLong("jarbor.crash.seed", 1);
        var rounds = new CrashRounds(folder, seed);
        for (int round = 1; round <= count; round++) {
            try {
                rounds.run(fault);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(fault + ", seed " + seed + ", round " + round, failure);
            }
        }
        assertThat(rounds.commits()).isPositive();
    }
}

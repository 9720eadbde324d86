package dev.jarbor.node.pod;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Durations as the reference's messages show them: {@code 10s}, {@code 2m40s}, {@code 1.25s}, {@code 350ms}. */
public final class GoDuration {
    private GoDuration() {}

    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return decimal(duration.toNanos(), duration.toNanos() < 1_000_000 ? 3 : 6)
                    + (duration.toNanos() < 1_000_000 ? "µs" : "ms");
        }
        long minutes = duration.toMinutes();
        String seconds = decimal(duration.minusMinutes(minutes).toNanos(), 9) + "s";
        if (minutes == 0) {
            return seconds;
        }
        return minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long amount, int places) {
        BigDecimal exact = BigDecimal.valueOf(amount, places);
        return exact.setScale(Math.min(3, places), RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}

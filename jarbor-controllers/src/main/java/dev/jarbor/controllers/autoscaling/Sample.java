package dev.jarbor.controllers.autoscaling;

import java.time.Duration;
import java.time.Instant;

/**
 * What is known of one pod.
 *
 * @param milli the value in thousandths
 * @param at when it was so
 * @param window over which it was averaged
 */
record Sample(long milli, Instant at, Duration window) {
    /** A value that stands in for one that is not known. */
    static Sample assumed(long milli) {
        return new Sample(milli, Instant.EPOCH, Duration.ZERO);
    }
}

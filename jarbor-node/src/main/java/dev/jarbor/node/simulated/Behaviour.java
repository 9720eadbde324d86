package dev.jarbor.node.simulated;

import java.time.Duration;

/**
 * How containers of an image behave.
 *
 * @param pullFailure why its pull fails; "" when it succeeds
 * @param startFailure why it cannot be started; "" when it can
 * @param runs how long it runs before it exits by itself; zero for ever
 * @param exitCode with which it then exits
 * @param readyAfter how long after its start its probes begin to succeed
 * @param stops how long it takes to end when asked to
 */
public record Behaviour(
        String pullFailure, String startFailure, Duration runs, int exitCode, Duration readyAfter, Duration stops) {
    /** Runs until it is stopped, and is ready at once. */
    public static final Behaviour SERVES =
            new Behaviour("", "", Duration.ZERO, 0, Duration.ZERO, Duration.ofMillis(100));

    /** Exits with {@code exitCode} after {@code runs}. */
    public static Behaviour exits(Duration runs, int exitCode) {
        return new Behaviour("", "", runs, exitCode, Duration.ZERO, Duration.ofMillis(100));
    }

    public static Behaviour pullFails(String message) {
        return new Behaviour(message, "", Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);
    }

    public static Behaviour startFails(String message) {
        return new Behaviour("", message, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);
    }

    public Behaviour withReadyAfter(Duration delay) {
        return new Behaviour(pullFailure, startFailure, runs, exitCode, delay, stops);
    }

    public Behaviour withStops(Duration delay) {
        return new Behaviour(pullFailure, startFailure, runs, exitCode, readyAfter, delay);
    }
}

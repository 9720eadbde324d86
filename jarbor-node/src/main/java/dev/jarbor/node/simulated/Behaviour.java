package dev.jarbor.node.simulated;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How containers of an image behave.
 *
 * @param pullFailure why its pull fails; "" when it succeeds
 * @param startFailure why it cannot be started; "" when it can
 * @param starts how long it takes to start; empty for what is usual on the node
 * @param runs how long it runs before it exits by itself; empty for ever
 * @param exitCode with which it then exits
 * @param readyAfter how long after its start its probes begin to succeed
 * @param stops how long it takes to end when asked to
 * @param conversation what it says and answers
 * @param then how it behaves after a restart: the next one of these, the last of them from then on; empty for always the same
 */
public record Behaviour(
        String pullFailure,
        String startFailure,
        Optional<Duration> starts,
        Optional<Duration> runs,
        int exitCode,
        Duration readyAfter,
        Duration stops,
        Conversation conversation,
        List<Behaviour> then) {
    /** Runs until it is stopped, and is ready at once. */
    public static final Behaviour SERVES = new Behaviour(
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            0,
            Duration.ZERO,
            Duration.ofMillis(100),
            Conversation.NONE,
            List.of());

    public Behaviour {
        then = List.copyOf(then);
    }

    /** Exits with {@code exitCode} after {@code runs}. */
    public static Behaviour exits(Duration runs, int exitCode) {
        return SERVES.withExit(runs, exitCode);
    }

    public static Behaviour pullFails(String message) {
        return SERVES.withPullFailure(message);
    }

    public static Behaviour startFails(String message) {
        return SERVES.withStartFailure(message);
    }

    /** How the instance behaves that was started after so many restarts. */
    Behaviour at(int restarts) {
        return restarts == 0 || then.isEmpty() ? this : then.get(Math.min(restarts, then.size()) - 1);
    }

    public Behaviour withPullFailure(String message) {
        return new Behaviour(message, startFailure, starts, runs, exitCode, readyAfter, stops, conversation, then);
    }

    public Behaviour withStartFailure(String message) {
        return new Behaviour(pullFailure, message, starts, runs, exitCode, readyAfter, stops, conversation, then);
    }

    public Behaviour withStarts(Duration delay) {
        return new Behaviour(
                pullFailure, startFailure, Optional.of(delay), runs, exitCode, readyAfter, stops, conversation, then);
    }

    public Behaviour withExit(Duration after, int code) {
        return new Behaviour(
                pullFailure, startFailure, starts, Optional.of(after), code, readyAfter, stops, conversation, then);
    }

    public Behaviour withReadyAfter(Duration delay) {
        return new Behaviour(pullFailure, startFailure, starts, runs, exitCode, delay, stops, conversation, then);
    }

    public Behaviour withStops(Duration delay) {
        return new Behaviour(pullFailure, startFailure, starts, runs, exitCode, readyAfter, delay, conversation, then);
    }

    public Behaviour withConversation(Conversation other) {
        return new Behaviour(pullFailure, startFailure, starts, runs, exitCode, readyAfter, stops, other, then);
    }

    /** How it behaves after the first restart, the second, and so on. */
    public Behaviour withThen(List<Behaviour> others) {
        return new Behaviour(
                pullFailure, startFailure, starts, runs, exitCode, readyAfter, stops, conversation, others);
    }
}

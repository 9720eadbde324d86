package dev.jarbor.node.driver;

import java.time.Duration;

/** A driver has not done what was asked; the message is for the owner of the claim. */
public final class DriverFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Duration PEACE = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(15);

    private final Kind kind;

    /** What is to be made of it. */
    public enum Kind {
        /** It will never do this: to ask for something else is the way out. */
        INFEASIBLE,
        /** There is no room for it where it was asked for; elsewhere there may be. */
        EXHAUSTED,
        /** It has not done it, and may another time. */
        FAILED,
        /** Nobody knows whether it has done it: nothing else may be asked for before that is known. */
        UNCERTAIN
    }

    public DriverFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** How long to leave the driver in peace before it is asked again. */
    Duration pause() {
        return kind == Kind.INFEASIBLE ? PEACE : RETRY;
    }

    /** The same as text; never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}

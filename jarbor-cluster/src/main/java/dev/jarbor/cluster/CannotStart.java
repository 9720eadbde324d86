package dev.jarbor.cluster;

/** Why a cluster cannot be started, in one line for its user: the cause and the remedy. */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotStart(String message) {
        super(message);
    }

    public CannotStart(String message, Throwable cause) {
        super(message, cause);
    }
}

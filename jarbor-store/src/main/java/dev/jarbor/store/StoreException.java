package dev.jarbor.store;

/** The store did not do what it was asked for, for a reason of its own and not of the request. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Outcome outcome;

    /** What is known of the request. */
    public enum Outcome {
        /** Nothing was written. */
        NOT_DONE,
        /** A commit may have been made, or be made yet: whoever asked must look before they ask again. */
        UNKNOWN,
        /** The same, because no answer came in time. */
        TIMEOUT
    }

    public StoreException(Outcome outcome, String message, Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    public StoreException(Outcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }
}

package dev.jarbor.cluster.options;

/** An option that is unknown, malformed, contradicts another or names a file that cannot be used: one line for its user. */
public final class WrongOption extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WrongOption(String message) {
        super(message);
    }

    public WrongOption(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.jarbor.disk;

/** A store is not opened, and left as it is; the message says why and what to do. */
public final class CannotOpen extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotOpen(String message) {
        super(message);
    }

    CannotOpen(String message, Throwable cause) {
        super(message, cause);
    }
}

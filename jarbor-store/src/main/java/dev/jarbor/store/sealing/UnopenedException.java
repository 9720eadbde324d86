package dev.jarbor.store.sealing;

/** One way of sealing does not open, or cannot seal, what it was given; the message says why. */
final class UnopenedException extends Exception {
    private static final long serialVersionUID = 1;

    UnopenedException(String message) {
        super(message);
    }

    UnopenedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Why, in one line. */
    String reason() {
        return String.valueOf(getMessage());
    }
}

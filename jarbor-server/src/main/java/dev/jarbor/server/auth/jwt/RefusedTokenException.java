package dev.jarbor.server.auth.jwt;

/** A token, or what is needed to check it, is not to be believed; the message says why. */
final class RefusedTokenException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedTokenException(String message) {
        super(message);
    }

    RefusedTokenException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Why, in one line. */
    String reason() {
        return String.valueOf(getMessage());
    }
}

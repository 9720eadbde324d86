package dev.jarbor.api.jsonpath;

/** A path is malformed; the message says how. */
public final class InvalidJsonPathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidJsonPathException(String message) {
        super(message);
    }
}

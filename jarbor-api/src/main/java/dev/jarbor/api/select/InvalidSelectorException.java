package dev.jarbor.api.select;

/** A selector that says nothing: the message is the reference's, ready for a bad request's status. */
public final class InvalidSelectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSelectorException(String message) {
        super(message);
    }
}

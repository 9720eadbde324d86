package dev.jarbor.node.env;

/** A pod refers to something that is not there, or not in a form that can be used; the message is for its status. */
public final class MissingReferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MissingReferenceException(String message) {
        super(message);
    }
}

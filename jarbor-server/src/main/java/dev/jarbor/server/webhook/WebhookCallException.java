package dev.jarbor.server.webhook;

/** A webhook could not be asked, or did not answer with what it was asked for; the message is the reference's. */
public final class WebhookCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WebhookCallException(String message) {
        super(message);
    }

    WebhookCallException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What went wrong, never absent. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

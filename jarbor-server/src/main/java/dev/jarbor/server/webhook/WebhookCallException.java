package dev.jarbor.server.webhook;

/** A webhook could not be asked, or did not answer with what it was asked for; the message is the reference's. */
public final class WebhookCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the reference counts a call as that comes to nothing. */
    private static final int UNAVAILABLE = 503;

    private final int code;

    WebhookCallException(String message) {
        this(message, UNAVAILABLE);
    }

    /** @param code what the webhook answered with */
    WebhookCallException(String message, int code) {
        super(message);
        this.code = code;
    }

    WebhookCallException(String message, Throwable cause) {
        super(message, cause);
        this.code = cause instanceof WebhookCallException failure ? failure.code : UNAVAILABLE;
    }

    /** The code under which the failure is counted. */
    public int code() {
        return code;
    }

    /** What went wrong, never absent. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

package dev.jarbor.network.host;

/** The machine did not do what it was asked; the message names what, and what it said. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}

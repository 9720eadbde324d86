package dev.jarbor.server.http;

/** The client's connection has ended before the answer did. */
final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoneException(Throwable cause) {
        super("the client has closed the connection", cause);
    }
}

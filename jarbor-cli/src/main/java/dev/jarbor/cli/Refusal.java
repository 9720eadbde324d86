package dev.jarbor.cli;

/** Something the user asked for cannot be done: one line with the cause and the remedy, and exit code 1. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.jarbor.controllers.autoscaling;

/** A number of replicas cannot be worked out; the message says why, in the reference's words. */
final class UnknownMetricException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownMetricException(String message) {
        super(message);
    }

    /** The reason as it follows another. */
    String reason() {
        return String.valueOf(getMessage());
    }
}

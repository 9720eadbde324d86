package dev.jarbor.scheduler;

/** A filter cannot say whether a pod may go to a node; the pod is not tried on others. */
final class FilterFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FilterFailedException(String plugin, String reason) {
        super("running \"" + plugin + "\" filter plugin: " + reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

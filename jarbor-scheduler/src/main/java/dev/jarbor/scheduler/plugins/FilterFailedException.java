package dev.jarbor.scheduler.plugins;

/** A filter cannot say whether a pod may go to a node; the pod is not tried on others. */
public final class FilterFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FilterFailedException(String plugin, String reason) {
        super("running \"" + plugin + "\" filter plugin: " + reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}

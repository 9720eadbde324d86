package dev.jarbor.node.runtime;

/** Whether a runtime can start pods; {@code message} says why not. */
public record RuntimeHealth(boolean ready, String message) {
    public static final RuntimeHealth READY = new RuntimeHealth(true, "");
}

package dev.jarbor.node.runtime;

/** What a probe found; {@code message} explains a failure in the reference's words. */
public record ProbeAnswer(boolean success, String message) {
    public static final ProbeAnswer SUCCESS = new ProbeAnswer(true, "");

    public static ProbeAnswer failure(String message) {
        return new ProbeAnswer(false, message);
    }
}

package dev.jarbor.node.volume;

/** A volume of a pod could not be made; the message is for the event {@code FailedMount}. */
public final class VolumeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String volume;

    public VolumeFailure(String volume, String message) {
        super(message);
        this.volume = volume;
    }

    public VolumeFailure(String volume, String message, Throwable cause) {
        super(message, cause);
        this.volume = volume;
    }

    public String volume() {
        return volume;
    }
}

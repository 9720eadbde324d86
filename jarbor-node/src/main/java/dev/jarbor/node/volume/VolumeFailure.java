package dev.jarbor.node.volume;

/** A volume of a pod could not be made; the message is for the event {@code FailedMount}. */
public final class VolumeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String volume;
    private final boolean wait;

    public VolumeFailure(String volume, String message) {
        this(volume, message, false);
    }

    public VolumeFailure(String volume, String message, Throwable cause) {
        super(message, cause);
        this.volume = volume;
        this.wait = false;
    }

    private VolumeFailure(String volume, String message, boolean wait) {
        super(message);
        this.volume = volume;
        this.wait = wait;
    }

    /** Somebody else has to do something first: that is nothing to tell people of. */
    static VolumeFailure waiting(String volume, String message) {
        return new VolumeFailure(volume, message, true);
    }

    public boolean isWait() {
        return wait;
    }

    public String volume() {
        return volume;
    }
}

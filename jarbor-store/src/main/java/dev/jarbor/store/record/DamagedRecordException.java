package dev.jarbor.store.record;

/** What was read is not what was written: bits have changed, bytes are missing, or it lies at another place. */
public final class DamagedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message what is damaged and how that shows */
    public DamagedRecordException(String message) {
        super(message);
    }

    DamagedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}

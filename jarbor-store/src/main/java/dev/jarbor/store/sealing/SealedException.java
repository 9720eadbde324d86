package dev.jarbor.store.sealing;

/** What is written cannot be opened: no key of the configuration fits, or it was changed. */
public final class SealedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SealedException(String message) {
        super(message);
    }
}

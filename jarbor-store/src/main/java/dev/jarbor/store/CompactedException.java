package dev.jarbor.store;

/** The history asked for is no longer kept; the API's answer to it is 410 Expired. */
public final class CompactedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long requested;
    private final long oldest;

    public CompactedException(long requested, long oldest) {
        super("too old resource version: " + requested + " (" + oldest + ")");
        this.requested = requested;
        this.oldest = oldest;
    }

    /** The revision asked for. */
    public long requested() {
        return requested;
    }

    /** The oldest revision a watch may start from. */
    public long oldest() {
        return oldest;
    }
}

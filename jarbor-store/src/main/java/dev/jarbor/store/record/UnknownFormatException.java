package dev.jarbor.store.record;

/** What was read was written by a newer program, whole and sound. It is left as it is. */
public final class UnknownFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param what such as {@code the record of pods default/web} */
    public UnknownFormatException(String what, int found, int newest) {
        super(what + " has format " + found + ", and this program knows formats up to " + newest
                + ": use the newer jarbor that wrote it");
    }
}

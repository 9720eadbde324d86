package dev.jarbor.store.sealing;

import java.util.List;
import java.util.Map;

/**
 * The port at the edge where objects leave memory for a disk or a backup: whoever writes bytes there calls {@link #seal},
 * whoever reads them {@link #open}. A store that keeps nothing outside of memory calls neither.
 */
public interface Sealing {
    /** Nothing is sealed, and what was sealed is not opened. */
    Sealing NONE = new EncryptionProviders(Map.of(), List.of());

    /**
     * What to write in place of {@code plain}.
     *
     * @param resource {@code secrets} or {@code widgets.example.com}
     * @param place where it is written: bound to what is sealed, so that it cannot be moved elsewhere
     */
    byte[] seal(String resource, String place, byte[] plain);

    /**
     * What was sealed.
     *
     * @throws SealedException when no key of the configuration opens it, or it was changed or moved
     */
    Opened open(String resource, String place, byte[] sealed);

    /**
     * @param stale whether it should be sealed anew: by another key or another way than would be used today
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
    record Opened(byte[] plain, boolean stale) {}
}

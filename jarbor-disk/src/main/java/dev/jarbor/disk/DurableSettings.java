package dev.jarbor.disk;

import dev.jarbor.store.History;
import dev.jarbor.store.sealing.Sealing;

/**
 * How a durable store is kept.
 *
 * @param window how many revisions can be read and watched from, after a restart too
 * @param sealing what is sealed on the disk, and how
 * @param repair whether a damaged store is opened with what is left of it
 * @param logBytes how long a file of the log becomes, in bytes
 */
public record DurableSettings(int window, Sealing sealing, boolean repair, long logBytes) {
    public static final DurableSettings DEFAULT =
            new DurableSettings(History.DEFAULT_WINDOW, Sealing.NONE, false, 8L << 20);

    public DurableSettings {
        if (window < 1 || logBytes < 1) {
            throw new IllegalArgumentException("a window and a file of the log have some length");
        }
    }

    public DurableSettings withWindow(int revisions) {
        return new DurableSettings(revisions, sealing, repair, logBytes);
    }

    public DurableSettings withSealing(Sealing sealing) {
        return new DurableSettings(window, sealing, repair, logBytes);
    }

    public DurableSettings withRepair(boolean repair) {
        return new DurableSettings(window, sealing, repair, logBytes);
    }

    public DurableSettings withLogBytes(long bytes) {
        return new DurableSettings(window, sealing, repair, bytes);
    }
}

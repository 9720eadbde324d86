package dev.jarbor.disk;

import dev.jarbor.store.Draft;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.record.RecordFormat;
import java.io.IOException;
import java.util.Iterator;

/** Writes snapshots as {@link StateFile}s. */
final class StateWriter {
    private StateWriter() {}

    /** Writes {@code state} into a new file of that name and makes it durable; its size in bytes. */
    static long write(Disk disk, String name, Snapshot state, RecordFormat format) throws IOException {
        disk.delete(name);
        try (Disk.File file = disk.open(name)) {
            return StateFile.write(file, state.revision(), objects(state, format));
        } catch (IOException failure) {
            disk.delete(name);
            throw failure;
        }
    }

    private static Iterator<StateFile.Written> objects(Snapshot state, RecordFormat format) {
        return state.resourceNames().stream()
                .flatMap(resource -> state.all(resource).entrySet().stream()
                        .map(object -> new StateFile.Written(
                                Draft.revisionOf(object.getValue()),
                                new Entry(
                                        resource,
                                        object.getKey(),
                                        format.write(resource, object.getKey(), object.getValue())))))
                .iterator();
    }

    /** Deletes all states but that of {@code name}, and what was not written to its end. */
    static void deleteOthers(Disk disk, String name) throws IOException {
        for (String other : disk.names()) {
            boolean isState = FileNames.isState(other);
            if ((isState && !other.equals(name)) || other.endsWith(FileNames.UNFINISHED)) {
                disk.delete(other);
            }
        }
    }
}

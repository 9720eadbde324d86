package dev.jarbor.disk;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.History;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.record.UnknownFormatException;
import dev.jarbor.store.sealing.SealedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A store that is being opened: locked, read, checked, and made ready to be written.
 *
 * @param lost what was given up in a repair
 * @param logBytes how long a file of the log becomes
 * @param stateBytes how large the state file is
 * @param isStale whether a state should be written soon: in the newest format, sealed by the newest key
 */
record Opening(
        Disk disk,
        AutoCloseable lock,
        String where,
        RecordFormat format,
        History history,
        Log log,
        List<String> lost,
        long logBytes,
        long stateBytes,
        boolean isStale) {
    /** How far revisions move on where some may be lost that somebody has seen: nobody's watch is from there. */
    static final long REVISIONS_SKIPPED = 1_000_000_000;

    static Opening of(Path folder, DurableSettings settings, Runtime runtime) {
        try {
            FolderDisk disk = FolderDisk.in(folder);
            AutoCloseable lock = lock(disk, folder);
            try {
                return of(disk, lock, folder.toString(), settings, runtime);
            } catch (RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (CannotOpen refused) {
            throw refused;
        } catch (Exception failure) {
            throw new CannotOpen("the store in " + folder + " cannot be opened: " + failure, failure);
        }
    }

    static Opening of(Disk disk, DurableSettings settings, Runtime runtime) {
        return of(disk, () -> {}, "memory", settings, runtime);
    }

    private static Opening of(Disk disk, AutoCloseable lock, String where, DurableSettings settings, Runtime runtime) {
        try {
            return read(disk, lock, where, settings, runtime);
        } catch (UnknownFormatException | SealedException refused) {
            throw new CannotOpen("the store in " + where + " is not opened: " + refused.getMessage(), refused);
        } catch (IOException failure) {
            throw new CannotOpen("the store in " + where + " cannot be read: " + failure, failure);
        }
    }

    static AutoCloseable lock(FolderDisk disk, Path folder) throws IOException {
        Optional<AutoCloseable> lock = disk.lock();
        return lock.orElseThrow(() -> new CannotOpen(
                "another process has the store in " + folder + " open: stop it first, or use another folder"));
    }

    private static Opening read(Disk disk, AutoCloseable lock, String where, DurableSettings settings, Runtime runtime)
            throws IOException {
        var format = new RecordFormat(settings.sealing());
        var loading = new Loading(format, settings.window(), runtime);
        StoreFiles.End end = StoreFiles.read(disk, loading);
        History history = loading.history();
        var log = new Log(disk, settings.logBytes());
        if (!loading.lost().isEmpty()) {
            if (!settings.repair()) {
                throw new CannotOpen("the store in " + where + " is damaged, and left as it is. Lost is:\n  "
                        + String.join("\n  ", loading.lost())
                        + "\nRestore a backup, or start once with --repair to go on with everything else.");
            }
            history = repaired(disk, history.latest(), format, settings.window(), runtime);
        } else {
            log.resume(end);
            log.forgetUpTo(baseOf(disk));
        }
        tidy(disk);
        return new Opening(
                disk,
                lock,
                where,
                format,
                history,
                log,
                List.copyOf(loading.lost()),
                settings.logBytes(),
                stateBytes(disk),
                loading.isStale() || end.olderFormat());
    }

    /** Writes what is left as a state of its own, and puts the files aside that it comes from. */
    private static History repaired(Disk disk, Snapshot rest, RecordFormat format, int window, Runtime runtime)
            throws IOException {
        var state = new Snapshot(rest.revision() + REVISIONS_SKIPPED, rest.resources());
        List<String> before = filesOfAStore(disk);
        String name = FileNames.state(state.revision());
        StateWriter.write(disk, name + FileNames.UNFINISHED, state, format);
        disk.rename(name + FileNames.UNFINISHED, name);
        disk.forceNames();
        putAside(disk, before, "damaged-", runtime);
        return new History(state, window);
    }

    /** The logs and states of a store, and where it was closed. */
    static List<String> filesOfAStore(Disk disk) throws IOException {
        return disk.names().stream()
                .filter(file -> !FileNames.logs(List.of(file)).isEmpty()
                        || FileNames.isState(file)
                        || file.equals(FileNames.CLOSED))
                .toList();
    }

    /** Moves {@code files} into a folder of their own, named by the time. */
    static void putAside(Disk disk, List<String> files, String prefix, Runtime runtime) throws IOException {
        String aside = prefix + runtime.now().toString().replace(":", "") + "/";
        for (String file : files) {
            disk.rename(file, aside + file);
        }
        disk.forceNames();
    }

    private static long baseOf(Disk disk) throws IOException {
        List<String> states = FileNames.states(disk.names());
        return states.isEmpty() ? 0 : FileNames.revision(states.getLast());
    }

    private static long stateBytes(Disk disk) throws IOException {
        List<String> states = FileNames.states(disk.names());
        if (states.isEmpty()) {
            return 0;
        }
        try (Disk.File file = disk.read(states.getLast())) {
            return file.size();
        }
    }

    /** Deletes what an end in the middle of something has left, and the note that the store is closed. */
    private static void tidy(Disk disk) throws IOException {
        List<String> states = FileNames.states(disk.names());
        StateWriter.deleteOthers(disk, states.isEmpty() ? "" : states.getLast());
        if (disk.names().contains(FileNames.CLOSED)) {
            disk.delete(FileNames.CLOSED);
            disk.forceNames();
        }
    }
}

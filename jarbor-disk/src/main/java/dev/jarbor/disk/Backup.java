package dev.jarbor.disk;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.record.DamagedRecordException;
import dev.jarbor.store.record.Kept;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.record.UnknownFormatException;
import dev.jarbor.store.sealing.Sealing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All objects of one revision in a file, each with a checksum, sealed as they are in the store. It is written beside its name and
 * gets it when it is whole, and nobody but its owner may read it.
 *
 * @param revision of the whole
 * @param objects how many there are
 * @param bytes the length of the file
 */
public record Backup(long revision, long objects, long bytes) {
    private static final int ATTEMPTS = 10;

    /** Writes {@code state}, of whatever store. */
    public static Backup write(Snapshot state, Path file, Sealing sealing) throws IOException {
        long objects = state.resourceNames().stream()
                .mapToLong(resource -> state.all(resource).size())
                .sum();
        FolderDisk disk = diskOf(file);
        String name = nameOf(file);
        long bytes = StateWriter.write(disk, name + FileNames.UNFINISHED, state, new RecordFormat(sealing));
        finish(disk, name);
        return new Backup(state.revision(), objects, bytes);
    }

    /**
     * Copies the durable store of {@code folder}, which may be open in another process: the state after some commit that was made
     * by the end of the copy. No key is needed.
     *
     * @throws CannotOpen when there is no store, or it is damaged
     */
    public static Backup copy(Path folder, Path file) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CannotOpen("there is no store in " + folder);
        }
        Contents contents = contents(folder);
        FolderDisk disk = diskOf(file);
        String name = nameOf(file);
        return written(disk, name, contents.revision, contents);
    }

    /** Writes {@code objects}, from whatever store, which are the whole at {@code revision}. */
    public static Backup write(long revision, Collection<Kept> objects, Path file) throws IOException {
        var contents = new Contents();
        objects.forEach(kept -> contents.object(
                new StateFile.Written(kept.revision(), new Entry(kept.resource(), kept.key(), kept.bytes()))));
        return written(diskOf(file), nameOf(file), revision, contents);
    }

    /**
     * Reads {@code file} to its end, checks it and then tells {@code each} what it holds.
     *
     * @throws CannotOpen as {@link #verify}
     */
    public static Backup read(Path file, Consumer<Kept> each) throws IOException {
        Contents contents = read(file);
        contents.iterator().forEachRemaining(written -> each.accept(written.kept()));
        return new Backup(contents.revision, contents.size(), Files.size(file));
    }

    private static Backup written(FolderDisk disk, String name, long revision, Contents contents) throws IOException {
        String draft = name + FileNames.UNFINISHED;
        disk.delete(draft);
        long bytes;
        try (Disk.File file = disk.open(draft)) {
            bytes = StateFile.write(file, revision, contents.iterator());
        } catch (IOException failure) {
            disk.delete(draft);
            throw failure;
        }
        finish(disk, name);
        return new Backup(revision, contents.size(), bytes);
    }

    private static void finish(FolderDisk disk, String name) throws IOException {
        disk.rename(name + FileNames.UNFINISHED, name);
        disk.forceNames();
    }

    /** Files come and go while a store is open: where one has gone the reading begins again. */
    private static Contents contents(Path folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            var contents = new Contents();
            try {
                contents.revision =
                        StoreFiles.read(new FolderDisk(folder), contents).revision();
                return contents;
            } catch (NoSuchFileException gone) {
                if (attempt == ATTEMPTS) {
                    throw gone;
                }
            }
        }
    }

    /**
     * Reads {@code file} to its end and checks it.
     *
     * @throws CannotOpen when it is no backup, is damaged, or was written by a newer program
     */
    public static Backup verify(Path file) throws IOException {
        Contents contents = read(file);
        return new Backup(contents.revision, contents.size(), Files.size(file));
    }

    /** The objects of {@code file}, for a store of any kind: with the revision of the backup. */
    public static Snapshot state(Path file, Sealing sealing, Runtime runtime) throws IOException {
        Contents contents = read(file);
        var loading = new Loading(new RecordFormat(sealing), 1, runtime);
        contents.iterator().forEachRemaining(loading::object);
        loading.base(contents.revision);
        if (!loading.lost().isEmpty()) {
            throw new CannotOpen(file + " is damaged: " + String.join("; ", loading.lost()));
        }
        return loading.history().latest();
    }

    /**
     * Makes {@code folder} the durable store that {@code file} is of, without what several servers share. Revisions move on, beyond all that the folder's present store may
     * have had, so that watches from before are told to list again; that store is put aside.
     *
     * @return with the new revision
     * @throws CannotOpen when the file is no whole backup, or the store is open; nothing is changed then
     */
    public static Backup restore(Path file, Path folder, Runtime runtime) throws IOException {
        Contents contents = read(file);
        FolderDisk disk = FolderDisk.in(folder);
        try (AutoCloseable lock = Opening.lock(disk, folder)) {
            long revision = Math.max(contents.revision, lastRevision(disk)) + Opening.REVISIONS_SKIPPED;
            List<String> before = Opening.filesOfAStore(disk);
            contents.forgetShared();
            Backup restored = written(disk, FileNames.state(revision), revision, contents);
            Opening.putAside(disk, before, "before-restore-", runtime);
            return restored;
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException(failure);
        }
    }

    /** Of the newest commit that can be read, of a store in whatever condition. */
    private static long lastRevision(FolderDisk disk) throws IOException {
        try {
            return StoreFiles.read(disk, new Contents() {
                        @Override
                        public void lost(String what) {
                            // it is to be replaced
                        }
                    })
                    .revision();
        } catch (UnknownFormatException newer) {
            throw new CannotOpen(String.valueOf(newer.getMessage()), newer);
        }
    }

    private static Contents read(Path file) throws IOException {
        var contents = new Contents();
        try (Disk.File backup = diskOf(file).read(nameOf(file))) {
            contents.revision = StateFile.read(backup, file.toString(), 0, contents);
        } catch (NoSuchFileException absent) {
            throw new CannotOpen("there is no file " + file, absent);
        } catch (DamagedRecordException | UnknownFormatException refused) {
            throw new CannotOpen(
                    refused instanceof DamagedRecordException
                            ? file + " is no whole backup: " + refused.getMessage()
                            : String.valueOf(refused.getMessage()),
                    refused);
        }
        return contents;
    }

    private static FolderDisk diskOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return new FolderDisk(folder == null ? Path.of("/") : folder);
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    /** Objects as they are written, never opened. */
    private static class Contents implements StoreFiles.Visitor {
        private final Map<String, Map<ObjectKey, StateFile.Written>> objects = new TreeMap<>();
        private long revision;

        @Override
        public void object(StateFile.Written object) {
            objects.computeIfAbsent(object.entry().resource(), name -> new TreeMap<>())
                    .put(object.entry().key(), object);
        }

        @Override
        public void lost(String what) {
            throw new DamagedRecordException(what);
        }

        @Override
        public void base(long revision) {
            // the objects have been told
        }

        @Override
        public void commit(long revision, List<Entry> entries) {
            for (Entry entry : entries) {
                if (entry.isPut()) {
                    object(new StateFile.Written(revision, entry));
                } else {
                    objects.getOrDefault(entry.resource(), Map.of()).remove(entry.key());
                }
            }
        }

        void forgetShared() {
            objects.values()
                    .forEach(resource ->
                            resource.values().removeIf(written -> written.kept().isShared()));
        }

        long size() {
            return objects.values().stream().mapToLong(Map::size).sum();
        }

        Iterator<StateFile.Written> iterator() {
            var all = new ArrayList<StateFile.Written>();
            objects.values().forEach(resource -> all.addAll(resource.values()));
            return all.iterator();
        }
    }
}

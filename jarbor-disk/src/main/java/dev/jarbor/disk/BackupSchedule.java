package dev.jarbor.disk;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Backups of a store at regular times, the latest of which are kept. One that fails is told of, and the next one tried. */
public final class BackupSchedule implements AutoCloseable {
    private static final String PREFIX = "backup-";
    private static final String SUFFIX = ".jarbor";

    private final Maker maker;
    private final Settings settings;
    private final Runtime runtime;
    private Runtime.Timer next;

    /** Makes one backup. */
    public interface Maker {
        void write(Path file) throws IOException;
    }

    /**
     * When, where to and how many.
     *
     * @param folder where they are written; made where it is not there
     * @param every the time from one to the next
     * @param keep how many are kept
     */
    public record Settings(Path folder, Duration every, int keep) {
        public Settings {
            if (!every.isPositive() || keep < 1) {
                throw new IllegalArgumentException("backups are made at intervals, and one is kept at least");
            }
        }
    }

    /** Begins; the first one is made after the first interval, and none any more once the runtime is closed. */
    public static BackupSchedule start(Maker maker, Settings settings, Runtime runtime) {
        return new BackupSchedule(maker, settings, runtime);
    }

    private BackupSchedule(Maker maker, Settings settings, Runtime runtime) {
        this.maker = maker;
        this.settings = settings;
        this.runtime = runtime;
        this.next = runtime.schedule("backup", settings.every(), this::run);
    }

    private void run() {
        synchronized (this) {
            next = runtime.schedule("backup", settings.every(), this::run);
        }
        String time = runtime.now().toString().replaceAll("[-:]|\\.[0-9]+", "");
        try {
            Files.createDirectories(
                    settings.folder(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            maker.write(settings.folder().resolve(PREFIX + time + SUFFIX));
            List<Path> all = backups(settings.folder());
            for (Path old : all.subList(0, Math.max(0, all.size() - settings.keep()))) {
                Files.deleteIfExists(old);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("no backup in " + settings.folder() + ": " + failure.getMessage(), failure);
        }
    }

    /** Those of a folder, the oldest first. */
    static List<Path> backups(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(PREFIX)
                            && file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public synchronized void close() {
        next.cancel();
    }
}

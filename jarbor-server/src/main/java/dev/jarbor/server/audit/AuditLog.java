package dev.jarbor.server.audit;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of audit events, one JSON object a line. When it gets too big it is put aside under a name with the time, and of
 * those the oldest are deleted.
 */
public final class AuditLog implements AuditSink {
    private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

    private final Optional<Path> file;
    private final long mostBytes;
    private final int backups;
    private final Runtime runtime;
    private OutputStream output;
    private long written;

    private AuditLog(Optional<Path> file, long mostBytes, int backups, Runtime runtime, OutputStream output) {
        this.file = file;
        this.mostBytes = mostBytes;
        this.backups = backups;
        this.runtime = runtime;
        this.output = output;
    }

    /**
     * @param mostBytes from which size on it is put aside
     * @param backups how many put aside are kept
     */
    public static AuditLog file(Path file, long mostBytes, int backups, Runtime runtime) {
        try {
            var log = new AuditLog(Optional.of(file), mostBytes, backups, runtime, open(file));
            log.written = Files.size(file);
            return log;
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write the audit log " + file, refused);
        }
    }

    /** To the standard output of the process, without end. */
    public static AuditLog standardOutput(Runtime runtime) {
        return new AuditLog(Optional.empty(), Long.MAX_VALUE, 0, runtime, new FileOutputStream(FileDescriptor.out));
    }

    private static OutputStream open(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public synchronized void record(ObjectValue event) {
        byte[] line = (Json.text(event) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (file.isPresent() && written > 0 && written + line.length > mostBytes) {
                putAside(file.get());
            }
            output.write(line);
            output.flush();
            written += line.length;
        } catch (IOException lost) {
            LOG.log(System.Logger.Level.ERROR, "an audit event is lost", lost);
        }
    }

    private void putAside(Path current) throws IOException {
        output.close();
        String name = String.valueOf(current.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String end = dot > 0 ? name.substring(dot) : "";
        Files.move(current, current.resolveSibling(stem + "-" + TIME.format(runtime.now()) + end));
        output = open(current);
        written = 0;
        for (Path old : aside(current, stem + "-", end)) {
            Files.deleteIfExists(old);
        }
    }

    /** Those put aside beyond the number that is kept, the oldest. */
    private List<Path> aside(Path current, String start, String end) throws IOException {
        Path folder = Optional.ofNullable(current.toAbsolutePath().getParent()).orElse(current);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(start) && name.endsWith(end);
                    })
                    .sorted()
                    .toList();
            return all.subList(0, Math.max(0, all.size() - backups));
        }
    }

    @Override
    public synchronized void close() {
        try {
            output.close();
        } catch (IOException ignored) {
            LOG.log(System.Logger.Level.WARNING, "the audit log did not close", ignored);
        }
    }
}

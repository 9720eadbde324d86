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
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

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
    private final Keeping keeping;
    private final Runtime runtime;
    private OutputStream output;
    private long written;

    /**
     * What becomes of logs that are put aside.
     *
     * @param most how many are kept; 0 for all
     * @param days how long they are kept; 0 for ever
     * @param compressed whether they are, with gzip
     */
    public record Keeping(int most, int days, boolean compressed) {}

    private AuditLog(Optional<Path> file, long mostBytes, Keeping keeping, Runtime runtime, OutputStream output) {
        this.file = file;
        this.mostBytes = mostBytes;
        this.keeping = keeping;
        this.runtime = runtime;
        this.output = output;
    }

    /**
     * @param mostBytes from which size on it is put aside
     * @param keeping what becomes of what is put aside
     */
    public static AuditLog file(Path file, long mostBytes, Keeping keeping, Runtime runtime) {
        try {
            var log = new AuditLog(Optional.of(file), mostBytes, keeping, runtime, open(file));
            log.written = Files.size(file);
            return log;
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write the audit log " + file, refused);
        }
    }

    /** To the standard output of the process, without end. */
    public static AuditLog standardOutput(Runtime runtime) {
        return new AuditLog(
                Optional.empty(),
                Long.MAX_VALUE,
                new Keeping(0, 0, false),
                runtime,
                new FileOutputStream(FileDescriptor.out));
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
        Path aside = current.resolveSibling(stem + "-" + TIME.format(runtime.now()) + end);
        Files.move(current, aside);
        output = open(current);
        written = 0;
        if (keeping.compressed()) {
            compress(aside);
        }
        for (Path old : over(current, stem + "-", end)) {
            Files.deleteIfExists(old);
        }
    }

    private static void compress(Path aside) throws IOException {
        try (var zipped =
                new GZIPOutputStream(Files.newOutputStream(aside.resolveSibling(aside.getFileName() + ".gz")))) {
            Files.copy(aside, zipped);
        }
        Files.delete(aside);
    }

    /** Those put aside that are too many or too old. */
    private List<Path> over(Path current, String start, String end) throws IOException {
        Path folder = Optional.ofNullable(current.toAbsolutePath().getParent()).orElse(current);
        String oldest = start + TIME.format(runtime.now().minus(Duration.ofDays(keeping.days())));
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(start) && (name.endsWith(end) || name.endsWith(end + ".gz"));
                    })
                    .sorted()
                    .toList();
            int tooMany = keeping.most() == 0 ? 0 : Math.max(0, all.size() - keeping.most());
            int tooOld = keeping.days() == 0
                    ? 0
                    : (int) all.stream()
                            .filter(file -> String.valueOf(file.getFileName()).compareTo(oldest) < 0)
                            .count();
            return all.subList(0, Math.max(tooMany, tooOld));
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

package dev.jarbor.node.cri;

import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.runtime.Runtime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Writes a container's log to a client. A line of the file is {@code TIME STREAM TAG TEXT}, where TAG {@code P} says that
 * the text goes on in the next line of that stream and {@code F} that it is whole (kubernetes/design-proposals-archive,
 * "kubelet CRI logging").
 */
final class LogReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int BLOCK = 64 << 10;
    private static final int LONGEST_LINE = 1 << 20;

    private final Runtime runtime;
    private final Path path;
    private final LogOptions options;
    private final OutputStream sink;
    private final Instant since;
    private long left;

    LogReader(Runtime runtime, String path, LogOptions options, OutputStream sink) {
        this.runtime = runtime;
        this.path = Path.of(path);
        this.options = options;
        this.sink = sink;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
        this.since = since(options, runtime.now());
    }

    private static Instant since(LogOptions options, Instant now) {
        if (!options.sinceTime().isEmpty()) {
            return time(options.sinceTime());
        }
        return options.sinceSeconds() < 0 ? Instant.MIN : now.minusSeconds(options.sinceSeconds());
    }

    /** @param running whether more may come; asked before each look at the file's end */
    void run(BooleanSupplier running) throws IOException {
        boolean first = true;
        boolean last = !options.follow();
        while (left > 0) {
            try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
                if (first && options.tailLines() >= 0) {
                    file.position(tail(file, options.tailLines()));
                }
                first = false;
                if (follow(file, running, last)) {
                    return;
                }
            } catch (NoSuchFileException rotating) {
                if (last) {
                    return;
                }
                last = !running.getAsBoolean();
                Pause.of(POLL, runtime);
            }
        }
    }

    /** Reads to the end of this file and waits for more; true when the log is over, false when a new file took over. */
    private boolean follow(FileChannel file, BooleanSupplier running, boolean toEndOnly) throws IOException {
        Object identity = identity();
        var line = new ByteArrayOutputStream();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        boolean last = toEndOnly;
        while (true) {
            boolean more = last || running.getAsBoolean();
            boolean moved = !Objects.equals(identity, identity());
            while (file.read(block.clear()) > 0) {
                block.flip();
                while (block.hasRemaining()) {
                    byte here = block.get();
                    if (here != '\n') {
                        if (line.size() < LONGEST_LINE) {
                            line.write(here);
                        }
                    } else {
                        write(line.toByteArray());
                        line.reset();
                        if (left <= 0) {
                            return true;
                        }
                    }
                }
            }
            sink.flush();
            if (last) {
                return true;
            }
            if (moved) {
                return false;
            }
            last = !more;
            if (!last) {
                Pause.of(POLL, runtime);
            }
        }
    }

    private Object identity() {
        try {
            return String.valueOf(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException gone) {
            return "";
        }
    }

    private void write(byte[] line) throws IOException {
        int space = indexOf(line, 0);
        int stream = space < 0 ? -1 : indexOf(line, space + 1);
        int tag = stream < 0 ? -1 : indexOf(line, stream + 1);
        if (tag < 0) {
            return; // not a line of a log: a half one after a crash
        }
        if (!since.equals(Instant.MIN)
                && time(new String(line, 0, space, StandardCharsets.UTF_8)).isBefore(since)) {
            return;
        }
        if (options.timestamps()) {
            emit(line, 0, space + 1);
        }
        emit(line, tag + 1, line.length - tag - 1);
        if (line[stream + 1] != 'P') {
            emit(new byte[] {'\n'}, 0, 1);
        }
    }

    private void emit(byte[] bytes, int from, int count) throws IOException {
        int allowed = (int) Math.min(left, count);
        sink.write(bytes, from, allowed);
        left -= allowed;
    }

    /** Where the last {@code lines} lines begin, found from the end. */
    private static long tail(FileChannel file, long lines) throws IOException {
        long position = file.size();
        long found = 0;
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        if (lines == 0) {
            return position;
        }
        while (position > 0) {
            int size = (int) Math.min(BLOCK, position);
            position -= size;
            block.clear().limit(size);
            for (long at = position; block.hasRemaining(); ) {
                int read = file.read(block, at);
                if (read < 0) {
                    break;
                }
                at += read;
            }
            for (int i = size - 1; i >= 0; i--) {
                boolean end = position + i == file.size() - 1;
                if (block.get(i) == '\n' && !end && ++found == lines) {
                    return position + i + 1;
                }
            }
        }
        return 0;
    }

    private static int indexOf(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException broken) {
            return Instant.EPOCH;
        }
    }
}

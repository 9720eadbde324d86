package dev.jarbor.client.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The answer to a watch: one JSON object a line, until the server, the network or the client ends it. Whoever runs it reads,
 * and waits for what comes.
 */
public final class WatchStream implements Watch, Runnable {
    /** An object is at most 3 MiB, and an event not much more; what is longer is no watch. */
    static final int LONGEST_LINE = 16 << 20;

    private final InputStream body;
    private final WatchListener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param body closed with the watch */
    public WatchStream(InputStream body, WatchListener listener) {
        this.body = body;
        this.listener = listener;
    }

    @Override
    public void run() {
        try (body) {
            var lines = new Lines(body);
            for (byte[] line = lines.next(); line.length > 0 && !closed.get(); line = lines.next()) {
                event(line).ifPresent(listener::event);
            }
        } catch (IOException ended) {
            // the network or close() ended it: whoever listens resumes from the last version
        } catch (DecodeException malformed) {
            listener.event(new WatchEvent(
                    WatchEvent.Type.ERROR,
                    ApiException.internalError("malformed watch event: " + malformed.getMessage())
                            .status()
                            .value()));
        } finally {
            listener.closed();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                body.close();
            } catch (IOException ignored) {
                // it is over either way
            }
        }
    }

    /** The event of one line; none for a type that this version does not know. */
    private static Optional<WatchEvent> event(byte[] line) {
        ObjectValue frame = Json.object(line);
        String type = frame.string("type");
        return Arrays.stream(WatchEvent.Type.values())
                .filter(known -> known.name().equals(type))
                .findFirst()
                .map(known -> new WatchEvent(known, frame.object("object")));
    }

    /** Divides a stream at its line feeds. */
    private static final class Lines {
        private final InputStream source;
        private final byte[] chunk = new byte[1 << 16];
        private int at;
        private int end;

        Lines(InputStream source) {
            this.source = source;
        }

        /** The next line that is not empty, without its end; empty when there is none, even if one has begun. */
        byte[] next() throws IOException {
            var line = new ByteArrayOutputStream(1024);
            while (true) {
                if (at == end) {
                    at = 0;
                    end = Math.max(0, source.read(chunk));
                    if (end == 0) {
                        return new byte[0];
                    }
                }
                int from = at;
                while (at < end && chunk[at] != '\n') {
                    at++;
                }
                line.write(chunk, from, at - from);
                if (line.size() > LONGEST_LINE) {
                    throw new IOException("a watch event of more than " + LONGEST_LINE + " bytes");
                }
                if (at < end) {
                    at++;
                    if (line.size() > 0) {
                        return line.toByteArray();
                    }
                }
            }
        }
    }
}

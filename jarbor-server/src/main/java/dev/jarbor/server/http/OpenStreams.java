package dev.jarbor.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection in HTTP/2 (RFC 9113) that are open, as its frames tell; it stands between the socket and the web
 * server, and puts right what the server does wrong at the end of a stream:
 *
 * <ul>
 *   <li>A reset of a stream that both sides have ended is late, and passed over (section 5.1). The server would hold it
 *       against the client and end the connection, with all that others do on it.
 *   <li>When the server gives a connection up, its last word (GOAWAY, section 6.8) names the last stream that may have
 *       been worked on. The server would say that none was, and clients would do their writes a second time.
 * </ul>
 */
final class OpenStreams {
    private static final int PREFACE = 24;
    private static final int HEAD = 9;
    /** What this server says it takes; the web server refuses what is longer by its head alone. */
    private static final int MOST_BYTES = 16_384;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;

    /** Who may still send on a stream. */
    private enum Open {
        BOTH,
        CLIENT,
        SERVER
    }

    private final Map<Integer, Open> streams = new HashMap<>();
    private int last;

    /** Both directions of {@code connection}, with its streams counted between. */
    static Wire between(ConnectionContext connection) {
        var streams = new OpenStreams();
        return new Wire(
                DataReader.create(streams.new Incoming(connection.dataReader())::next),
                streams.new Outgoing(connection.dataWriter()));
    }

    /** Whether the web server is to see the frame. */
    private synchronized boolean came(int type, int flags, int stream) {
        switch (type) {
            case HEADERS, DATA -> {
                if (stream > last) {
                    last = stream;
                    streams.put(stream, Open.BOTH);
                }
                if ((flags & END_STREAM) != 0) {
                    end(stream, Open.SERVER);
                }
            }
            case RST_STREAM -> {
                return streams.remove(stream) != null || stream > last;
            }
            default -> {
                // says nothing about the ends of streams
            }
        }
        return true;
    }

    private synchronized void goes(int type, int flags, int stream) {
        if (type == RST_STREAM) {
            streams.remove(stream);
        } else if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
            end(stream, Open.CLIENT);
        }
    }

    /** @param left who may go on after this end */
    private void end(int stream, Open left) {
        streams.computeIfPresent(stream, (id, open) -> open == Open.BOTH || open == left ? left : null);
    }

    private synchronized int last() {
        return last;
    }

    /** Frames of the client, each in one piece. */
    private final class Incoming {
        private final DataReader reader;
        private boolean begun;
        private boolean broken;

        Incoming(DataReader reader) {
            this.reader = reader;
        }

        /** The next bytes for the web server; null at the end. */
        byte @Nullable [] next() {
            try {
                if (!begun) {
                    begun = true;
                    return reader.readBytes(PREFACE);
                }
                byte[] frame = frame();
                while (frame.length >= HEAD && !came(frame[3], frame[4], number(frame, 5))) {
                    frame = frame();
                }
                return frame.length == 0 ? null : frame;
            } catch (DataReader.InsufficientDataAvailableException end) {
                return null;
            }
        }

        /** Of one that is too long only the head, and nothing after it. */
        private byte[] frame() {
            if (broken) {
                return new byte[0];
            }
            byte[] head = reader.readBytes(HEAD);
            // three bytes of length, one of type, one of flags, four of the stream
            int length = ByteBuffer.wrap(head).getInt() >>> Byte.SIZE;
            if (length > MOST_BYTES) {
                broken = true;
                return head;
            }
            byte[] frame = new byte[HEAD + length];
            System.arraycopy(head, 0, frame, 0, HEAD);
            if (length > 0) {
                System.arraycopy(reader.readBytes(length), 0, frame, HEAD, length);
            }
            return frame;
        }
    }

    /** Frames of the web server, which writes each by one call. */
    private final class Outgoing implements DataWriter {
        private final DataWriter writer;

        Outgoing(DataWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(BufferData... buffers) {
            write(BufferData.create(buffers));
        }

        @Override
        public void write(BufferData buffer) {
            writer.write(seen(buffer));
        }

        @Override
        public void writeNow(BufferData... buffers) {
            writeNow(BufferData.create(buffers));
        }

        @Override
        public void writeNow(BufferData buffer) {
            writer.writeNow(seen(buffer));
        }

        private BufferData seen(BufferData frame) {
            if (frame.available() < HEAD) {
                return frame;
            }
            int type = frame.get(3);
            if (type == GOAWAY) {
                byte[] bytes = new byte[frame.available()];
                frame.read(bytes);
                ByteBuffer.wrap(bytes).putInt(HEAD, Math.max(number(bytes, HEAD), last()));
                return BufferData.create(bytes);
            }
            byte[] head = new byte[HEAD];
            for (int index = 0; index < HEAD; index++) {
                head[index] = (byte) frame.get(index);
            }
            goes(type, head[4], number(head, 5));
            return frame;
        }

        @Override
        public void flush() {
            writer.flush();
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /** Of a stream; the first bit says nothing. */
    private static int number(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at) & Integer.MAX_VALUE;
    }
}

package dev.jarbor.server.stream.spdy;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames on a connection. One thread reads, any thread writes.
 *
 * <pre>
 * control: |1| version 15 | type 16 |    data: |0| stream 31 |
 *          | flags 8 | length 24    |          | flags 8 | length 24 |
 * </pre>
 */
public final class SpdyWire implements AutoCloseable {
    /** The longest frame accepted; clients send at most 64 KiB at a time. */
    public static final int MAX_FRAME = 1024 * 1024;

    private static final int VERSION = 3;
    private static final int FIN = 0x01;
    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int HEADERS = 8;
    private static final int WINDOW_UPDATE = 9;

    private final DataInputStream input;
    private final Duplex wire;
    private final HeaderBlocks blocks = new HeaderBlocks();
    private final ReentrantLock writing = new ReentrantLock();

    public SpdyWire(Duplex wire) {
        this.wire = wire;
        this.input = new DataInputStream(wire.input());
    }

    /** The next frame of a known type; empty at the end of the connection. */
    public Optional<SpdyFrame> read() throws IOException {
        while (true) {
            int first = input.read();
            if (first < 0) {
                return Optional.empty();
            }
            int head = first << 24 | input.readUnsignedByte() << 16 | input.readUnsignedShort();
            int size = input.readInt();
            int flags = size >>> 24;
            int length = size & 0xFFFFFF;
            if (length > MAX_FRAME) {
                throw new IOException("a SPDY frame of " + length + " bytes; the limit is " + MAX_FRAME);
            }
            byte[] payload = input.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException("the connection ended within a SPDY frame");
            }
            Optional<SpdyFrame> frame = head >= 0
                    ? Optional.of(new SpdyFrame.Data(head, (flags & FIN) != 0, payload))
                    : control(head >>> 16 & 0x7FFF, head & 0xFFFF, flags, payload);
            if (frame.isPresent()) {
                return frame;
            }
        }
    }

    private Optional<SpdyFrame> control(int version, int type, int flags, byte[] payload) throws IOException {
        if (version != VERSION) {
            throw new IOException("SPDY version " + version + " is not supported");
        }
        ByteBuffer body = ByteBuffer.wrap(payload);
        boolean fin = (flags & FIN) != 0;
        int fixed = switch (type) {
            case SYN_STREAM -> 10;
            case RST_STREAM, GOAWAY, WINDOW_UPDATE -> 8;
            case SYN_REPLY, HEADERS, PING -> 4;
            default -> 0;
        };
        if (payload.length < fixed) {
            throw new IOException("a SPDY frame of type " + type + " is too short");
        }
        return switch (type) {
            case SYN_STREAM -> Optional.of(new SpdyFrame.SynStream(stream(body), fin, headers(body, 10)));
            case SYN_REPLY -> Optional.of(new SpdyFrame.SynReply(stream(body), fin, headers(body, 4)));
            case HEADERS -> Optional.of(new SpdyFrame.Headers(stream(body), fin, headers(body, 4)));
            case RST_STREAM -> Optional.of(new SpdyFrame.RstStream(stream(body), body.getInt(4)));
            case SETTINGS -> Optional.of(new SpdyFrame.Settings());
            case PING -> Optional.of(new SpdyFrame.Ping(body.getInt()));
            case GOAWAY -> Optional.of(new SpdyFrame.GoAway(stream(body), body.getInt(4)));
            case WINDOW_UPDATE -> Optional.of(new SpdyFrame.WindowUpdate(stream(body), body.getInt(4) & 0x7FFFFFFF));
            // unknown types are to be ignored (section 2.2.1)
            default -> Optional.empty();
        };
    }

    private static int stream(ByteBuffer body) {
        return body.getInt(0) & 0x7FFFFFFF;
    }

    private SortedMap<String, String> headers(ByteBuffer body, int start) throws IOException {
        byte[] block = new byte[body.capacity() - start];
        body.get(start, block);
        return blocks.read(block);
    }

    public void write(SpdyFrame frame) throws IOException {
        writing.lock();
        try {
            // headers are compressed in the order in which they are sent, hence within the lock
            wire.output().write(bytes(frame));
            wire.output().flush();
        } finally {
            writing.unlock();
        }
    }

    private byte[] bytes(SpdyFrame frame) throws IOException {
        return switch (frame) {
            case SpdyFrame.SynStream(int stream, boolean fin, SortedMap<String, String> headers) -> {
                byte[] block = blocks.write(headers);
                ByteBuffer body = ByteBuffer.allocate(10 + block.length)
                        .putInt(stream)
                        .putInt(0)
                        .putShort((short) 0);
                yield control(SYN_STREAM, fin, body.put(block));
            }
            case SpdyFrame.SynReply(int stream, boolean fin, SortedMap<String, String> headers) ->
                withHeaders(SYN_REPLY, stream, fin, headers);
            case SpdyFrame.Headers(int stream, boolean fin, SortedMap<String, String> headers) ->
                withHeaders(HEADERS, stream, fin, headers);
            case SpdyFrame.RstStream(int stream, int status) -> twoNumbers(RST_STREAM, stream, status);
            case SpdyFrame.Settings() ->
                control(SETTINGS, false, ByteBuffer.allocate(4).putInt(0));
            case SpdyFrame.Ping(int id) ->
                control(PING, false, ByteBuffer.allocate(4).putInt(id));
            case SpdyFrame.GoAway(int last, int status) -> twoNumbers(GOAWAY, last, status);
            case SpdyFrame.WindowUpdate(int stream, int delta) -> twoNumbers(WINDOW_UPDATE, stream, delta);
            case SpdyFrame.Data(int stream, boolean fin, byte[] bytes) ->
                ByteBuffer.allocate(8 + bytes.length)
                        .putInt(stream)
                        .putInt((fin ? FIN : 0) << 24 | bytes.length)
                        .put(bytes)
                        .array();
        };
    }

    private byte[] withHeaders(int type, int stream, boolean fin, SortedMap<String, String> headers)
            throws IOException {
        byte[] block = blocks.write(headers);
        return control(
                type, fin, ByteBuffer.allocate(4 + block.length).putInt(stream).put(block));
    }

    private static byte[] twoNumbers(int type, int first, int second) {
        return control(type, false, ByteBuffer.allocate(8).putInt(first).putInt(second));
    }

    private static byte[] control(int type, boolean fin, ByteBuffer body) {
        return ByteBuffer.allocate(8 + body.capacity())
                .putInt(0x80000000 | VERSION << 16 | type)
                .putInt((fin ? FIN : 0) << 24 | body.capacity())
                .put(body.flip())
                .array();
    }

    @Override
    public void close() {
        blocks.close();
    }
}

package dev.jarbor.server.stream.spdy;

import dev.jarbor.server.stream.pipe.BoundedPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;

/**
 * One stream of a SPDY connection. Its input holds back the connection when nobody reads it; its output writes frames
 * at once, and closing the output tells the client that nothing follows.
 *
 * <p>Flow control: the client is told of every byte read, so that it may go on. The other way the client's window is not
 * counted, since the library behind kubectl never announces what it has read (it relies on TCP alone), and a server that
 * waited for it would stop after 64 KiB.
 */
public final class SpdyStream {
    static final int BUFFER = 256 * 1024;
    private static final int MAX_DATA = 32 * 1024;

    private final SpdyConnection connection;
    private final int id;
    private final SortedMap<String, String> headers;
    private final BoundedPipe received = new BoundedPipe(BUFFER);
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private volatile boolean remoteEnded;
    private volatile boolean localEnded;

    SpdyStream(SpdyConnection connection, int id, SortedMap<String, String> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    public int id() {
        return id;
    }

    /** A header that the client opened the stream with, by its lower-case name; "" where there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public InputStream input() {
        return input;
    }

    public OutputStream output() {
        return output;
    }

    /** Ends both directions at once. */
    public void reset() {
        localEnded = true;
        remoteEnded();
        connection.reset(this);
    }

    void received(byte[] bytes) throws IOException {
        received.write(bytes, 0, bytes.length);
    }

    void remoteEnded() {
        remoteEnded = true;
        received.end();
    }

    /** The connection is gone. */
    void broken() {
        localEnded = true;
        remoteEnded();
    }

    boolean isOver() {
        return remoteEnded && localEnded;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = received.source().read(target, offset, length);
            if (count > 0 && !remoteEnded) {
                connection.consumed(id, count);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            received.source().close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            for (int from = offset; from < offset + length; from += MAX_DATA) {
                if (localEnded) {
                    throw new IOException("the stream is closed");
                }
                int to = Math.min(from + MAX_DATA, offset + length);
                connection.send(new SpdyFrame.Data(id, false, Arrays.copyOfRange(bytes, from, to)));
            }
        }

        @Override
        public void close() throws IOException {
            if (!localEnded) {
                localEnded = true;
                connection.send(new SpdyFrame.Data(id, true, new byte[0]));
                connection.forgetIfOver(SpdyStream.this);
            }
        }
    }
}

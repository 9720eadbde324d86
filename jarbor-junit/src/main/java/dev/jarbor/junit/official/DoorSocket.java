package dev.jarbor.junit.official;

import dev.jarbor.server.http.Door;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/1.1 (RFC 9112) that the operating system knows nothing of. It carries one request: what is written
 * is gathered until the answer is read, and goes through the door on the thread that reads. Where the answer leaves HTTP,
 * both directions go on as they are.
 */
final class DoorSocket extends Socket {
    private final Door door;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private @Nullable SocketAddress peer;
    private Door.@Nullable Answer answer;
    private @Nullable InputStream text;
    private boolean closed;
    private int timeout;

    DoorSocket(Door door) {
        this.door = door;
    }

    /** The answer as HTTP/1.1 writes it; the end of its body is the end of the connection, as its head says. */
    private InputStream text() throws IOException {
        lock.lock();
        try {
            if (text != null) {
                return text;
            }
            requireOpen();
        } finally {
            lock.unlock();
        }
        Door.Answer came = door.call(RequestText.parse(request.toByteArray()));
        lock.lock();
        try {
            answer = came;
            text = new SequenceInputStream(new ByteArrayInputStream(head(came)), came.body());
            if (closed) {
                came.close();
                requireOpen();
            }
            return text;
        } finally {
            lock.unlock();
        }
    }

    private static byte[] head(Door.Answer answer) {
        var head = new StringBuilder("HTTP/1.1 ").append(answer.code()).append(" \r\n");
        boolean http = answer.code() != 101;
        answer.headers().forEach((name, values) -> {
            if (!(http && name.equals("connection")) && !name.equals("transfer-encoding")) {
                values.forEach(
                        value -> head.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        return head.append(http ? "connection: close\r\n\r\n" : "\r\n")
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            return text().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return text().read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            DoorSocket.this.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Door.Answer switched;
            lock.lock();
            try {
                requireOpen();
                switched = answer;
                if (switched == null) {
                    request.write(bytes, offset, length);
                }
            } finally {
                lock.unlock();
            }
            if (switched != null) {
                switched.output().write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            Door.Answer switched = answer;
            if (switched != null) {
                switched.output().flush();
            }
        }

        @Override
        public void close() throws IOException {
            DoorSocket.this.close();
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public void close() throws IOException {
        Door.Answer end;
        lock.lock();
        try {
            closed = true;
            end = answer;
        } finally {
            lock.unlock();
        }
        if (end != null) {
            end.close();
        }
    }

    @Override
    public void connect(SocketAddress endpoint) {
        peer = endpoint;
    }

    @Override
    public void connect(SocketAddress endpoint, int milliseconds) {
        peer = endpoint;
    }

    @Override
    public boolean isConnected() {
        return peer != null;
    }

    @Override
    public boolean isBound() {
        return peer != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return closed;
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return peer;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return peer instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    @Override
    public int getPort() {
        return peer instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int getLocalPort() {
        return 0;
    }

    /** Kept, and of no effect: nothing gets lost on the way, so whoever waits for an answer gets it. */
    @Override
    public void setSoTimeout(int milliseconds) {
        timeout = milliseconds;
    }

    @Override
    public int getSoTimeout() {
        return timeout;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public String toString() {
        return "DoorSocket[" + Objects.toString(peer, "unconnected") + "]";
    }
}

package dev.jarbor.node.simulated;

import dev.jarbor.client.NodeConnection.PortStream;
import dev.jarbor.node.simulated.Conversation.Reply;
import dev.jarbor.node.simulated.Conversation.Request;
import dev.jarbor.node.simulated.Conversation.Where;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A connection to a simulated container that speaks HTTP/1.1 (RFC 9112): as soon as a request is written whole, it is
 * answered on the thread that wrote it. Requests with a length or in chunks, one after the other on one connection.
 */
final class HttpPort implements PortStream {
    private static final int LONGEST_REQUEST = 16 * 1024 * 1024;

    private final Where where;
    private final int port;
    private final Function<Request, Reply> answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private byte[] answer = new byte[0];
    private int taken;
    private boolean closed;

    HttpPort(Where where, int port, Function<Request, Reply> answers) {
        this.where = where;
        this.port = port;
        this.answers = answers;
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, target.length);
                return length == 0 ? 0 : take(target, offset, length);
            }
        };
    }

    private int take(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (taken == answer.length && !closed) {
                changed.await();
            }
            int count = Math.min(length, answer.length - taken);
            System.arraycopy(answer, taken, target, offset, count);
            taken += count;
            return count == 0 ? -1 : count;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the connection was stopped").initCause(stopped);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                if (request.size() + length > LONGEST_REQUEST) {
                    HttpPort.this.close();
                    throw new IOException("the request is too long");
                }
                request.write(bytes, offset, length);
                serve();
            }
        };
    }

    /** Answers every request that is there whole. */
    private void serve() {
        while (true) {
            byte[] all = request.toByteArray();
            String text = new String(all, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            String[] lines = text.substring(0, end).split("\r\n", -1);
            var headers = new TreeMap<String, String>();
            for (int line = 1; line < lines.length; line++) {
                int colon = lines[line].indexOf(':');
                if (colon > 0) {
                    headers.merge(
                            lines[line].substring(0, colon).strip().toLowerCase(Locale.ROOT),
                            lines[line].substring(colon + 1).strip(),
                            (one, other) -> one + ", " + other);
                }
            }
            var body = new ByteArrayOutputStream();
            int next = body(text, all, end + 4, headers, body);
            if (next < 0) {
                return;
            }
            request.reset();
            request.write(all, next, all.length - next);
            String[] words = lines[0].split(" ", -1);
            boolean last = headers.getOrDefault("connection", "").equalsIgnoreCase("close");
            if (words.length < 3) {
                send("GET", Reply.text(400, "not a request: " + lines[0] + "\n"), true);
                return;
            }
            send(
                    words[0],
                    answers.apply(new Request(where, port, words[0], words[1], headers, body.toByteArray())),
                    last);
        }
    }

    /** Copies the body to {@code to}; answers where it ends, or -1 while it is not all there. */
    private static int body(String text, byte[] all, int start, Map<String, String> headers, ByteArrayOutputStream to) {
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            if (all.length < start + length) {
                return -1;
            }
            to.write(all, start, length);
            return start + length;
        }
        int at = start;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                return -1;
            }
            String size = text.substring(at, line).replaceFirst(";.*", "").strip();
            int length = Integer.parseInt(size, 16);
            int end = line + 2 + length + 2;
            if (all.length < end) {
                return -1;
            }
            to.write(all, line + 2, length);
            if (length == 0) {
                return end;
            }
            at = end;
        }
    }

    private void send(String method, Reply reply, boolean last) {
        var head = new StringBuilder("HTTP/1.1 " + reply.code() + " \r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("content-length: ").append(reply.body().length).append("\r\n");
        head.append(last ? "connection: close\r\n\r\n" : "\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = method.equals("HEAD") ? new byte[0] : reply.body();
        lock.lock();
        try {
            byte[] more = new byte[answer.length - taken + start.length + body.length];
            System.arraycopy(answer, taken, more, 0, answer.length - taken);
            System.arraycopy(start, 0, more, answer.length - taken, start.length);
            System.arraycopy(body, 0, more, more.length - body.length, body.length);
            answer = more;
            taken = 0;
            closed |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.jarbor.node.cri;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * The client's side of SPDY/3.1 as far as a container runtime's streaming server needs it: it is the only protocol of that
 * server that can say that standard input has ended. Streams are opened by the client; what the other side says of them
 * beyond data and their end carries nothing that is needed, so header blocks are written and never read.
 *
 * <p>Source: the SPDY Protocol, draft 3.1. Frames are written under one lock; one thread reads.
 */
final class SpdyConnection implements AutoCloseable {
    private static final int VERSION = 3;
    private static final int SYN_STREAM = 1;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int FIN = 1;
    private static final int LARGEST_FRAME = 1 << 24;
    private static final int MOST_HEADERS = 100;
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final DeflaterOutputStream deflater =
            new DeflaterOutputStream(compressed, new Deflater(), 512, true); // one compression context a connection
    private int nextStream = 1;

    /** What arrives. */
    interface Listener {
        void data(int stream, byte[] bytes) throws IOException;

        /** The other side has no more data on {@code stream}. */
        void ended(int stream);
    }

    private SpdyConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Connects to {@code url} and upgrades, agreeing on {@code protocol}. */
    static SpdyConnection open(String url, String protocol) throws IOException {
        URI address = URI.create(url);
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            var connection = new SpdyConnection(socket);
            connection.upgrade(address, protocol);
            return connection;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private void upgrade(URI address, String protocol) throws IOException {
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        String request = "POST " + address.getRawPath() + query + " HTTP/1.1\r\nHost: " + address.getAuthority()
                + "\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: " + protocol
                + "\r\nContent-Length: 0\r\n\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String status = line(in);
        int headers = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (++headers > MOST_HEADERS) {
                throw new IOException("the runtime's streaming server answered with too many headers");
            }
        }
        if (!status.contains(" 101 ")) {
            throw new IOException("the runtime's streaming server did not upgrade: " + status);
        }
    }

    private static String line(InputStream in) throws IOException {
        var text = new StringBuilder();
        for (int here = in.read(); here != '\n'; here = in.read()) {
            if (here < 0 || text.length() > 8192) {
                throw new EOFException("the runtime's streaming server closed the connection");
            }
            if (here != '\r') {
                text.append((char) here);
            }
        }
        return text.toString();
    }

    /** Opens a stream; returns its number. */
    synchronized int open(Map<String, String> headers) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        byte[] block = block(headers);
        out.writeShort(0x8000 | VERSION);
        out.writeShort(SYN_STREAM);
        out.writeInt(10 + block.length);
        out.writeInt(stream);
        out.writeInt(0);
        out.writeShort(0);
        out.write(block);
        out.flush();
        return stream;
    }

    private byte[] block(Map<String, String> headers) throws IOException {
        compressed.reset();
        var plain = new DataOutputStream(deflater);
        plain.writeInt(headers.size());
        for (var header : headers.entrySet()) {
            byte[] name = header.getKey().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            byte[] value = header.getValue().getBytes(StandardCharsets.UTF_8);
            plain.writeInt(name.length);
            plain.write(name);
            plain.writeInt(value.length);
            plain.write(value);
        }
        plain.flush();
        return compressed.toByteArray();
    }

    /** Sends data; {@code last} ends this side of the stream. */
    synchronized void send(int stream, byte[] bytes, int count, boolean last) throws IOException {
        out.writeInt(stream);
        out.writeInt((last ? FIN : 0) << 24 | count);
        out.write(bytes, 0, count);
        out.flush();
    }

    /** Reads frames until the other side closes or goes away. */
    void read(Listener listener) throws IOException {
        while (true) {
            int first;
            try {
                first = in.readInt();
            } catch (EOFException closed) {
                return;
            }
            int second = in.readInt();
            int flags = second >>> 24;
            int length = second & 0xFFFFFF;
            if (length > LARGEST_FRAME) {
                throw new IOException("a frame of " + length + " bytes is too large");
            }
            byte[] body = in.readNBytes(length);
            if (first >= 0) {
                if (length > 0) {
                    listener.data(first, body);
                }
                if ((flags & FIN) != 0) {
                    listener.ended(first);
                }
                continue;
            }
            switch (first & 0xFFFF) {
                case PING -> answerPing(body);
                case GO_AWAY -> {
                    return;
                }
                case RST_STREAM -> listener.ended(number(body));
                default -> {
                    // replies, settings and windows: nothing to do
                }
            }
        }
    }

    private static int number(byte[] body) {
        return body.length < 4
                ? 0
                : (body[0] & 0x7F) << 24 | (body[1] & 0xFF) << 16 | (body[2] & 0xFF) << 8 | (body[3] & 0xFF);
    }

    private synchronized void answerPing(byte[] body) throws IOException {
        if (number(body) % 2 == 0) { // even numbers are the server's own questions
            out.writeShort(0x8000 | VERSION);
            out.writeShort(PING);
            out.writeInt(body.length);
            out.write(body);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

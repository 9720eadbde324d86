package dev.jarbor.server.stream;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's half of a WebSocket after the handshake (RFC 6455): whole messages in and out, pings answered. One thread
 * reads; any thread may send. A message of more than {@link #MAX_MESSAGE} bytes, or anything that the RFC forbids a
 * client, ends the connection.
 */
public final class WebSocket {
    /** The longest message accepted: kubectl writes at most 32 KiB at a time, tunnelled SPDY frames may be longer. */
    public static final int MAX_MESSAGE = 16 * 1024 * 1024;

    public static final int NORMAL = 1000;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;

    private static final int NO_CODE = 1005;
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private final Duplex wire;
    private final DataInputStream input;
    private final ReentrantLock sending = new ReentrantLock();
    private boolean closeSent;

    public WebSocket(Duplex wire) {
        this.wire = wire;
        this.input = new DataInputStream(wire.input());
    }

    /** The answer to a client's {@code Sec-WebSocket-Key} (section 4.2.2). */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hash =
                    sha1.digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }

    /** The next message or close frame; empty when the connection ended without one. */
    public Optional<WebSocketFrame> receive() throws IOException {
        byte[] message = new byte[0];
        int type = -1;
        while (true) {
            int first = input.read();
            if (first < 0) {
                return Optional.empty();
            }
            int code = first & 0x0F;
            boolean last = (first & 0x80) != 0;
            byte[] payload = payload(first, code, last, message.length);
            switch (code) {
                case PING -> send(PONG, payload, 0, payload.length);
                case PONG -> {}
                case CLOSE -> {
                    return Optional.of(closeFrame(payload));
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if ((code == CONTINUATION) != (type >= 0)) {
                        throw broken("a continuation belongs behind the start of a message");
                    }
                    type = code == CONTINUATION ? type : code;
                    message = message.length == 0 ? payload : join(message, payload);
                    if (last) {
                        return Optional.of(
                                type == TEXT
                                        ? new WebSocketFrame.Text(new String(message, StandardCharsets.UTF_8))
                                        : new WebSocketFrame.Binary(message));
                    }
                }
                default -> throw broken("unknown frame type " + code);
            }
        }
    }

    private byte[] payload(int first, int code, boolean last, int before) throws IOException {
        int second = input.readUnsignedByte();
        if ((first & 0x70) != 0 || (second & 0x80) == 0) {
            throw broken("frames of clients are masked and use no extension");
        }
        long length = second & 0x7F;
        if (code >= CLOSE && (length > 125 || !last)) {
            throw broken("control frames are short and in one piece");
        }
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = input.readLong();
        }
        if (length < 0 || before + length > MAX_MESSAGE) {
            close(TOO_BIG, "message too big");
            throw new IOException("a WebSocket message is longer than " + MAX_MESSAGE + " bytes");
        }
        byte[] mask = input.readNBytes(4);
        byte[] payload = input.readNBytes((int) length);
        if (mask.length < 4 || payload.length < length) {
            throw new EOFException("the connection ended within a frame");
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private static WebSocketFrame closeFrame(byte[] payload) {
        if (payload.length < 2) {
            return new WebSocketFrame.Close(NO_CODE, "");
        }
        return new WebSocketFrame.Close(
                ByteBuffer.wrap(payload).getShort() & 0xFFFF,
                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    private IOException broken(String why) throws IOException {
        close(PROTOCOL_ERROR, why);
        return new IOException("not a WebSocket frame: " + why);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    public void sendText(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(TEXT, bytes, 0, bytes.length);
    }

    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        send(BINARY, bytes, offset, length);
    }

    /** Sends the close frame, once; the peer answers with its own. */
    public void close(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(2 + Math.min(text.length, 123));
        payload.putShort((short) code).put(text, 0, payload.remaining());
        send(CLOSE, payload.array(), 0, payload.capacity());
    }

    private void send(int code, byte[] bytes, int offset, int length) throws IOException {
        byte[] head = head(code, length);
        byte[] frame = Arrays.copyOf(head, head.length + length);
        System.arraycopy(bytes, offset, frame, head.length, length);
        sending.lock();
        try {
            if (closeSent) {
                if (code == CLOSE || code == PONG) {
                    return;
                }
                throw new IOException("the WebSocket is closed");
            }
            closeSent = code == CLOSE;
            wire.output().write(frame);
            wire.output().flush();
        } finally {
            sending.unlock();
        }
    }

    private static byte[] head(int code, int length) {
        byte first = (byte) (0x80 | code);
        if (length < 126) {
            return new byte[] {first, (byte) length};
        }
        if (length <= 0xFFFF) {
            return new byte[] {first, 126, (byte) (length >> 8), (byte) length};
        }
        return ByteBuffer.allocate(10)
                .put(first)
                .put((byte) 127)
                .putLong(length)
                .array();
    }
}

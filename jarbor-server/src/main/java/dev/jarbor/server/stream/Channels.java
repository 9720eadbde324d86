package dev.jarbor.server.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** Numbered channels over one WebSocket. */
final class Channels {
    private static final int MAX_DATA = 32 * 1024;

    private final WebSocket socket;
    private final ChannelProtocol protocol;

    Channels(WebSocket socket, ChannelProtocol protocol) {
        this.socket = socket;
        this.protocol = protocol;
    }

    /** Bytes of one channel. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    record Message(int channel, byte[] bytes) {}

    /** The next message of any channel; empty when the client has closed. */
    Optional<Message> receive() throws IOException {
        while (true) {
            Optional<WebSocketFrame> frame = socket.receive();
            if (frame.isEmpty() || frame.get() instanceof WebSocketFrame.Close) {
                return Optional.empty();
            }
            Optional<Message> message = switch (frame.get()) {
                case WebSocketFrame.Binary(byte[] bytes) -> binary(bytes);
                case WebSocketFrame.Text(String text) -> text(text);
                case WebSocketFrame.Close ignored -> Optional.empty();
            };
            if (message.isPresent()) {
                return message;
            }
        }
    }

    private static Optional<Message> binary(byte[] bytes) {
        return bytes.length == 0
                ? Optional.empty()
                : Optional.of(new Message(bytes[0] & 0xFF, Arrays.copyOfRange(bytes, 1, bytes.length)));
    }

    private Optional<Message> text(String text) throws IOException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!protocol.base64()) {
            return binary(text.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return Optional.of(
                    new Message(text.charAt(0) - '0', Base64.getDecoder().decode(text.substring(1))));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("a message of " + protocol.subprotocol() + " is not base64", malformed);
        }
    }

    /** Sends {@code bytes} in messages of a bounded size; an empty array is one empty message. */
    void send(int channel, byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        do {
            int count = Math.min(MAX_DATA, offset + length - from);
            sendOne(channel, bytes, from, count);
            from += count;
        } while (from < offset + length);
    }

    private void sendOne(int channel, byte[] bytes, int offset, int length) throws IOException {
        if (protocol.base64()) {
            byte[] part = Arrays.copyOfRange(bytes, offset, offset + length);
            socket.sendText((char) ('0' + channel) + Base64.getEncoder().encodeToString(part));
            return;
        }
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(bytes, offset, message, 1, length);
        socket.sendBinary(message, 0, message.length);
    }

    /** A stream that writes to one channel, each write at once. */
    OutputStream output(int channel) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                if (length > 0) {
                    send(channel, bytes, offset, length);
                }
            }
        };
    }
}

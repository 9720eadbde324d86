package dev.jarbor.server.stream;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * A byte stream inside the binary messages of a WebSocket; where a message begins and ends means nothing. Carries SPDY
 * for port-forward (KEP-4006).
 */
public final class WebSocketTunnel {
    private WebSocketTunnel() {}

    public static Duplex over(WebSocket socket) {
        return new Duplex(new Input(socket), new Output(socket));
    }

    private static final class Input extends InputStream {
        private final WebSocket socket;
        private byte[] message = new byte[0];
        private int position;

        Input(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            while (position == message.length) {
                Optional<WebSocketFrame> frame = socket.receive();
                if (frame.isEmpty()) {
                    return -1;
                }
                switch (frame.get()) {
                    case WebSocketFrame.Close ignored -> {
                        return -1;
                    }
                    case WebSocketFrame.Binary(byte[] bytes) -> message = bytes;
                    case WebSocketFrame.Text(String text) -> message = text.getBytes(StandardCharsets.UTF_8);
                }
                position = 0;
            }
            int count = Math.min(length, message.length - position);
            System.arraycopy(message, position, target, offset, count);
            position += count;
            return count;
        }
    }

    private static final class Output extends OutputStream {
        private final WebSocket socket;

        Output(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.sendBinary(bytes, offset, length);
        }
    }
}

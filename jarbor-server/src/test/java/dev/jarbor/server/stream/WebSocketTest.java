package dev.jarbor.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules of RFC 6455 by their sections. */
class WebSocketTest {
    private static final byte[] MASK = {1, 2, 3, 4};
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @Test
    void the_handshake_answers_the_key_as_section_1_3_shows() {
        assertThat(WebSocket.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void a_masked_message_is_unmasked() throws IOException {
        assertThat(receive(frame(0x82, "hello")))
                .hasValueSatisfying(message -> assertThat(text(message)).isEqualTo("hello"));
    }

    @Test
    void the_parts_of_a_message_are_joined_with_pings_answered_in_between() throws IOException {
        Optional<WebSocketFrame> message = receive(frame(0x01, "hel"), frame(0x89, "?"), frame(0x80, "lo"));

        assertThat(message).contains(new WebSocketFrame.Text("hello"));
        assertThat(sent.toByteArray()).isEqualTo(new byte[] {(byte) 0x8A, 1, '?'});
    }

    @Test
    void a_close_says_why() throws IOException {
        byte[] reason = ByteBuffer.allocate(5)
                .putShort((short) 1001)
                .put("bye".getBytes(StandardCharsets.UTF_8))
                .array();

        assertThat(receive(frame(0x88, reason))).contains(new WebSocketFrame.Close(1001, "bye"));
    }

    @Test
    void an_unmasked_frame_of_a_client_breaks_the_connection() {
        assertThatThrownBy(() -> receive(new byte[] {(byte) 0x82, 1, 'x'})).isInstanceOf(IOException.class);
        assertThat(closeCode()).isEqualTo(WebSocket.PROTOCOL_ERROR);
    }

    @Test
    void a_message_longer_than_the_bound_breaks_the_connection() {
        byte[] head = ByteBuffer.allocate(10)
                .put((byte) 0x82)
                .put((byte) (0x80 | 127))
                .putLong(1L << 40)
                .array();

        assertThatThrownBy(() -> receive(head)).isInstanceOf(IOException.class);
        assertThat(closeCode()).isEqualTo(WebSocket.TOO_BIG);
    }

    @Test
    void a_connection_that_just_ends_has_no_more_messages() throws IOException {
        assertThat(receive(new byte[0])).isEmpty();
    }

    @Test
    void long_messages_carry_long_lengths() throws IOException {
        var socket = new WebSocket(new Duplex(new ByteArrayInputStream(new byte[0]), sent));
        socket.sendBinary(new byte[70_000], 0, 70_000);

        assertThat(Arrays.copyOf(sent.toByteArray(), 10))
                .isEqualTo(new byte[] {(byte) 0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70});
    }

    @Test
    void nothing_is_sent_after_the_close() throws IOException {
        var socket = new WebSocket(new Duplex(new ByteArrayInputStream(new byte[0]), sent));
        socket.close(WebSocket.NORMAL, "");
        socket.close(WebSocket.NORMAL, "");

        assertThat(sent.size()).isEqualTo(4);
        assertThatThrownBy(() -> socket.sendText("late")).isInstanceOf(IOException.class);
    }

    @Test
    void a_tunnel_joins_messages_and_never_waits_for_bytes_that_nobody_asked_for() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(frame(0x82, "he"));
        bytes.writeBytes(frame(0x82, "llo"));
        var tunnel =
                WebSocketTunnel.over(new WebSocket(new Duplex(new ByteArrayInputStream(bytes.toByteArray()), sent)));

        assertThat(tunnel.input().readNBytes(5)).asString().isEqualTo("hello");
        assertThat(tunnel.input().read(new byte[0], 0, 0)).isZero();
        assertThat(tunnel.input().read()).isEqualTo(-1);
    }

    private Optional<WebSocketFrame> receive(byte[]... frames) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            bytes.writeBytes(frame);
        }
        return new WebSocket(new Duplex(new ByteArrayInputStream(bytes.toByteArray()), sent)).receive();
    }

    private int closeCode() {
        byte[] bytes = sent.toByteArray();
        return ((bytes[2] & 0xFF) << 8) | (bytes[3] & 0xFF);
    }

    private static String text(WebSocketFrame frame) {
        return frame instanceof WebSocketFrame.Binary(byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : "";
    }

    private static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] frame(int first, byte[] payload) {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(MASK, 0, frame, 2, 4);
        for (int i = 0; i < payload.length; i++) {
            frame[6 + i] = (byte) (payload[i] ^ MASK[i & 3]);
        }
        return frame;
    }
}

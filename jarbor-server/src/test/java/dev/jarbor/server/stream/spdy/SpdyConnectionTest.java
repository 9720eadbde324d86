package dev.jarbor.server.stream.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;

/** Rules of the SPDY draft 3.1 by their sections. */
class SpdyConnectionTest {
    private final List<SpdyStream> opened = new ArrayList<>();

    @Test
    void the_header_dictionary_is_the_drafts() {
        var checksum = new Adler32();
        checksum.update(HeaderBlocks.dictionary());

        assertThat(HeaderBlocks.dictionary()).hasSize(1423);
        assertThat(checksum.getValue()).isEqualTo(0xE3C6A7C2L);
    }

    @Test
    void frames_survive_the_wire() throws IOException {
        List<SpdyFrame> sent = List.of(
                new SpdyFrame.SynStream(1, false, new TreeMap<>(Map.of("streamtype", "data", "port", "80"))),
                new SpdyFrame.SynReply(1, false, new TreeMap<>()),
                new SpdyFrame.Headers(1, true, new TreeMap<>(Map.of("a", "b"))),
                new SpdyFrame.RstStream(3, SpdyFrame.RstStream.CANCEL),
                new SpdyFrame.Settings(),
                new SpdyFrame.Ping(7),
                new SpdyFrame.WindowUpdate(1, 4096),
                new SpdyFrame.GoAway(1, 0));

        assertThat(read(bytes(sent))).isEqualTo(sent);
    }

    @Test
    void a_stream_that_the_client_opens_is_accepted_and_carries_bytes_both_ways() throws IOException {
        byte[] answer = converse(
                new SpdyFrame.SynStream(1, false, new TreeMap<>(Map.of("StreamType", "stdin"))),
                new SpdyFrame.Data(1, true, "hello".getBytes(StandardCharsets.UTF_8)));

        assertThat(opened).hasSize(1);
        assertThat(opened.getFirst().header("streamtype")).isEqualTo("stdin");
        assertThat(opened.getFirst().input().readAllBytes()).asString().isEqualTo("hello");
        assertThat(read(answer)).first().isEqualTo(new SpdyFrame.SynReply(1, false, new TreeMap<>()));
    }

    @Test
    void a_ping_of_the_clients_is_answered_and_an_answer_is_not() throws IOException {
        byte[] answer = converse(new SpdyFrame.Ping(1), new SpdyFrame.Ping(2));

        assertThat(read(answer)).containsExactly(new SpdyFrame.Ping(1));
    }

    @Test
    void stream_ids_of_the_servers_side_are_refused() throws IOException {
        byte[] answer = converse(new SpdyFrame.SynStream(2, false, new TreeMap<>()));

        assertThat(opened).isEmpty();
        assertThat(read(answer)).containsExactly(new SpdyFrame.RstStream(2, SpdyFrame.RstStream.PROTOCOL_ERROR));
    }

    @Test
    void more_streams_than_the_bound_are_refused() throws IOException {
        var frames = new ArrayList<SpdyFrame>();
        for (int i = 0; i <= SpdyConnection.MAX_STREAMS; i++) {
            frames.add(new SpdyFrame.SynStream(2 * i + 1, false, new TreeMap<>()));
        }

        byte[] answer = converse(frames.toArray(new SpdyFrame[0]));

        assertThat(opened).hasSize(SpdyConnection.MAX_STREAMS);
        assertThat(read(answer))
                .last()
                .isEqualTo(new SpdyFrame.RstStream(
                        2 * SpdyConnection.MAX_STREAMS + 1, SpdyFrame.RstStream.REFUSED_STREAM));
    }

    @Test
    void a_reset_ends_both_directions() throws IOException {
        converse(
                new SpdyFrame.SynStream(1, false, new TreeMap<>()),
                new SpdyFrame.RstStream(1, SpdyFrame.RstStream.CANCEL));

        SpdyStream stream = opened.getFirst();
        assertThat(stream.input().read()).isEqualTo(-1);
        assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void when_the_connection_ends_every_stream_does() throws IOException {
        converse(new SpdyFrame.SynStream(1, false, new TreeMap<>()));

        assertThat(opened.getFirst().input().read()).isEqualTo(-1);
    }

    @Test
    void a_frame_longer_than_the_bound_ends_the_connection() {
        byte[] head =
                ByteBuffer.allocate(8).putInt(1).putInt(SpdyWire.MAX_FRAME + 1).array();
        var connection = new SpdyConnection(
                new Duplex(new ByteArrayInputStream(head), new ByteArrayOutputStream()), opened::add);

        assertThatThrownBy(connection::run).isInstanceOf(IOException.class).hasMessageContaining("limit");
    }

    @Test
    void headers_that_unpack_to_more_than_the_bound_end_the_connection() throws IOException {
        String bomb = "x".repeat(HeaderBlocks.MAX_BLOCK);
        byte[] sent = bytes(List.of(new SpdyFrame.SynStream(1, false, new TreeMap<>(Map.of("a", bomb)))));
        var connection = new SpdyConnection(
                new Duplex(new ByteArrayInputStream(sent), new ByteArrayOutputStream()), opened::add);

        assertThat(sent).hasSizeLessThan(1000);
        assertThatThrownBy(connection::run).isInstanceOf(IOException.class).hasMessageContaining("headers");
    }

    private byte[] converse(SpdyFrame... frames) throws IOException {
        var answer = new ByteArrayOutputStream();
        try (var connection =
                new SpdyConnection(new Duplex(new ByteArrayInputStream(bytes(List.of(frames))), answer), opened::add)) {
            connection.run();
        }
        return answer.toByteArray();
    }

    private static byte[] bytes(List<SpdyFrame> frames) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var wire = new SpdyWire(new Duplex(new ByteArrayInputStream(new byte[0]), bytes))) {
            for (SpdyFrame frame : frames) {
                wire.write(frame);
            }
        }
        return bytes.toByteArray();
    }

    private static List<SpdyFrame> read(byte[] bytes) throws IOException {
        var frames = new ArrayList<SpdyFrame>();
        try (var wire = new SpdyWire(new Duplex(new ByteArrayInputStream(bytes), new ByteArrayOutputStream()))) {
            for (Optional<SpdyFrame> frame = wire.read(); frame.isPresent(); frame = wire.read()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }
}

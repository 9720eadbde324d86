package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.WatchEvent;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SharedFramesTest {
    private static final AnswerFormat JSON =
            new AnswerFormat(AnswerFormat.Encoding.JSON, AnswerFormat.Shape.WHOLE, "", false);
    private static final AnswerFormat CBOR =
            new AnswerFormat(AnswerFormat.Encoding.CBOR, AnswerFormat.Shape.WHOLE, "", false);

    private final SharedFrames frames = new SharedFrames();
    private int encoded;

    private byte[] frame(WatchEvent.Type type, ObjectValue object, AnswerFormat format, int length) throws IOException {
        return frames.of(new WatchEvent(type, object), format, () -> {
            encoded++;
            return new byte[length];
        });
    }

    @Test
    void aFrameIsEncodedOnceForAllWhoWatchInTheSameForm() throws IOException {
        ObjectValue object = ObjectValue.of("a", ObjectValue.EMPTY);

        byte[] first = frame(WatchEvent.Type.ADDED, object, JSON, 10);

        assertThat(frame(WatchEvent.Type.ADDED, object, JSON, 10)).isSameAs(first);
        assertThat(encoded).isEqualTo(1);
    }

    @Test
    void anotherTypeFormOrObjectIsAnotherFrame() throws IOException {
        ObjectValue object = ObjectValue.of("a", ObjectValue.EMPTY);
        frame(WatchEvent.Type.ADDED, object, JSON, 10);

        frame(WatchEvent.Type.DELETED, object, JSON, 10);
        frame(WatchEvent.Type.ADDED, object, CBOR, 10);
        frame(WatchEvent.Type.ADDED, ObjectValue.of("a", ObjectValue.EMPTY), JSON, 10);

        assertThat(encoded).isEqualTo(4);
    }

    @Test
    void largeFramesAreNotKept() throws IOException {
        ObjectValue object = ObjectValue.of("a", ObjectValue.EMPTY);

        frame(WatchEvent.Type.ADDED, object, JSON, 100_000);
        frame(WatchEvent.Type.ADDED, object, JSON, 100_000);

        assertThat(encoded).isEqualTo(2);
    }
}

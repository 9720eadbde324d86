package dev.jarbor.server.http;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.WatchEvent;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The last frames that were written to watches: all who watch the same object in the same form are sent the same bytes,
 * encoded once. A frame that is not here is made again, so forgetting costs time and nothing else; large ones are not kept.
 */
final class SharedFrames {
    private static final int PLACES = 256;
    private static final int LARGEST = 32 * 1024;

    private final AtomicReferenceArray<Frame> frames = new AtomicReferenceArray<>(PLACES);

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    private record Frame(ObjectValue object, WatchEvent.Type type, AnswerFormat format, byte[] bytes) {
        /** Objects are shared between all who see them, so the very same one is looked for. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(ObjectValue other, WatchEvent.Type otherType, AnswerFormat otherFormat) {
            return object == other && type == otherType && format.equals(otherFormat);
        }
    }

    /** Makes the bytes of a frame. */
    interface Encoding {
        byte[] bytes() throws IOException;
    }

    byte[] of(WatchEvent event, AnswerFormat format, Encoding encoding) throws IOException {
        ObjectValue object = event.object();
        int place = Math.floorMod(
                (System.identityHashCode(object) * 31 + event.type().hashCode()) * 31 + format.hashCode(), PLACES);
        Frame known = frames.get(place);
        if (known != null && known.isOf(object, event.type(), format)) {
            return known.bytes();
        }
        byte[] bytes = encoding.bytes();
        if (bytes.length <= LARGEST) {
            frames.set(place, new Frame(object, event.type(), format, bytes));
        }
        return bytes;
    }
}

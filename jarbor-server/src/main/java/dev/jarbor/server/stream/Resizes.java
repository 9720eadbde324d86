package dev.jarbor.server.stream;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.NodeConnection.ResizeListener;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Terminal sizes on their way to the node: {@code {"Width":80,"Height":24}}, one behind the other. The last size is kept
 * for a listener that comes later.
 */
final class Resizes {
    private static final int MAX_MESSAGE = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private ResizeListener listener = (columns, rows) -> {};
    private ObjectValue last = ObjectValue.EMPTY;

    void listen(ResizeListener next) {
        ObjectValue known;
        lock.lock();
        try {
            listener = next;
            known = last;
        } finally {
            lock.unlock();
        }
        tell(next, known);
    }

    /** Takes bytes of the resize channel; what is no size is ignored. */
    void received(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            partial.write(bytes[i]);
            if (bytes[i] == '}') {
                resized(partial.toByteArray());
                partial.reset();
            }
        }
        if (partial.size() > MAX_MESSAGE) {
            partial.reset();
        }
    }

    private void resized(byte[] message) {
        ObjectValue size;
        try {
            size = Json.object(message);
        } catch (DecodeException malformed) {
            return;
        }
        ResizeListener told;
        lock.lock();
        try {
            last = size;
            told = listener;
        } finally {
            lock.unlock();
        }
        tell(told, size);
    }

    private static void tell(ResizeListener listener, ObjectValue size) {
        int columns = (int) size.integer("Width");
        int rows = (int) size.integer("Height");
        if (columns > 0 && rows > 0) {
            listener.resized(columns, rows);
        }
    }
}

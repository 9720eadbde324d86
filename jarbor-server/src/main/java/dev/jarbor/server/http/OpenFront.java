package dev.jarbor.server.http;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The front behind a port as long as that is open. The web server's library has a timer for each port that nobody can end,
 * and its thread keeps whatever the server was built with; a whole closed cluster would stay in memory behind it.
 */
final class OpenFront implements Supplier<Front>, AutoCloseable {
    private volatile @Nullable Front front;

    OpenFront(Front front) {
        this.front = front;
    }

    /** @throws IllegalStateException when the port has been closed */
    @Override
    public Front get() {
        Front open = front;
        if (open == null) {
            throw new IllegalStateException("the port has been closed");
        }
        return open;
    }

    @Override
    public void close() {
        front = null;
    }
}

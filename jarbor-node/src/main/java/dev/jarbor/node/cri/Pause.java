package dev.jarbor.node.cri;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Waits on the runtime's clock; for the live edge only. */
final class Pause {
    private Pause() {}

    static void of(Duration duration, Runtime runtime) throws IOException {
        var over = new CountDownLatch(1);
        runtime.schedule("pause", duration, over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting").initCause(e);
        }
    }
}

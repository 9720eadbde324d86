package dev.jarbor.cluster;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A client that asks one address again and again, and remembers what went wrong. */
final class Hammer implements AutoCloseable {
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Hammer() {}

    static Hammer on(String url, Runtime runtime) {
        var hammer = new Hammer();
        runtime.execute("hammer", () -> hammer.ask(url));
        return hammer;
    }

    private void ask(String url) {
        while (!enough.get()) {
            try {
                Web.get(url);
                answered.incrementAndGet();
            } catch (IOException failure) {
                failures.add(failure.toString());
            }
        }
        ended.countDown();
    }

    long answered() {
        return answered.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws InterruptedException {
        enough.set(true);
        ended.await();
    }
}

package dev.jarbor.junit.fabric8;

import dev.jarbor.runtime.Runtime;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of an answer, handed on piece by piece, one for each call of {@link #consume}: a whole one on the thread that
 * asks, a stream on a thread of its own.
 */
final class DoorBody implements AsyncBody {
    private static final int PIECE = 16 * 1024;

    private final InputStream source;
    private final Consumer<List<ByteBuffer>> consumer;
    private final Runtime runtime;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private int asked;
    private boolean handing;

    DoorBody(InputStream source, Consumer<List<ByteBuffer>> consumer, Runtime runtime) {
        this.source = source;
        this.consumer = consumer;
        this.runtime = runtime;
    }

    @Override
    public void consume() {
        lock.lock();
        try {
            asked++;
            if (handing) {
                return;
            }
            handing = true;
        } finally {
            lock.unlock();
        }
        if (source instanceof ByteArrayInputStream) {
            handOn();
        } else {
            runtime.execute("body of an answer", this::handOn);
        }
    }

    private void handOn() {
        try {
            while (takeAsked() && !done.isDone()) {
                byte[] piece = new byte[PIECE];
                int count = source.read(piece);
                if (count < 0) {
                    source.close();
                    done.complete(null);
                } else {
                    consumer.consume(List.of(ByteBuffer.wrap(piece, 0, count)), this);
                }
            }
        } catch (Exception failure) { // the consumer's own, too: who waits for the end must hear of it
            done.completeExceptionally(failure);
        }
    }

    private boolean takeAsked() {
        lock.lock();
        try {
            handing = asked > 0;
            if (handing) {
                asked--;
            }
            return handing;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        done.cancel(false);
        try {
            source.close();
        } catch (IOException gone) {
            done.completeExceptionally(gone);
        }
    }
}

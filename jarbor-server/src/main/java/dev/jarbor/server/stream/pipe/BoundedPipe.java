package dev.jarbor.server.stream.pipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes on their way from the thread that reads a connection to the thread that works on one of its streams. Holds at
 * most its capacity: a writer waits for the reader, which in turn holds back the client.
 */
public final class BoundedPipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteRing ring;
    private final InputStream source = new Source();
    private boolean ended;
    private boolean abandoned;

    public BoundedPipe(int capacity) {
        ring = new ByteRing(capacity);
    }

    /** Where the bytes come out; closing it makes further writes vanish. */
    public InputStream source() {
        return source;
    }

    /** Adds {@code bytes}, waiting for room; after {@link #end} or when nobody reads any more they are dropped. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        lock.lock();
        try {
            while (left > 0) {
                while (ring.isFull() && !ended && !abandoned) {
                    awaitChange();
                }
                if (ended || abandoned) {
                    return;
                }
                int count = ring.put(bytes, from, left);
                from += count;
                left -= count;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows: the reader sees the end of the stream after what is already in here. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void awaitChange() throws IOException {
        try {
            changed.await();
        } catch (InterruptedException stopped) {
            throw (IOException) new InterruptedIOException("the stream was stopped").initCause(stopped);
        }
    }

    private final class Source extends InputStream {
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
            lock.lock();
            try {
                while (ring.isEmpty() && !ended && !abandoned) {
                    awaitChange();
                }
                if (ring.isEmpty() || abandoned) {
                    return -1;
                }
                int count = ring.take(target, offset, length);
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int available() {
            lock.lock();
            try {
                return ring.size();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                abandoned = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}

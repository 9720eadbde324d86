package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.stream.pipe.ByteRing;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes from the server to a client of the same process, at most {@link #CAPACITY} at a time. From when bytes are written
 * until their reader comes back for more, somebody outside is at work on them. Writing fails once the reader has gone.
 */
final class DoorPipe {
    static final int CAPACITY = 256 * 1024;

    private final Runtime runtime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteRing ring = new ByteRing(CAPACITY);
    private final InputStream source = new Source();
    private final OutputStream sink = new Sink();
    private Runtime.Busy reading = Runtime.Busy.NOTHING;
    private Runnable onGone = () -> {};
    private boolean ended;
    private boolean broken;
    private boolean gone;

    DoorPipe(Runtime runtime) {
        this.runtime = runtime;
    }

    /** Closing it is how the client goes. */
    InputStream source() {
        return source;
    }

    /** Closing it is the end of the stream. */
    OutputStream sink() {
        return sink;
    }

    /** Calls {@code action} once when the client goes, at once where it has gone. */
    void onGone(Runnable action) {
        lock.lock();
        try {
            if (!gone) {
                onGone = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    void probe() throws IOException {
        lock.lock();
        try {
            requireReader();
        } finally {
            lock.unlock();
        }
    }

    /** What came so far is not all: its reader must not take it for whole. */
    void breakOff() {
        lock.lock();
        try {
            broken = !ended;
            end();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        ended = true;
        changed.signalAll();
    }

    private void requireReader() throws IOException {
        if (gone) {
            throw new IOException("the client has gone");
        }
    }

    private void rest() {
        reading.close();
        reading = Runtime.Busy.NOTHING;
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void awaitChange() throws IOException {
        try {
            changed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the stream was stopped").initCause(stopped);
        }
    }

    private final class Sink extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int from = offset;
            int left = length;
            lock.lock();
            try {
                while (left > 0) {
                    while (ring.isFull() && !gone) {
                        awaitChange();
                    }
                    requireReader();
                    if (ring.isEmpty() && reading.equals(Runtime.Busy.NOTHING)) {
                        reading = runtime.busy("reader of a stream");
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

        @Override
        public void close() {
            lock.lock();
            try {
                end();
            } finally {
                lock.unlock();
            }
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
                if (ring.isEmpty()) {
                    rest();
                }
                while (ring.isEmpty() && !ended && !gone) {
                    awaitChange();
                }
                if (ring.isEmpty() || gone) {
                    return atEnd();
                }
                int count = ring.take(target, offset, length);
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        private int atEnd() throws IOException {
            rest();
            if (broken) {
                throw new IOException("the answer broke off");
            }
            return -1;
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
            Runnable action;
            lock.lock();
            try {
                action = gone ? () -> {} : onGone;
                gone = true;
                rest();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            action.run();
        }
    }
}

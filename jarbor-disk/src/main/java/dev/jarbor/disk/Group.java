package dev.jarbor.disk;

import dev.jarbor.store.Draft;
import dev.jarbor.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Commits that one flush makes durable. Whoever joins first flushes for all. */
final class Group {
    private final List<Draft> drafts = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final List<Runnable> woken = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable StoreException failure;

    /** Whether the one who joins is the first. */
    boolean join(Draft draft, byte[] content) {
        drafts.add(draft);
        contents.add(content);
        return drafts.size() == 1;
    }

    boolean isEmpty() {
        return drafts.isEmpty();
    }

    List<Draft> drafts() {
        return drafts;
    }

    long firstRevision() {
        return drafts.getFirst().revision();
    }

    /** The frames, in {@code room} where they fit. */
    ByteBuffer frames(ByteBuffer room, long durable) {
        long size = contents.stream()
                .mapToLong(content -> Frame.HEADER + content.length)
                .sum();
        ByteBuffer frames = size <= room.capacity() ? room.clear() : ByteBuffer.allocateDirect(Math.toIntExact(size));
        for (int i = 0; i < drafts.size(); i++) {
            new Frame(drafts.get(i).revision(), durable, contents.get(i)).write(frames);
        }
        return frames.flip();
    }

    /** Notes what is to be run when no lock is held any more. */
    void wakes(List<Runnable> watches) {
        woken.addAll(watches);
    }

    List<Runnable> woken() {
        return woken;
    }

    void succeeded() {
        ended.countDown();
    }

    void failed(StoreException why) {
        failure = why;
        ended.countDown();
    }

    /** Why it did not become durable; null where it did, or may yet. */
    @Nullable
    StoreException failure() {
        return failure;
    }

    /** Returns when it is durable, or fails as it failed. */
    void await() {
        try {
            if (ended.getCount() > 0) {
                ended.await();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Outcome.UNKNOWN, "the wait for the disk was interrupted", interrupted);
        }
        StoreException why = failure;
        if (why != null) {
            throw new StoreException(why.outcome(), String.valueOf(why.getMessage()), why);
        }
    }
}

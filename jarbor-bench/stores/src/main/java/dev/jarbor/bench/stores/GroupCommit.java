package dev.jarbor.bench.stores;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/** One flush for all writers that came while the last one was under way; the first of them flushes for all. */
final class GroupCommit {
    private final Candidate candidate;
    private final ReentrantLock turn = new ReentrantLock();
    private Group open = new Group();
    private long next = 1;

    private static final class Group {
        final List<byte[]> objects = new ArrayList<>();
        final CountDownLatch done = new CountDownLatch(1);
    }

    GroupCommit(Candidate candidate) {
        this.candidate = candidate;
    }

    void commit(byte[] object) {
        Group mine;
        boolean leads;
        synchronized (this) {
            mine = open;
            mine.objects.add(object);
            leads = mine.objects.size() == 1;
        }
        try {
            if (!leads) {
                mine.done.await();
                return;
            }
            turn.lock();
            try {
                synchronized (this) {
                    open = new Group();
                }
                candidate.commit(next, mine.objects);
                next += mine.objects.size();
            } finally {
                turn.unlock();
            }
            mine.done.countDown();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}

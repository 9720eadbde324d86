package dev.jarbor.etcd;

import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Asks etcd which commit was the last. Every commit writes one key, so the revision of that key is the answer, whatever
 * else lives in the same etcd; and an event of it comes with every commit. (The reference has no such key and asks
 * for progress notifications of its watches instead, which members before 3.4.25 and 3.5.8 can send too early.)
 *
 * <p>Who asks gets an answer of a question that was put after they came. Many who ask at once share one: while a question is
 * under way, all who come wait for the next.
 */
final class Marker {
    private final EtcdClient client;
    private final EtcdKeys keys;
    private final Revisions revisions;
    private final Runtime runtime;
    private final Object turns = new Object();
    private boolean asking;
    private Optional<CompletableFuture<Mark>> next = Optional.empty();

    /**
     * What etcd answered.
     *
     * @param commit the revision of the last commit; 0 before the first
     * @param etcd how far etcd itself has got
     */
    record Mark(long commit, long etcd) {}

    Marker(EtcdClient client, EtcdKeys keys, Revisions revisions, Runtime runtime) {
        this.revisions = revisions;
        this.client = client;
        this.keys = keys;
        this.runtime = runtime;
    }

    /** @throws StoreException when no member answers */
    Mark ask() {
        CompletableFuture<Mark> mine;
        boolean first;
        synchronized (turns) {
            mine = next.orElseGet(CompletableFuture::new);
            next = Optional.of(mine);
            first = !asking;
            asking = true;
        }
        if (first) {
            answerNext();
        }
        try {
            return mine.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StoreException why) {
                throw new StoreException(why.outcome(), String.valueOf(why.getMessage()), why);
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Outcome.NOT_DONE, "interrupted", interrupted);
        }
    }

    /** Asks for all who wait now; those who come meanwhile are answered by a task of their own. */
    private void answerNext() {
        CompletableFuture<Mark> turn;
        synchronized (turns) {
            turn = next.orElseThrow();
            next = Optional.empty();
        }
        try {
            turn.complete(read());
        } catch (RuntimeException failed) {
            turn.completeExceptionally(failed);
        }
        synchronized (turns) {
            asking = next.isPresent();
            if (!asking) {
                return;
            }
        }
        runtime.execute("etcd revision", this::answerNext);
    }

    private Mark read() {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(keys.revision())
                .setKeysOnly(true)
                .build();
        RangeResponse response = client.read("get", "", request);
        long commit = response.getKvsCount() == 0
                ? 0
                : revisions.of(response.getKvs(0).getModRevision());
        return new Mark(commit, revisions.of(response.getHeader().getRevision()));
    }
}

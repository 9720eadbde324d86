package dev.jarbor.bench;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Commits of each store by 1, 16, 64 and 256 writers, each on an object of its own of one kilobyte: how many a second, and
 * how long one of a writer alone takes beside a plain flush of the same disk.
 */
final class StoreBenchmark {
    private static final List<Integer> WRITERS = List.of(1, 16, 64, 256);
    private static final int FLUSHES = 200;
    private static final int OBJECT_BYTES = 1000;

    private StoreBenchmark() {}

    /** Argument: seconds for each number of writers. */
    public static void main(String[] arguments) throws Exception {
        run(Duration.ofSeconds(Long.parseLong(arguments[0]))).forEach(figures -> System.out.println(figures.row()));
    }

    static List<Figures> run(Duration each) throws IOException, InterruptedException {
        var all = new ArrayList<Figures>();
        try (Runtime runtime = new LiveRuntime();
                Scratch scratch = Scratch.create()) {
            all.add(flushes(scratch.folder(), runtime));
            try (Store memory = new MemoryStore()) {
                all.addAll(commits("memory", memory, each, runtime));
            }
            Optional<EtcdProcess> etcd = EtcdProcess.start(scratch.folder());
            if (etcd.isPresent()) {
                try (EtcdProcess process = etcd.get();
                        Store store = open(process, runtime)) {
                    all.addAll(commits("etcd, one member", store, each, runtime));
                }
            }
        }
        return all;
    }

    /** It may take a moment until it answers. */
    private static Store open(EtcdProcess etcd, Runtime runtime) {
        EtcdSettings settings = EtcdSettings.of(List.of(etcd.address())).withTimeout(Duration.ofSeconds(20));
        return EtcdStore.open(settings, runtime);
    }

    private static Figures flushes(Path folder, Runtime runtime) throws IOException {
        var figures = new Figures("a kilobyte written and flushed (fdatasync)", "µs");
        try (FileChannel file =
                FileChannel.open(folder.resolve("flushed"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                long begin = runtime.nanoTime();
                file.write(ByteBuffer.allocate(OBJECT_BYTES));
                file.force(false);
                figures.add((runtime.nanoTime() - begin) / 1e3);
            }
        }
        return figures;
    }

    private static List<Figures> commits(String store, Store target, Duration each, Runtime runtime)
            throws InterruptedException {
        var all = new ArrayList<Figures>();
        var alone = new Figures(store + ": a commit of one writer", "µs");
        for (int writers : WRITERS) {
            var figures = new Figures(store + ": commits a second, writers: " + writers, "1/s");
            var over = new AtomicBoolean();
            var done = new AtomicLong();
            var ended = new CountDownLatch(writers);
            long begin = runtime.nanoTime();
            for (int writer = 0; writer < writers; writer++) {
                ObjectKey key = new ObjectKey("default", "w" + writers + "-" + writer);
                runtime.execute("writer", () -> {
                    try {
                        while (!over.get()) {
                            long sent = runtime.nanoTime();
                            target.commit(Transaction.of(
                                    new Transaction.Put("configmaps", key, object(key, sent), Transaction.ANY)));
                            done.incrementAndGet();
                            if (writers == 1) {
                                alone.add((runtime.nanoTime() - sent) / 1e3);
                            }
                        }
                    } finally {
                        ended.countDown();
                    }
                });
            }
            runtime.schedule("end", each, () -> over.set(true));
            ended.await();
            figures.add(done.get() / ((runtime.nanoTime() - begin) / 1e9));
            all.add(figures);
        }
        all.addFirst(alone);
        return all;
    }

    private static ObjectValue object(ObjectKey key, long value) {
        ObjectValue metadata = ObjectValue.EMPTY.with("name", key.name()).with("namespace", key.namespace());
        String text = Long.toString(value);
        return ObjectValue.of("metadata", metadata)
                .with("data", ObjectValue.EMPTY.with("text", text.repeat(OBJECT_BYTES / text.length())));
    }
}

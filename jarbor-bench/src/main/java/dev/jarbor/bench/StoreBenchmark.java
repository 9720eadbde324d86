package dev.jarbor.bench;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.disk.Backup;
import dev.jarbor.disk.DurableSettings;
import dev.jarbor.disk.DurableStore;
import dev.jarbor.etcd.EtcdCopy;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.record.Kept;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.sealing.Sealing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/**
 * The stores on disk and over etcd: one commit beside a bare flush of the same disk, many writers beside plain puts into etcd,
 * and how large ones open.
 */
final class StoreBenchmark {
    private static final int FRAME = 1200;

    private StoreBenchmark() {}

    /** Arguments: seconds of each measurement, objects of the large store. */
    public static void main(String[] arguments) throws Exception {
        run(Duration.ofSeconds(Integer.parseInt(arguments[0])), Integer.parseInt(arguments[1]))
                .forEach(figures -> System.out.println(figures.row()));
    }

    static List<Figures> run(Duration time, int objects) throws Exception {
        var figures = new ArrayList<Figures>();
        try (Scratch scratch = Scratch.create();
                Runtime runtime = new LiveRuntime()) {
            try (Store store = DurableStore.open(scratch.folder(), DurableSettings.DEFAULT, runtime)) {
                figures.addAll(besideBareFlush("on disk", store, scratch.folder(), time, runtime));
            }
            Optional<EtcdMember> etcd = EtcdMember.start(scratch.folder());
            try {
                if (etcd.isPresent()) {
                    try (Store store = overEtcd(etcd.get(), runtime)) {
                        figures.addAll(besideBareFlush("over etcd", store, scratch.folder(), time, runtime));
                    }
                }
                for (int writers : new int[] {1, 16, 64, 256}) {
                    try (Store store = DurableStore.open(scratch.folder(), DurableSettings.DEFAULT, runtime)) {
                        figures.add(writes("on disk", number -> store.commit(put(number)), writers, time, runtime));
                    }
                    if (etcd.isPresent()) {
                        try (Store store = overEtcd(etcd.get(), runtime)) {
                            figures.add(
                                    writes("over etcd", number -> store.commit(put(number)), writers, time, runtime));
                        }
                        figures.add(writes("in plain etcd", etcd.get()::put, writers, time, runtime));
                    }
                }
                figures.addAll(opening(scratch.folder(), objects, runtime));
                if (etcd.isPresent()) {
                    figures.addAll(openingOverEtcd(etcd.get(), objects, runtime));
                }
            } finally {
                etcd.ifPresent(EtcdMember::close);
            }
        }
        return figures;
    }

    private static EtcdSettings settings(EtcdMember etcd) {
        return EtcdSettings.of(List.of(etcd.address())).withTimeout(Duration.ofMinutes(1));
    }

    private static Store overEtcd(EtcdMember etcd, Runtime runtime) {
        return EtcdStore.open(settings(etcd), runtime);
    }

    /** One after the other by turns, so that both meet the same disk. */
    private static List<Figures> besideBareFlush(String where, Store store, Path folder, Duration time, Runtime runtime)
            throws IOException {
        var commits = new ArrayList<Long>();
        var flushes = new ArrayList<Long>();
        try (FileChannel file =
                FileChannel.open(folder.resolve("bare"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(16 << 20), 0);
            file.force(true);
            ByteBuffer bytes = ByteBuffer.allocateDirect(FRAME);
            long end = runtime.nanoTime() + time.toNanos();
            long warm = runtime.nanoTime() + time.toNanos() / 3;
            for (long i = 0; runtime.nanoTime() < end; i++) {
                Transaction transaction = put(i);
                long start = runtime.nanoTime();
                file.write(bytes.clear(), i * FRAME % (15 << 20));
                file.force(false);
                long between = runtime.nanoTime();
                store.commit(transaction);
                if (between > warm) {
                    flushes.add(between - start);
                    commits.add(runtime.nanoTime() - between);
                }
            }
        }
        return List.of(
                percentile("a bare fdatasync by turns, median", flushes, 50),
                percentile("a commit " + where + " of one client, median", commits, 50),
                percentile("a bare fdatasync by turns, 99th percentile", flushes, 99),
                percentile("a commit " + where + " of one client, 99th percentile", commits, 99));
    }

    private static Figures percentile(String name, List<Long> nanos, int percent) {
        var figures = new Figures(name, "us");
        List<Long> sorted = nanos.stream().sorted().toList();
        figures.add(sorted.get(sorted.size() * percent / 100) / 1e3);
        return figures;
    }

    private static Figures writes(String where, LongConsumer write, int writers, Duration time, Runtime runtime)
            throws InterruptedException {
        var count = new AtomicLong();
        var done = new CountDownLatch(writers);
        long start = runtime.nanoTime();
        long warm = start + time.toNanos() / 3;
        long end = start + time.toNanos();
        for (int writer = 0; writer < writers; writer++) {
            int first = writer;
            runtime.execute("writer", () -> {
                try {
                    for (long i = first; runtime.nanoTime() < end; i += writers) {
                        write.accept(i);
                        if (runtime.nanoTime() > warm) {
                            count.incrementAndGet();
                        }
                    }
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        var figures = new Figures("writes " + where + " of " + writers + " clients", "writes/s");
        figures.add(count.get() / ((runtime.nanoTime() - warm) / 1e9));
        return figures;
    }

    private static List<Figures> opening(Path folder, int objects, Runtime runtime) throws IOException {
        Path backup = folder.resolve("backup");
        Path place = folder.resolve("store");
        long bytes = large(backup, objects);
        Backup.restore(backup, place, runtime);
        Files.delete(backup);
        var size = new Figures("a store of " + objects + " pods: on disk", "MB");
        size.add(bytes / 1e6);
        var opens = new Figures("opens in", "ms");
        var heap = new Figures("takes of heap", "MB");
        long before = used();
        long start = runtime.nanoTime();
        try (DurableStore store = DurableStore.open(place, DurableSettings.DEFAULT, runtime)) {
            opens.add((runtime.nanoTime() - start) / 1e6);
            heap.add((used() - before) / 1e6);
            if (store.snapshot().all("pods").size() != objects) {
                throw new IllegalStateException("objects are missing");
            }
        }
        return List.of(size, opens, heap);
    }

    /** The first commits of the large one, and how another server opens it. */
    private static List<Figures> openingOverEtcd(EtcdMember etcd, int objects, Runtime runtime) {
        EtcdSettings settings = settings(etcd).withPrefix("/large");
        var restores = new Figures("a store over etcd of " + objects + " pods: restored in", "ms");
        long start = runtime.nanoTime();
        try (var copy = new EtcdCopy(settings, runtime)) {
            copy.restore(1, new Pods(objects));
        }
        restores.add((runtime.nanoTime() - start) / 1e6);
        var opens = new Figures("opens in", "ms");
        var heap = new Figures("takes of heap", "MB");
        long before = used();
        start = runtime.nanoTime();
        try (Store store = EtcdStore.open(settings, runtime)) {
            opens.add((runtime.nanoTime() - start) / 1e6);
            heap.add((used() - before) / 1e6);
            if (store.snapshot().all("pods").size() != objects) {
                throw new IllegalStateException("objects are missing");
            }
        }
        return List.of(restores, opens, heap);
    }

    /** That many pods as records, made when they are asked for. */
    private static final class Pods extends AbstractCollection<Kept> {
        private final RecordFormat format = new RecordFormat(Sealing.NONE);
        private final int size;

        Pods(int size) {
            this.size = size;
        }

        @Override
        public Iterator<Kept> iterator() {
            return IntStream.range(0, size).mapToObj(this::pod).iterator();
        }

        private Kept pod(int number) {
            var key = new ObjectKey("default", "pod-" + number);
            return new Kept("pods", key, 1, format.write("pods", key, StoreBenchmark.pod(number)));
        }

        @Override
        public int size() {
            return size;
        }
    }

    private static long used() {
        System.gc();
        return java.lang.Runtime.getRuntime().totalMemory()
                - java.lang.Runtime.getRuntime().freeMemory();
    }

    private static long large(Path backup, int objects) throws IOException {
        var pods = new TreeMap<ObjectKey, ObjectValue>();
        for (int i = 0; i < objects; i++) {
            pods.put(
                    new ObjectKey("default", "pod-" + i),
                    pod(i).update("metadata", metadata -> metadata.with("resourceVersion", "1")));
        }
        var state = new Snapshot(1, HashTreePMap.singleton("pods", TreePMap.fromSortedMap(pods)));
        return Backup.write(state, backup, Sealing.NONE).bytes();
    }

    private static Transaction put(long number) {
        long name = number % 20_000;
        return Transaction.of(
                new Transaction.Put("pods", new ObjectKey("default", "pod-" + name), pod(name), Transaction.ANY));
    }

    private static final ObjectValue POD = Json.object("""
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"namespace": "default", "labels": {"app": "web", "pod-template-hash": "5d4f8c7b9"},
               "creationTimestamp": "2026-01-01T00:00:00Z", "ownerReferences": [{"apiVersion": "apps/v1",
                 "kind": "ReplicaSet", "name": "web-5d4f8c7b9", "uid": "x", "controller": true}],
               "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
                 "time": "2026-01-01T00:00:00Z", "subresource": "status", "fieldsV1": {"f:status": {"f:conditions": {".": {},
                   "k:{\\"type\\":\\"Ready\\"}": {".": {}, "f:status": {}, "f:type": {}}}, "f:hostIP": {}, "f:podIP": {}}}}]},
             "spec": {"nodeName": "node-1", "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "containers": [
               {"name": "c", "image": "nginx:1.27", "imagePullPolicy": "IfNotPresent",
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
                "volumeMounts": [{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "access"}]}]},
             "status": {"phase": "Running", "hostIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}}""");

    static ObjectValue pod(long number) {
        String ip = "10." + number / 65536 % 256 + "." + number / 256 % 256 + "." + number % 256;
        return POD.update(
                        "metadata",
                        metadata -> metadata.with("name", "pod-" + number)
                                .with("uid", "6f1c2b1e-1111-4222-8333-" + (100_000_000_000L + number)))
                .update("status", status -> status.with("podIP", ip));
    }
}

package dev.jarbor.bench.stores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** Runs every candidate beside a bare fdatasync of the same disk, then kills one of each and looks what is left. */
public final class StoresBenchmark {
    private static final List<String> NAMES = List.of("log", "rocksdb", "sqlite", "mvstore", "lmdb");
    private static final int OBJECT = 1100;

    private StoresBenchmark() {}

    /** {@code FOLDER SECONDS}: measures, for no seconds only crashes; {@code child NAME FOLDER}: writes until it is killed, telling what it wrote. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("child")) {
            child(arguments[1], Path.of(arguments[2]));
            return;
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int seconds = Integer.parseInt(arguments[1]);
        if (seconds > 0) {
            measure(folder, seconds);
        }
        for (String name : NAMES) {
            crash(name, fresh(folder, name));
        }
    }

    private static void measure(Path folder, int seconds) throws Exception {
        System.out.println("one writer, each commit beside a bare fdatasync of as many bytes:");
        for (String name : NAMES) {
            Path place = fresh(folder, name);
            try (Candidate candidate = Candidate.open(name, place)) {
                alternate(candidate, name, folder.resolve("raw"), seconds);
            }
        }
        System.out.println("name      writers  commits/s   p50 us   p99 us  MB on disk");
        for (int writers : new int[] {1, 16, 64}) {
            for (String name : NAMES) {
                Path place = fresh(folder, name);
                try (Candidate candidate = Candidate.open(name, place)) {
                    run(candidate, name, writers, seconds, place);
                }
                if (writers == 64) {
                    long start = System.nanoTime();
                    try (Candidate again = Candidate.open(name, place)) {
                        long count = again.count();
                        System.out.printf("%-9s opens and reads %d commits in %d ms%n", name, count, (System.nanoTime() - start) / 1_000_000);
                    }
                }
            }
        }
    }

    private static void alternate(Candidate candidate, String name, Path path, int seconds) throws Exception {
        var bare = new ArrayList<Long>();
        var commits = new ArrayList<Long>();
        byte[] bytes = new byte[OBJECT];
        new Random(1).nextBytes(bytes);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer object = ByteBuffer.allocateDirect(OBJECT);
            for (int i = 0; i < 16; i++) {
                file.write(ByteBuffer.allocateDirect(1 << 20), (long) i << 20);
            }
            file.force(true);
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            long at = 0;
            for (long number = 1; System.nanoTime() < end; number++) {
                long start = System.nanoTime();
                file.write(object.clear(), at % (15 << 20));
                file.force(false);
                at += OBJECT;
                long between = System.nanoTime();
                candidate.commit(number, List.of(bytes));
                commits.add(System.nanoTime() - between);
                bare.add(between - start);
            }
        }
        Files.delete(path);
        System.out.printf(
                "%-9s p50 %d us, bare %d us: %.2f times; p99 %d us, bare %d us%n",
                name,
                at(commits, 50),
                at(bare, 50),
                (double) at(commits, 50) / at(bare, 50),
                at(commits, 99),
                at(bare, 99));
    }

    private static long at(List<Long> times, int percent) {
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1000;
    }

    private static void run(Candidate candidate, String name, int writers, int seconds, Path place) throws Exception {
        var commits = new GroupCommit(candidate);
        var all = new ArrayList<List<Long>>();
        var done = new CountDownLatch(writers);
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        for (int i = 0; i < writers; i++) {
            var times = new ArrayList<Long>();
            all.add(times);
            var random = new Random(i);
            Thread.ofVirtual().start(() -> {
                byte[] object = new byte[OBJECT];
                random.nextBytes(object);
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    commits.commit(object);
                    times.add(System.nanoTime() - start);
                }
                done.countDown();
            });
        }
        done.await();
        List<Long> times = all.stream().flatMap(List::stream).toList();
        System.out.printf(
                "%-9s %7d %10d %8d %8d %11d%n",
                name, writers, times.size() / seconds, at(times, 50), at(times, 99), size(place) >> 20);
    }

    private static long size(Path place) throws IOException {
        try (var files = Files.walk(place)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void child(String name, Path folder) throws Exception {
        Candidate candidate = Candidate.open(name, folder);
        byte[] object = new byte[OBJECT];
        new Random(1).nextBytes(object);
        for (long number = 1; ; number++) {
            candidate.commit(number, List.of(object));
            System.out.println(number);
        }
    }

    /** Kills a writer, counts what is left, then flips a byte in the middle of the file written last and counts again. */
    private static void crash(String name, Path folder) throws Exception {
        Process writer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoresBenchmark.class.getName(),
                        "child",
                        name,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long acknowledged = 0;
        try (BufferedReader lines = writer.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Long.parseLong(line);
                if (acknowledged == 2000) {
                    writer.toHandle().destroyForcibly();
                }
            }
        }
        writer.waitFor();
        Path copy = folder.resolveSibling(name + "-damaged");
        delete(copy);
        Files.createDirectories(copy);
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        System.out.printf("%-9s killed after %d: %s%n", name, acknowledged, look(name, folder));
        Path victim;
        try (var files = Files.list(copy)) {
            victim = files.filter(file -> file.toFile().length() > 100_000 && !file.toString().endsWith(".sst"))
                    .max(Comparator.comparing(file -> file.toString().endsWith("-wal") ? 1 : 0))
                    .orElseThrow();
        }
        try (var file = new RandomAccessFile(victim.toFile(), "rw")) {
            long middle = 1000L * OBJECT;
            file.seek(middle);
            int before = file.read();
            file.seek(middle);
            file.write(before ^ 1);
        }
        System.out.printf("%-9s and one bit of %s flipped: %s%n", name, victim.getFileName(), look(name, copy));
    }

    private static String look(String name, Path folder) {
        try (Candidate candidate = Candidate.open(name, folder)) {
            return candidate.count() + " commits are there";
        } catch (Exception refused) {
            return "refuses: " + refused.getMessage();
        }
    }

    private static Path fresh(Path folder, String name) throws IOException {
        Path place = folder.resolve(name);
        delete(place);
        return place;
    }

    private static void delete(Path place) throws IOException {
        if (Files.exists(place)) {
            Path[] all;
            try (var files = Files.walk(place)) {
                all = files.sorted(Comparator.reverseOrder()).toArray(Path[]::new);
            }
            for (Path file : Arrays.asList(all)) {
                Files.delete(file);
            }
        }
    }
}

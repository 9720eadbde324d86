package dev.jarbor.bench.stores;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One way to keep commits: numbers from 1 on, each with the bytes of an object, kept by number and by key. */
interface Candidate extends AutoCloseable {
    /** Makes {@code group}, whose first has number {@code first}, durable: it returns once the disk has it. */
    void commit(long first, List<byte[]> group) throws Exception;

    /** How many commits are there, each of them whole. */
    long count() throws Exception;

    @Override
    void close() throws Exception;

    /** Where an object lives: there are as many keys as a middling cluster has objects. */
    static byte[] key(long number) {
        return ("/registry/pods/default/pod-" + number % 20_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    static Candidate open(String name, Path folder) throws Exception {
        Files.createDirectories(folder);
        return switch (name) {
            case "log" -> new LogCandidate(folder);
            case "rocksdb" -> new RocksCandidate(folder);
            case "sqlite" -> new SqliteCandidate(folder);
            case "mvstore" -> new MvCandidate(folder);
            case "lmdb" -> new LmdbCandidate(folder);
            default -> throw new IllegalArgumentException(name);
        };
    }
}

package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that can fail, fill up, and lose power: then of what was not forced any sectors are there, and any beginning of
 * the changes of names.
 */
final class SimulatedDisk implements Disk {
    private static final int SECTOR = 512;

    /** What a file holds as the system shows it, and what is on the disk for sure. */
    private static final class Content {
        byte[] seen = {};
        byte[] durable = {};
    }

    private TreeMap<String, Content> names = new TreeMap<>();
    private TreeMap<String, Content> durableNames = new TreeMap<>();
    private final List<TreeMap<String, Content>> unforcedNames = new ArrayList<>();
    private long capacity = Long.MAX_VALUE;
    private long operationsLeft = Long.MAX_VALUE;
    private boolean failsWhenUsedUp;

    /** From now on no more than {@code bytes} fit. */
    void capacity(long bytes) {
        capacity = bytes;
    }

    long used() {
        return names.values().stream().mapToLong(content -> content.seen.length).sum();
    }

    /** After {@code operations} that change something every further one fails, as on a broken disk. */
    void breakAfter(long operations) {
        operationsLeft = operations;
    }

    boolean isBroken() {
        return failsWhenUsedUp;
    }

    /** As after the process was killed: everything is there that was written. */
    void restartProcess() {
        operationsLeft = Long.MAX_VALUE;
        failsWhenUsedUp = false;
    }

    /** As after the power went: of what was not forced, anything may be there or not. */
    void losePower(RandomGenerator random) {
        restartProcess();
        if (!unforcedNames.isEmpty()) {
            int kept = random.nextInt(unforcedNames.size() + 1);
            durableNames = kept == 0 ? durableNames : unforcedNames.get(kept - 1);
        }
        unforcedNames.clear();
        names = new TreeMap<>(durableNames);
        for (Content content : names.values()) {
            content.seen = torn(content, random);
            content.durable = content.seen.clone();
        }
    }

    /** Each sector as it was forced or as it was written last; the length, where it was changed, either. */
    private static byte[] torn(Content content, RandomGenerator random) {
        byte[] after = new byte[random.nextBoolean() ? content.seen.length : content.durable.length];
        for (int at = 0; at < after.length; at += SECTOR) {
            byte[] from = random.nextBoolean() ? content.seen : content.durable;
            int count = Math.min(SECTOR, Math.min(after.length, from.length) - at);
            if (count > 0) {
                System.arraycopy(from, at, after, at, count);
            }
        }
        return after;
    }

    byte[] bytes(String name) {
        return contentOf(name).seen.clone();
    }

    void bytes(String name, byte[] bytes) {
        Content content = contentOf(name);
        content.seen = bytes.clone();
        content.durable = bytes.clone();
    }

    private Content contentOf(String name) {
        return names.computeIfAbsent(name, absent -> new Content());
    }

    private void change() throws IOException {
        if (operationsLeft-- <= 0) {
            failsWhenUsedUp = true;
            throw new IOException("Input/output error");
        }
    }

    @Override
    public List<String> names() {
        return names.keySet().stream().filter(name -> !name.contains("/")).toList();
    }

    @Override
    public File open(String name) throws IOException {
        if (!names.containsKey(name)) {
            change();
            contentOf(name);
            unforcedNames.add(new TreeMap<>(names));
        }
        return new Open(contentOf(name));
    }

    @Override
    public File read(String name) throws IOException {
        if (!names.containsKey(name)) {
            throw new NoSuchFileException(name);
        }
        return new Open(contentOf(name));
    }

    @Override
    public void delete(String name) throws IOException {
        change();
        if (names.remove(name) != null) {
            unforcedNames.add(new TreeMap<>(names));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change();
        Content content = names.remove(from);
        if (content == null) {
            throw new IOException("no file " + from);
        }
        names.put(to, content);
        unforcedNames.add(new TreeMap<>(names));
    }

    @Override
    public void forceNames() throws IOException {
        change();
        durableNames = new TreeMap<>(names);
        unforcedNames.clear();
    }

    private final class Open implements File {
        private final Content content;

        Open(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.seen.length;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int count = (int) Math.max(0, Math.min(into.remaining(), content.seen.length - position));
            into.put(content.seen, (int) Math.min(position, content.seen.length), count);
            return count;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            if (operationsLeft <= 0) {
                // what is interrupted is written in part
                from.limit(from.position() + from.remaining() / 2);
                put(from, position);
                change();
            }
            change();
            long grows = Math.max(0, position + from.remaining() - content.seen.length);
            long room = capacity - used();
            if (grows > room) {
                from.limit((int) Math.max(from.position(), from.limit() - (grows - Math.max(0, room))));
                put(from, position);
                throw new IOException("No space left on device");
            }
            put(from, position);
        }

        private void put(ByteBuffer from, long position) {
            int end = (int) position + from.remaining();
            if (end > content.seen.length) {
                content.seen = Arrays.copyOf(content.seen, end);
            } else {
                content.seen = content.seen.clone();
            }
            from.get(content.seen, (int) position, from.remaining());
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            content.seen = Arrays.copyOf(content.seen, (int) Math.min(size, content.seen.length));
        }

        @Override
        public void force() throws IOException {
            change();
            content.durable = content.seen.clone();
        }

        @Override
        public void close() {}
    }
}

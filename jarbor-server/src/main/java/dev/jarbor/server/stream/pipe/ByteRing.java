package dev.jarbor.server.stream.pipe;

/**
 * Bytes in the order in which they came, at most its capacity; it takes as much memory as it once had to hold, since most
 * streams are short. Not for several threads at once: who shares it has a lock.
 */
public final class ByteRing {
    private static final int FIRST = 1024;

    private final int capacity;
    private byte[] ring;
    private int start;
    private int size;

    public ByteRing(int capacity) {
        this.capacity = capacity;
        this.ring = new byte[Math.min(capacity, FIRST)];
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean isFull() {
        return size == capacity;
    }

    /** Takes in what fits of {@code length} bytes at once; returns how many. */
    public int put(byte[] bytes, int offset, int length) {
        makeRoom(length);
        int end = (start + size) % ring.length;
        int count = Math.min(length, Math.min(ring.length - size, ring.length - end));
        System.arraycopy(bytes, offset, ring, end, count);
        size += count;
        return count;
    }

    private void makeRoom(int length) {
        long wanted = Math.min(capacity, (long) size + length);
        if (wanted <= ring.length) {
            return;
        }
        int held = size;
        byte[] larger = new byte[(int) Math.min(capacity, Math.max(wanted, 2L * ring.length))];
        int copied = 0;
        while (copied < held) {
            copied += take(larger, copied, held - copied);
        }
        ring = larger;
        start = 0;
        size = held;
    }

    /** Hands out what there is of {@code length} bytes at once; returns how many. */
    public int take(byte[] target, int offset, int length) {
        int count = Math.min(length, Math.min(size, ring.length - start));
        System.arraycopy(ring, start, target, offset, count);
        start = (start + count) % ring.length;
        size -= count;
        return count;
    }
}

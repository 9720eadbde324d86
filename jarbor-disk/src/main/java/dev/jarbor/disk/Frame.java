package dev.jarbor.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A piece of a file that can be told to be whole:
 *
 * <pre>
 * 4 bytes  the letters JRBF
 * 4 bytes  length of the content
 * 4 bytes  CRC-32C (RFC 3720) of all that follows, and of the length
 * 8 bytes  revision of the content
 * 8 bytes  the last revision that was durable when this was written
 * the rest content
 * </pre>
 *
 * <p>Numbers have their big end first. The second revision tells damage from an interrupted write: where a frame cannot be read
 * and a later one says that it had been durable, something that was acknowledged is lost.
 *
 * @param content read only
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
record Frame(long revision, long durable, byte[] content) {
    static final int HEADER = 28;
    static final int MAGIC = 0x4a524246;
    /** Far above what a transaction comes to: a longer one is no frame. */
    static final int LONGEST = 1 << 30;

    int size() {
        return HEADER + content.length;
    }

    void write(ByteBuffer into) {
        into.putInt(MAGIC)
                .putInt(content.length)
                .putInt(checksum())
                .putLong(revision)
                .putLong(durable)
                .put(content);
    }

    int checksum() {
        ByteBuffer numbers = ByteBuffer.allocate(20)
                .putInt(content.length)
                .putLong(revision)
                .putLong(durable)
                .flip();
        var checksum = new CRC32C();
        checksum.update(numbers);
        checksum.update(content);
        return (int) checksum.getValue();
    }
}

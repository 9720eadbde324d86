package dev.jarbor.disk;

import dev.jarbor.store.record.UnknownFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first 16 bytes of a file: {@code jarbor}, its kind (a letter), a zero, its format, and a checksum of these.
 *
 * <p>Files are written in the newest format and read in any: {@link #read} tells which. A store whose files have an older one
 * writes its state anew when it opens, and continues in the newest.
 */
enum FileHeader {
    /** Commits, one frame each. */
    LOG('L'),
    /** All objects of one revision, one frame each. */
    STATE('S'),
    /** Where the log ended when the store was closed. */
    CLOSED('C');

    static final int SIZE = 16;
    static final int NEWEST = 1;

    private static final int MAGIC = 8;

    private final char letter;

    FileHeader(char letter) {
        this.letter = letter;
    }

    private byte[] magic() {
        return ("jarbor" + letter + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE).put(magic()).putInt(NEWEST);
        return bytes.putInt(checksum(bytes)).flip();
    }

    private static int checksum(ByteBuffer bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes.duplicate().position(0).limit(SIZE - Integer.BYTES));
        return (int) checksum.getValue();
    }

    /**
     * The format of {@code file}.
     *
     * @return 0 where the header is damaged
     * @throws UnknownFormatException when a newer program wrote it
     */
    int read(Disk.File file, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        if (file.read(bytes, 0) < SIZE) {
            return 0;
        }
        byte[] found = new byte[MAGIC];
        bytes.get(0, found);
        if (bytes.getInt(SIZE - Integer.BYTES) != checksum(bytes) || !Arrays.equals(found, magic())) {
            return 0;
        }
        int format = bytes.getInt(MAGIC);
        if (format > NEWEST) {
            throw new UnknownFormatException(name, format, NEWEST);
        }
        return format;
    }
}

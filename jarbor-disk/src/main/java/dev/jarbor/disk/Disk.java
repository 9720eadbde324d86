package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of one folder, by name. A port: tests put a disk behind it that fails, fills up or loses what was not flushed.
 * Nothing is durable before it is forced: bytes by {@link File#force}, names by {@link #forceNames}.
 */
interface Disk {
    /** The names of all files. */
    List<String> names() throws IOException;

    /** Opens a file for reading and writing, and makes it where it is not there. */
    File open(String name) throws IOException;

    /** Opens a file that is there, for reading. */
    File read(String name) throws IOException;

    void delete(String name) throws IOException;

    /** Gives {@code from} the name {@code to}, in place of what had it. */
    void rename(String from, String to) throws IOException;

    /** Makes durable which names there are. */
    void forceNames() throws IOException;

    /** One open file. */
    interface File extends AutoCloseable {
        long size() throws IOException;

        /** Fills {@code into} from {@code position} on, as far as there is something; the number of bytes. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all of {@code from}. */
        void write(ByteBuffer from, long position) throws IOException;

        void truncate(long size) throws IOException;

        /** Makes what was written durable. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Whether {@code failure} is for want of room, and may pass. */
    static boolean isFull(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }
}

package dev.jarbor.disk;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.record.RecordFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One key of one resource and its record; or that it is gone. A frame of the log holds those of one commit, a frame of a
 * state one: a count, then for each a byte (1 put, 2 deleted), resource, namespace and name (each a length of two bytes and
 * UTF-8), and for what was put the length of the record and the record.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
record Entry(String resource, ObjectKey key, byte[] written) {
    private static final int PUT = 1;
    private static final int DELETED = 2;
    private static final byte[] GONE = {};

    boolean isPut() {
        return written.length > 0;
    }

    /** What {@code transaction} changes, as the content of a frame. */
    static byte[] content(Transaction transaction, RecordFormat format) {
        var entries = new ArrayList<Entry>(transaction.writes().size());
        for (Transaction.Write write : transaction.writes()) {
            switch (write) {
                case Transaction.Put put ->
                    entries.add(new Entry(
                            put.resource(), put.key(), format.write(put.resource(), put.key(), put.object())));
                case Transaction.Delete delete -> entries.add(new Entry(delete.resource(), delete.key(), GONE));
                case Transaction.Require ignored -> {
                    // leaves nothing behind
                }
            }
        }
        return content(entries);
    }

    static byte[] content(List<Entry> entries) {
        var bytes = new ByteArrayOutputStream(1024);
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                out.writeByte(entry.isPut() ? PUT : DELETED);
                out.writeUTF(entry.resource);
                out.writeUTF(entry.key.namespace());
                out.writeUTF(entry.key.name());
                if (entry.isPut()) {
                    out.writeInt(entry.written.length);
                    out.write(entry.written);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The reverse of {@link #content}; the frame's checksum has been looked at. */
    static List<Entry> parse(byte[] content) {
        var entries = new ArrayList<Entry>();
        try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
            for (int left = in.readInt(); left > 0; left--) {
                int kind = in.readByte();
                String resource = in.readUTF();
                var key = new ObjectKey(in.readUTF(), in.readUTF());
                byte[] written = GONE;
                if (kind == PUT) {
                    written = in.readNBytes(in.readInt());
                }
                entries.add(new Entry(resource, key, written));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("a whole frame holds no entries", impossible);
        }
        return entries;
    }
}

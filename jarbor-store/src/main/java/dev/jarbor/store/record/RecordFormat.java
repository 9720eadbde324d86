package dev.jarbor.store.record;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.sealing.Sealing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * An object as bytes, for the place of its resource and key:
 *
 * <pre>
 * 1 byte   format, 1 today
 * 4 bytes  CRC-32C (RFC 3720, big end first) of the format, the place and the content
 * the rest content: the object in CBOR, sealed where its resource is
 * </pre>
 *
 * <p>The checksum covers the place, so that a record which strayed to another key is noticed as well as a changed bit. The
 * resource version is not written: it is the revision under which the store keeps the record, and comes back from there.
 */
public final class RecordFormat {
    private static final int VERSION = 1;
    private static final int HEADER = 1 + Integer.BYTES;
    private static final Limits LIMITS = new Limits(Integer.MAX_VALUE, Limits.DEFAULT.depth(), Integer.MAX_VALUE, 1);

    private final Sealing sealing;

    /** @param sealing what is sealed, and how; {@link Sealing#NONE} for nothing */
    public RecordFormat(Sealing sealing) {
        this.sealing = sealing;
    }

    /**
     * What was read.
     *
     * @param object with its resource version
     * @param stale whether it should be written anew: today it would be sealed by another key or in another way
     */
    public record Stored(ObjectValue object, boolean stale) {}

    /** The bytes of {@code object} at its place. */
    public byte[] write(String resource, ObjectKey key, ObjectValue object) {
        byte[] plain = Cbor.bytes(object.update("metadata", metadata -> metadata.without("resourceVersion")));
        byte[] content = sealing.seal(resource, place(resource, key), plain);
        return ByteBuffer.allocate(HEADER + content.length)
                .put((byte) VERSION)
                .putInt(checksum(VERSION, place(resource, key), content, 0))
                .put(content)
                .array();
    }

    /**
     * The object that {@code bytes} are.
     *
     * @param revision of the commit that wrote it: its resource version
     * @throws DamagedRecordException when they are not what was written at this place
     * @throws UnknownFormatException when a newer program wrote them
     * @throws dev.jarbor.store.sealing.SealedException when no key opens them
     */
    public Stored read(String resource, ObjectKey key, long revision, byte[] bytes) {
        String what = "the record of " + resource + " " + key;
        if (bytes.length < HEADER) {
            throw new DamagedRecordException(what + " is damaged: it is cut off after " + bytes.length + " bytes");
        }
        ByteBuffer record = ByteBuffer.wrap(bytes);
        int version = record.get() & 0xff;
        int expected = record.getInt();
        if (checksum(version, place(resource, key), bytes, HEADER) != expected) {
            throw new DamagedRecordException(what + " is damaged: its checksum is wrong");
        }
        if (version != VERSION) {
            throw new UnknownFormatException(what, version, VERSION);
        }
        byte[] content = new byte[record.remaining()];
        record.get(content);
        Sealing.Opened opened = sealing.open(resource, place(resource, key), content);
        ObjectValue object = parse(what, opened.plain())
                .update("metadata", metadata -> metadata.with("resourceVersion", Long.toString(revision)));
        return new Stored(object, opened.stale());
    }

    private static ObjectValue parse(String what, byte[] plain) {
        try {
            if (Cbor.parse(plain, LIMITS) instanceof ObjectValue object) {
                return object;
            }
        } catch (DecodeException broken) {
            throw new DamagedRecordException(what + " is damaged: " + broken.getMessage(), broken);
        }
        throw new DamagedRecordException(what + " is damaged: it is no object");
    }

    /** What seals and checksums are bound to: {@code pods/default/web}, {@code nodes//worker}. */
    private static String place(String resource, ObjectKey key) {
        return resource + "/" + key.namespace() + "/" + key.name();
    }

    private static int checksum(int version, String place, byte[] content, int from) {
        var checksum = new CRC32C();
        checksum.update(version);
        checksum.update(place.getBytes(StandardCharsets.UTF_8));
        checksum.update(0);
        checksum.update(content, from, content.length - from);
        return (int) checksum.getValue();
    }
}

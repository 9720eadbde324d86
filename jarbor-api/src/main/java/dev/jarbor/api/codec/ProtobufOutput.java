package dev.jarbor.api.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes the fields of one protobuf message, and of the messages inside of it, into one buffer: how long an inner message
 * is, is put before it once it is there. Or only counts how many bytes that would be.
 */
final class ProtobufOutput {
    private static final byte[] NOTHING = new byte[0];

    private final boolean counting;
    private byte[] bytes;
    private int used;

    private ProtobufOutput(boolean counting) {
        this.counting = counting;
        this.bytes = counting ? NOTHING : new byte[256];
    }

    ProtobufOutput() {
        this(false);
    }

    /** One that keeps nothing of what is written but its length. */
    static ProtobufOutput counting() {
        return new ProtobufOutput(true);
    }

    /** How many bytes have been written. */
    int size() {
        return used;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, used);
    }

    /** Starts anew with the same buffer. */
    void clear() {
        used = 0;
    }

    /** The buffer itself, of which the first {@link #size} bytes are written. */
    byte[] buffer() {
        return bytes;
    }

    void varint(int number, long value) {
        tag(number, ProtobufInput.VARINT);
        rawVarint(value);
    }

    void decimal(int number, double value) {
        tag(number, ProtobufInput.FIXED64);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            octet((int) (bits >>> shift));
        }
    }

    void text(int number, String value) {
        if (counting) {
            lengthOnly(number, utf8Length(value));
        } else {
            octets(number, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    void octets(int number, byte[] value) {
        if (counting) {
            lengthOnly(number, value.length);
        } else {
            tag(number, ProtobufInput.BYTES);
            rawVarint(value.length);
            raw(value);
        }
    }

    private void lengthOnly(int number, int length) {
        used += varintSize(tagOf(number, ProtobufInput.BYTES)) + varintSize(length) + length;
    }

    /** Opens a field of {@code length} bytes that are written by others. */
    void opening(int number, long length) {
        tag(number, ProtobufInput.BYTES);
        rawVarint(length);
    }

    void raw(byte[] value) {
        if (!counting) {
            reserve(value.length);
            System.arraycopy(value, 0, bytes, used, value.length);
        }
        used += value.length;
    }

    void message(int number, Consumer<ProtobufOutput> fields) {
        tag(number, ProtobufInput.BYTES);
        inner(fields);
    }

    /** The same, but nothing at all where there are no fields. */
    void messageUnlessEmpty(int number, Consumer<ProtobufOutput> fields) {
        int before = used;
        tag(number, ProtobufInput.BYTES);
        int empty = used + 1;
        inner(fields);
        used = used == empty ? before : used;
    }

    /** Most messages are shorter than 128 bytes: room for one byte of length is left, and more is made where needed. */
    private void inner(Consumer<ProtobufOutput> fields) {
        octet(0);
        int start = used;
        fields.accept(this);
        int length = used - start;
        int more = varintSize(length) - 1;
        if (counting) {
            used += more;
            return;
        }
        if (more > 0) {
            reserve(more);
            System.arraycopy(bytes, start, bytes, start + more, length);
        }
        used = start - 1;
        rawVarint(length);
        used += length;
    }

    private void tag(int number, int wireType) {
        rawVarint(tagOf(number, wireType));
    }

    private static long tagOf(int number, int wireType) {
        return ((long) number << 3) | wireType;
    }

    private void rawVarint(long value) {
        if (counting) {
            used += varintSize(value);
            return;
        }
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            octet((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        octet((int) rest);
    }

    private void octet(int value) {
        if (!counting) {
            reserve(1);
            bytes[used] = (byte) value;
        }
        used++;
    }

    private void reserve(int more) {
        if (used + more > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(used, more), (int) Math.min(2L * bytes.length, 1 << 30)));
        }
    }

    private static int varintSize(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + 6) / 7;
    }

    /** Of what {@link String#getBytes} makes of it: a surrogate without its other half is a question mark. */
    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    length += 2;
                    i++;
                } else if (!Character.isSurrogate(c)) {
                    length += c < 0x800 ? 1 : 2;
                }
            }
        }
        return length;
    }
}

package dev.jarbor.api.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes the fields of one protobuf message. */
final class ProtobufOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    boolean isEmpty() {
        return bytes.size() == 0;
    }

    void varint(int number, long value) {
        tag(number, ProtobufInput.VARINT);
        rawVarint(value);
    }

    void decimal(int number, double value) {
        tag(number, ProtobufInput.FIXED64);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes.write((int) (bits >>> shift));
        }
    }

    void text(int number, String value) {
        octets(number, value.getBytes(StandardCharsets.UTF_8));
    }

    void octets(int number, byte[] value) {
        tag(number, ProtobufInput.BYTES);
        rawVarint(value.length);
        bytes.writeBytes(value);
    }

    void message(int number, Consumer<ProtobufOutput> fields) {
        var inner = new ProtobufOutput();
        fields.accept(inner);
        octets(number, inner.toByteArray());
    }

    private void tag(int number, int wireType) {
        rawVarint(((long) number << 3) | wireType);
    }

    private void rawVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}

package dev.jarbor.server.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** One protobuf message being written: fields in any order, empty ones left out, as proto3 has it. */
final class Message {
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    /** A text; "" is left out. */
    Message text(int field, String text) {
        return text.isEmpty() ? this : bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A truth; false is left out. */
    Message truth(int field, boolean truth) {
        if (truth) {
            number((long) field << 3 | VARINT);
            number(1);
        }
        return this;
    }

    /** A message within this one, even an empty one. */
    Message message(int field, Message inner) {
        return bytes(field, inner.content.toByteArray());
    }

    private Message bytes(int field, byte[] bytes) {
        number((long) field << 3 | BYTES);
        number(bytes.length);
        content.writeBytes(bytes);
        return this;
    }

    private void number(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            content.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        content.write((int) rest);
    }

    byte[] toByteArray() {
        return content.toByteArray();
    }
}

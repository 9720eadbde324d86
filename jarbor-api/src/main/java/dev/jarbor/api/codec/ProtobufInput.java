package dev.jarbor.api.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of one protobuf message (the wire format of protobuf.dev's encoding guide), within its bounds. */
final class ProtobufInput {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int tag;

    private ProtobufInput(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    static ProtobufInput of(byte[] bytes, int start) {
        return new ProtobufInput(bytes, start, bytes.length);
    }

    /** Goes to the next field; false at the message's end. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long key = varint();
        if (key >>> 3 == 0 || key >>> 32 != 0) {
            throw fault("proto: illegal tag " + (key >>> 3) + " (wire type " + (key & 7) + ")");
        }
        tag = (int) key;
        return true;
    }

    int number() {
        return tag >>> 3;
    }

    int wireType() {
        return tag & 7;
    }

    boolean isEmpty() {
        return at == end;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = octet();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw fault("proto: integer overflow");
    }

    double decimal() {
        long bits = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            bits |= (long) (octet() & 0xff) << shift;
        }
        return Double.longBitsToDouble(bits);
    }

    /** The message or packed list that the current field holds. */
    ProtobufInput message() {
        expect(BYTES);
        int length = length();
        at += length;
        return new ProtobufInput(bytes, at - length, at);
    }

    byte[] octets() {
        ProtobufInput part = message();
        return Arrays.copyOfRange(bytes, part.at, part.end);
    }

    String text() {
        ProtobufInput part = message();
        return new String(bytes, part.at, part.end - part.at, StandardCharsets.UTF_8);
    }

    void skip() {
        switch (wireType()) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case BYTES -> message();
            case FIXED32 -> advance(4);
            default -> throw illegalWireType();
        }
    }

    void expect(int wireType) {
        if (wireType() != wireType) {
            throw illegalWireType();
        }
    }

    private DecodeException illegalWireType() {
        return fault("proto: wrong wireType = " + wireType() + " for field " + number());
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw fault("unexpected EOF");
        }
        return (int) length;
    }

    private void advance(int count) {
        if (count > end - at) {
            throw fault("unexpected EOF");
        }
        at += count;
    }

    private byte octet() {
        if (at == end) {
            throw fault("unexpected EOF");
        }
        return bytes[at++];
    }

    private static DecodeException fault(String message) {
        return DecodeException.syntax(message, 0, 0);
    }
}

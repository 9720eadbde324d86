package dev.jarbor.junit.fabric8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** Frames of a WebSocket as its client reads and writes them (RFC 6455, section 5.2). Writing is safe to share. */
final class ClientFrames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int CONTINUED = 0;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int NO_CODE = 1005;
    /** Beyond this a message is refused: the largest object of the API has 3 MiB. */
    private static final int LARGEST = 64 * 1024 * 1024;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    ClientFrames(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /** A whole message or control frame, by its opcode. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    record Message(int kind, byte[] bytes) {
        int closeCode() {
            return bytes.length < 2 ? NO_CODE : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
        }

        String closeReason() {
            return bytes.length < 2 ? "" : new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_8);
        }
    }

    /**
     * Waits for the next message.
     *
     * @throws IOException where the connection ends, or a message is too large
     */
    Message read() throws IOException {
        var whole = new ByteArrayOutputStream();
        int kind = CONTINUED;
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = payload(whole.size());
            int opcode = first & 0x0F;
            if (opcode >= CLOSE) {
                return new Message(opcode, payload);
            }
            kind = opcode == CONTINUED ? kind : opcode;
            whole.write(payload, 0, payload.length);
            if ((first & FINAL) != 0) {
                return new Message(kind, whole.toByteArray());
            }
        }
    }

    private byte[] payload(int before) throws IOException {
        long length = in.readUnsignedByte() & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length < 0 || length + before > LARGEST) {
            throw new IOException("a message of more than " + LARGEST + " bytes");
        }
        return in.readNBytes((int) length);
    }

    /** Writes a message in one frame, its mask zero: there is no proxy between that it could confuse (section 10.3). */
    void write(int kind, byte[] bytes) throws IOException {
        var frame = new ByteArrayOutputStream(bytes.length + 14);
        var head = new DataOutputStream(frame);
        head.writeByte(FINAL | kind);
        if (bytes.length < 126) {
            head.writeByte(MASKED | bytes.length);
        } else if (bytes.length <= 0xFFFF) {
            head.writeByte(MASKED | 126);
            head.writeShort(bytes.length);
        } else {
            head.writeByte(MASKED | 127);
            head.writeLong(bytes.length);
        }
        head.writeInt(0);
        head.write(bytes);
        writing.lock();
        try {
            out.write(frame.toByteArray());
            out.flush();
        } finally {
            writing.unlock();
        }
    }
}

package dev.jarbor.api.codec;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes values as Go's encoding/json does, byte for byte. Our own and not the JSON library's, because escapes, numbers
 * and indentation all have to be Go's, and then nothing of the library's writer is left to use.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final boolean[] PLAIN = plainAscii();
    private static final int LONGEST_ESCAPE = 6;

    private final OutputStream target;
    private final int indent;
    private final byte[] chunk = new byte[4096];
    private int used;

    /** A writer that breaks lines and indents each level by {@code indent} spaces, or writes one line where it is 0. */
    JsonWriter(OutputStream target, int indent) {
        this.target = target;
        this.indent = indent;
    }

    void write(Value value) throws IOException {
        value(value, 0);
        drain();
    }

    private void value(Value value, int level) throws IOException {
        switch (value) {
            case ObjectValue object -> object(object, level);
            case ListValue list -> list(list, level);
            case StringValue(String text) -> string(text);
            case IntegerValue(long number) -> ascii(Long.toString(number));
            case DecimalValue(double number) -> ascii(GoFloat.of(number).json());
            case BooleanValue(boolean truth) -> ascii(truth ? "true" : "false");
            case NullValue ignored -> ascii("null");
        }
    }

    private void object(ObjectValue object, int level) throws IOException {
        octet('{');
        for (int i = 0; i < object.size(); i++) {
            if (i > 0) {
                octet(',');
            }
            line(level + 1);
            string(object.name(i));
            octet(':');
            if (indent > 0) {
                octet(' ');
            }
            value(object.value(i), level + 1);
        }
        if (!object.isEmpty()) {
            line(level);
        }
        octet('}');
    }

    private void list(ListValue list, int level) throws IOException {
        octet('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                octet(',');
            }
            line(level + 1);
            value(list.get(i), level + 1);
        }
        if (!list.isEmpty()) {
            line(level);
        }
        octet(']');
    }

    private void line(int level) throws IOException {
        if (indent > 0) {
            octet('\n');
            for (int i = 0; i < level * indent; i++) {
                octet(' ');
            }
        }
    }

    private void string(String text) throws IOException {
        octet('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (used + LONGEST_ESCAPE > chunk.length) {
                drain();
            }
            if (c < 0x80 && PLAIN[c]) {
                chunk[used++] = (byte) c;
            } else if (c < 0x80) {
                escape(c);
            } else {
                int point = text.codePointAt(i);
                i += Character.charCount(point) - 1;
                point(point);
            }
        }
        octet('"');
    }

    private void escape(char c) {
        chunk[used++] = '\\';
        switch (c) {
            case '"', '\\' -> chunk[used++] = (byte) c;
            case '\b' -> chunk[used++] = 'b';
            case '\f' -> chunk[used++] = 'f';
            case '\n' -> chunk[used++] = 'n';
            case '\r' -> chunk[used++] = 'r';
            case '\t' -> chunk[used++] = 't';
            default -> hex(c);
        }
    }

    private void hex(int c) {
        chunk[used++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            chunk[used++] = HEX[(c >> shift) & 0xf];
        }
    }

    /** UTF-8, but the two line separators, which JavaScript cannot have in strings, escaped. */
    private void point(int point) {
        if (point == 0x2028 || point == 0x2029) {
            chunk[used++] = '\\';
            hex(point);
        } else if (point < 0x800) {
            chunk[used++] = (byte) (0xc0 | (point >> 6));
            tail(point);
        } else if (point < 0x10000) {
            int sound = Character.isSurrogate((char) point) ? '\uFFFD' : point;
            chunk[used++] = (byte) (0xe0 | (sound >> 12));
            tail(sound >> 6);
            tail(sound);
        } else {
            chunk[used++] = (byte) (0xf0 | (point >> 18));
            tail(point >> 12);
            tail(point >> 6);
            tail(point);
        }
    }

    private void tail(int bits) {
        chunk[used++] = (byte) (0x80 | (bits & 0x3f));
    }

    private void ascii(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            octet(text.charAt(i));
        }
    }

    private void octet(char c) throws IOException {
        if (used == chunk.length) {
            drain();
        }
        chunk[used++] = (byte) c;
    }

    private void drain() throws IOException {
        target.write(chunk, 0, used);
        used = 0;
    }

    private static boolean[] plainAscii() {
        boolean[] plain = new boolean[0x80];
        for (char c = ' '; c < 0x80; c++) {
            plain[c] = "\"\\<>&".indexOf(c) < 0;
        }
        return plain;
    }
}

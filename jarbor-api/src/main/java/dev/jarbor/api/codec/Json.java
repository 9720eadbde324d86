package dev.jarbor.api.codec;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON (RFC 8259) to and from values, as the reference's decoder and encoder treat it: whole numbers of 64 bits stay
 * integers and all others become doubles, of duplicate names the last one holds, ill-formed UTF-8 reads as U+FFFD, and
 * printing follows Go's encoding/json byte for byte ({@code <}, {@code >} and {@code &} escaped, {@code 1e+21}).
 */
public final class Json {
    private Json() {}

    /** The value of {@code document}, within {@link Limits#DEFAULT}. */
    public static Value parse(byte[] document) {
        return decode(document, Limits.DEFAULT).value();
    }

    /** The value of {@code document}, within {@link Limits#DEFAULT}. */
    public static Value parse(String document) {
        return parse(document.getBytes(StandardCharsets.UTF_8));
    }

    /** The object that {@code document} is; anything else is a {@link DecodeException}. */
    public static ObjectValue object(byte[] document) {
        return asObject(parse(document));
    }

    /** The object that {@code document} is; anything else is a {@link DecodeException}. */
    public static ObjectValue object(String document) {
        return asObject(parse(document));
    }

    /** The value of {@code document} and the names that it gives twice. */
    public static Decoded decode(byte[] document, Limits limits) {
        if (document.length > limits.bytes()) {
            throw tooLong(limits);
        }
        return JsonReader.read(document, limits);
    }

    /** Reads {@code source} to its end and decodes it; stops at the limit of bytes. */
    public static Decoded decode(InputStream source, Limits limits) {
        return decode(readBytes(source, limits), limits);
    }

    /** Reads {@code source} to its end and decodes it; stops at the limit of bytes, counted as characters. */
    public static Decoded decode(Reader source, Limits limits) {
        return decode(readText(source, limits).getBytes(StandardCharsets.UTF_8), limits);
    }

    /** {@code value} on one line, without a line break at the end, in UTF-8. */
    public static byte[] bytes(Value value) {
        var bytes = new ByteArrayOutputStream(512);
        write(value, bytes);
        return bytes.toByteArray();
    }

    /** {@code value} on one line, without a line break at the end. */
    public static String text(Value value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /** {@code value} over several lines, each level indented by {@code indent} spaces (kubectl prints with 4). */
    public static String pretty(Value value, int indent) {
        var bytes = new ByteArrayOutputStream(512);
        write(value, bytes, indent);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Writes {@code value} on one line, without a line break at the end, in UTF-8; flushes nothing. */
    public static void write(Value value, OutputStream target) {
        write(value, target, 0);
    }

    private static void write(Value value, OutputStream target, int indent) {
        try {
            new JsonWriter(target, indent).write(value);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static ObjectValue asObject(Value value) {
        if (value instanceof ObjectValue object) {
            return object;
        }
        throw DecodeException.shape("json: cannot unmarshal " + value.typeName() + " into an object");
    }

    static byte[] readBytes(InputStream source, Limits limits) {
        try {
            byte[] document =
                    source.readNBytes(limits.bytes() == Integer.MAX_VALUE ? limits.bytes() : limits.bytes() + 1);
            if (document.length > limits.bytes()) {
                throw tooLong(limits);
            }
            return document;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String readText(Reader source, Limits limits) {
        var text = new StringBuilder();
        char[] chunk = new char[8192];
        try {
            for (int count = source.read(chunk); count >= 0; count = source.read(chunk)) {
                text.append(chunk, 0, count);
                if (text.length() > limits.bytes()) {
                    throw tooLong(limits);
                }
            }
            return text.toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static DecodeException tooLong(Limits limits) {
        return DecodeException.limit("limit is " + limits.bytes());
    }
}

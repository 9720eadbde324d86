package dev.jarbor.api.codec;

import dev.jarbor.api.value.Value;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * YAML to and from values, as kubectl treats it (sigs.k8s.io/yaml): scalars mean what YAML 1.1 lets them mean ({@code
 * yes} is true, {@code 017} is 15, {@code 1_000} a number), keys become strings, and what is printed reads back the
 * same there. Anchors and merge keys are followed, but what they add up to is bounded.
 */
public final class Yaml {
    private Yaml() {}

    /**
     * The documents of {@code text}, empty ones left out, within {@link Limits#DEFAULT}. A key given twice is a fault.
     */
    public static List<Value> documents(String text) {
        return strict(decode(text.getBytes(StandardCharsets.UTF_8), Limits.DEFAULT));
    }

    /** The documents of {@code text}, empty ones left out. A key given twice is a fault. */
    public static List<Value> documents(byte[] text, Limits limits) {
        return strict(decode(text, limits));
    }

    /** The only document of {@code text}; none or more than one is a fault, and so is a key given twice. */
    public static Value parse(String text) {
        List<Value> documents = documents(text);
        if (documents.size() != 1) {
            throw DecodeException.shape("expected one YAML document, found " + documents.size());
        }
        return documents.getFirst();
    }

    /** The documents of {@code text}, empty ones left out, and the keys that each gives twice. */
    public static List<Decoded> decode(byte[] text, Limits limits) {
        if (text.length > limits.bytes()) {
            throw Json.tooLong(limits);
        }
        return YamlReader.read(text, limits);
    }

    /** Reads {@code source} to its end and decodes it; stops at the limit of bytes. */
    public static List<Decoded> decode(InputStream source, Limits limits) {
        return decode(Json.readBytes(source, limits), limits);
    }

    /** Reads {@code source} to its end and decodes it; stops at the limit of bytes, counted as characters. */
    public static List<Decoded> decode(Reader source, Limits limits) {
        return decode(Json.readText(source, limits).getBytes(StandardCharsets.UTF_8), limits);
    }

    /** {@code value} as one document in block style, with a line break at the end. */
    public static String text(Value value) {
        return YamlWriter.text(value);
    }

    /** {@code documents} one after the other, with {@code ---} before each but the first. */
    public static String text(List<? extends Value> documents) {
        return String.join("---\n", documents.stream().map(Yaml::text).toList());
    }

    private static List<Value> strict(List<Decoded> documents) {
        for (Decoded document : documents) {
            if (!document.duplicates().isEmpty()) {
                throw DecodeException.shape("yaml: unmarshal errors:\n  " + String.join("\n  ", document.duplicates()));
            }
        }
        return documents.stream().map(Decoded::value).toList();
    }
}

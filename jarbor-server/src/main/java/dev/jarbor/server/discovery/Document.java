package dev.jarbor.server.discovery;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A document that clients keep and ask for again by its hash.
 *
 * @param hash of its content, in upper-case hexadecimal digits
 * @param location where the document is to be found instead; "" where this is it
 * @param forever whether the document at this address never changes
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
public record Document(String contentType, byte[] bytes, String hash, String location, boolean forever) {
    /** A JSON document with the hash of its own content. */
    public static Document json(String contentType, ObjectValue value) {
        byte[] bytes = Json.bytes(value);
        return new Document(contentType, bytes, hash(bytes), "", false);
    }

    public static Document moved(String location, String hash) {
        return new Document("", new byte[0], hash, location, false);
    }

    /** SHA-512, shortened to what tells documents apart. */
    public static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(content);
            return HexFormat.of().formatHex(digest, 0, 32).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-512", impossible);
        }
    }

    public static String hash(String content) {
        return hash(content.getBytes(StandardCharsets.UTF_8));
    }
}

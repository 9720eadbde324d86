package dev.jarbor.store.sealing;

import dev.jarbor.api.names.Names;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is written of an object that a KMS plugin guards: its content sealed with a key, and that key sealed by the plugin.
 * In bytes it is the reference's protobuf message {@code EncryptedObject} (KEP-3299).
 *
 * @param seeded whether the wrapped key is a {@link SeedKey}, else it is one of AES-GCM
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
record Envelope(byte[] content, KeyService.Wrapped key, boolean seeded) {
    private static final int MOST_KEY_BYTES = 1024;
    private static final int MOST_ANNOTATION_BYTES = 32 * 1024;

    private static final int CONTENT = 1;
    private static final int KEY_ID = 2;
    private static final int SOURCE = 3;
    private static final int ANNOTATIONS = 4;
    private static final int SOURCE_TYPE = 5;

    /** Refuses a key that the reference would not take from a plugin. */
    static void check(KeyService.Wrapped key) throws UnopenedException {
        int size = key.cipherText().length;
        if (size == 0) {
            throw new UnopenedException("failed to validate encrypted DEK source: encrypted DEK source is empty");
        }
        if (size > MOST_KEY_BYTES) {
            throw new UnopenedException("failed to validate encrypted DEK source: encrypted DEK source is " + size
                    + " bytes, which exceeds the max size of " + MOST_KEY_BYTES);
        }
        try {
            checkKeyId(key.keyId());
        } catch (UnopenedException bad) {
            throw new UnopenedException("failed to validate key id: " + bad.reason(), bad);
        }
        var problems = new ArrayList<String>();
        long total = 0;
        for (Map.Entry<String, byte[]> entry : key.annotations().entrySet()) {
            problems.addAll(domainProblems(entry.getKey()));
            total += utf8(entry.getKey()).length + entry.getValue().length;
        }
        if (total > MOST_ANNOTATION_BYTES) {
            problems.add("total size of annotations is " + total + ", which exceeds the max size of "
                    + MOST_ANNOTATION_BYTES);
        }
        if (!problems.isEmpty()) {
            throw new UnopenedException("failed to validate annotations: "
                    + (problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]"));
        }
    }

    static void checkKeyId(String id) throws UnopenedException {
        int size = utf8(id).length;
        if (size == 0) {
            throw new UnopenedException("keyID is empty");
        }
        if (size > MOST_KEY_BYTES) {
            throw new UnopenedException("keyID is " + size + " bytes, which exceeds the max size of " + MOST_KEY_BYTES);
        }
    }

    private static List<String> domainProblems(String name) {
        if (name.isEmpty()) {
            return List.of("annotations: Required value");
        }
        List<String> faults = Names.dnsSubdomain(name);
        if (faults.isEmpty() && name.indexOf('.') < 0) {
            faults = List.of("should be a domain with at least two segments separated by dots");
        }
        return faults.stream()
                .map(fault -> "annotations: Invalid value: \"" + name + "\": " + fault)
                .toList();
    }

    /** What recognises the wrapped key, without being it. */
    String fingerprint() {
        try {
            byte[] head = new Envelope(new byte[0], key, seeded).encoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(head));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    byte[] encoded() {
        var out = new ByteArrayOutputStream();
        write(out, CONTENT, content);
        write(out, KEY_ID, utf8(key.keyId()));
        write(out, SOURCE, key.cipherText());
        key.annotations().forEach((name, value) -> {
            var entry = new ByteArrayOutputStream();
            write(entry, 1, utf8(name));
            write(entry, 2, value);
            write(out, ANNOTATIONS, entry.toByteArray());
        });
        if (seeded) {
            varint(out, SOURCE_TYPE << 3);
            varint(out, 1);
        }
        return out.toByteArray();
    }

    static Envelope decode(byte[] bytes) throws UnopenedException {
        byte[] content = new byte[0];
        byte[] source = new byte[0];
        String keyId = "";
        SortedMap<String, byte[]> annotations = new TreeMap<>();
        long type = 0;
        var in = new Reader(bytes);
        while (in.more()) {
            int number = in.tag();
            switch (number) {
                case CONTENT -> content = in.bytes();
                case KEY_ID -> keyId = text(in.bytes());
                case SOURCE -> source = in.bytes();
                case ANNOTATIONS -> {
                    var entry = new Reader(in.bytes());
                    String name = "";
                    byte[] value = new byte[0];
                    while (entry.more()) {
                        if (entry.tag() == 1) {
                            name = text(entry.bytes());
                        } else {
                            value = entry.bytes();
                        }
                    }
                    annotations.put(name, value);
                }
                case SOURCE_TYPE -> type = in.varint();
                default -> throw new UnopenedException("the stored data is no EncryptedObject: field " + number);
            }
        }
        if (type != 0 && type != 1) {
            throw new UnopenedException("unknown encryptedDEKSourceType: " + type);
        }
        if (content.length == 0) {
            throw new UnopenedException("encrypted data is empty");
        }
        var key = new KeyService.Wrapped(source, keyId, annotations);
        check(key);
        return new Envelope(content, key, type == 1);
    }

    private static void write(ByteArrayOutputStream out, int number, byte[] value) {
        if (value.length > 0 || number == 2) {
            varint(out, (number << 3) | 2);
            varint(out, value.length);
            out.writeBytes(value);
        }
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The two wire types that the message has, of bytes that may be anything. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean more() {
            return at < bytes.length;
        }

        int tag() throws UnopenedException {
            long tag = varint();
            boolean known = (tag & 7) == 2 || tag == (SOURCE_TYPE << 3);
            if (!known || tag > 1024) {
                throw malformed();
            }
            return (int) (tag >>> 3);
        }

        byte[] bytes() throws UnopenedException {
            long size = varint();
            if (size < 0 || size > bytes.length - at) {
                throw malformed();
            }
            at += (int) size;
            return Arrays.copyOfRange(bytes, at - (int) size, at);
        }

        long varint() throws UnopenedException {
            long value = 0;
            for (int shift = 0; shift < 64 && more(); shift += 7) {
                byte next = bytes[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw malformed();
        }

        private static UnopenedException malformed() {
            return new UnopenedException("proto: cannot parse invalid wire-format data");
        }
    }
}

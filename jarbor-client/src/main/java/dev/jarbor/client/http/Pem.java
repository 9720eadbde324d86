package dev.jarbor.client.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys from their text form (RFC 7468). Keys may be in PKCS #8, or in the older forms of
 * one algorithm that kubeadm, openssl and Go write: PKCS #1 for RSA (RFC 8017) and SEC 1 for elliptic curves (RFC 5915).
 * The JDK reads PKCS #8 only, so the older ones are wrapped into it.
 */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** The object identifier id-ecPublicKey. */
    private static final byte[] EC_ALGORITHM = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int PARAMETERS = 0xA0;

    private Pem() {}

    /** All certificates in {@code text}, at least one. */
    static List<X509Certificate> certificates(String text) {
        var found = new ArrayList<X509Certificate>();
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(text)) {
                if (block.label.equals("CERTIFICATE")) {
                    found.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException("malformed certificate: " + malformed.getMessage(), malformed);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no certificate found: a PEM block CERTIFICATE is needed");
        }
        return List.copyOf(found);
    }

    /** The first private key in {@code text}. */
    static PrivateKey privateKey(String text) {
        for (Block block : blocks(text)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return key(block.content());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(sequence(VERSION_0, RSA_ALGORITHM, element(OCTET_STRING, block.content())));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] algorithm = sequence(EC_ALGORITHM, curve(block.content()));
                    return key(sequence(VERSION_0, algorithm, element(OCTET_STRING, block.content())));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IllegalArgumentException("the private key is encrypted; only plain keys are supported");
                default -> {
                    // such as EC PARAMETERS, which openssl writes before the key
                }
            }
        }
        throw new IllegalArgumentException(
                "no private key found: a PEM block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY is needed");
    }

    private record Block(String label, String base64) {
        /** The MIME decoder skips line breaks; headers of encrypted keys end up as malformed content. */
        byte[] content() {
            return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static List<Block> blocks(String text) {
        var blocks = new ArrayList<Block>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static PrivateKey key(byte[] pkcs8) {
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException another) {
                // the key says its algorithm; the JDK wants to be told before it looks
            } catch (GeneralSecurityException unsupported) {
                throw new IllegalStateException(unsupported);
            }
        }
        throw new IllegalArgumentException("malformed private key, or one that is neither RSA, EC nor Ed25519");
    }

    /** The curve's identifier, out of ECPrivateKey ::= SEQUENCE { version, key, [0] parameters, [1] public key }. */
    private static byte[] curve(byte[] sec1) {
        var outer = new Reader(sec1, 0, sec1.length);
        Reader fields = outer.enter(SEQUENCE);
        while (fields.more()) {
            if (fields.tag() == PARAMETERS) {
                return element(
                        OBJECT_IDENTIFIER,
                        fields.enter(PARAMETERS).enter(OBJECT_IDENTIFIER).content());
            }
            fields.skip();
        }
        throw new IllegalArgumentException("malformed private key: it names no curve");
    }

    private static byte[] sequence(byte[]... elements) {
        var content = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            content.writeBytes(element);
        }
        return element(SEQUENCE, content.toByteArray());
    }

    /** DER (X.690): tag, length, content. */
    private static byte[] element(int tag, byte[] content) {
        var encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (content.length < 0x80) {
            encoded.write(content.length);
        } else if (content.length < 0x100) {
            encoded.write(0x81);
            encoded.write(content.length);
        } else {
            encoded.write(0x82);
            encoded.write(content.length >>> 8);
            encoded.write(content.length);
        }
        encoded.writeBytes(content);
        return encoded.toByteArray();
    }

    /** Walks over DER elements; every malformation is an IllegalArgumentException. */
    private static final class Reader {
        private final byte[] data;
        private final int end;
        private int at;

        Reader(byte[] data, int start, int end) {
            this.data = data;
            this.at = start;
            this.end = end;
        }

        boolean more() {
            return at < end;
        }

        int tag() {
            return octet(at);
        }

        Reader enter(int tag) {
            if (tag() != tag) {
                throw malformed();
            }
            int start = start();
            int length = length();
            if (length > end - start) {
                throw malformed();
            }
            at = start + length;
            return new Reader(data, start, at);
        }

        void skip() {
            enter(tag());
        }

        byte[] content() {
            return Arrays.copyOfRange(data, at, end);
        }

        private int start() {
            int first = octet(at + 1);
            return at + 2 + (first < 0x80 ? 0 : first - 0x80);
        }

        private int length() {
            int first = octet(at + 1);
            return switch (first) {
                case 0x81 -> octet(at + 2);
                case 0x82 -> octet(at + 2) << 8 | octet(at + 3);
                default -> {
                    if (first >= 0x80) {
                        throw malformed();
                    }
                    yield first;
                }
            };
        }

        private int octet(int index) {
            if (index >= end) {
                throw malformed();
            }
            return data[index] & 0xFF;
        }

        private static IllegalArgumentException malformed() {
            return new IllegalArgumentException("malformed private key: not valid DER");
        }
    }
}

package dev.jarbor.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys as text (RFC 7468). */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]{1,100000})-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private static final int P256_BYTES = 32;
    /** ECPrivateKey in DER before the number: a sequence, version 1, an octet string of 32 bytes. */
    private static final byte[] EC_HEAD = HexFormat.of().parseHex("30310201010420");
    /** And after it: the curve, prime256v1. */
    private static final byte[] EC_TAIL = HexFormat.of().parseHex("a00a06082a8648ce3d030107");

    private Pem() {}

    public static String of(X509Certificate certificate) {
        try {
            return block(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException broken) {
            throw new IllegalStateException("a certificate cannot be encoded", broken);
        }
    }

    /** PKCS #8, unencrypted: for files that only their owner may read. */
    public static String of(PrivateKey key) {
        return block(KEY, key.getEncoded());
    }

    /**
     * An EC key in the form of its own (RFC 5915), as OpenSSL and Go write it: the one that every client reads out of a
     * kubeconfig, Fabric8 included, which takes PKCS #8 for RSA.
     */
    static String ofEc(ECPrivateKey key) {
        int size = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        if (size != P256_BYTES) {
            return of(key);
        }
        byte[] number = key.getS().toByteArray();
        int used = Math.min(number.length, size);
        byte[] content = new byte[EC_HEAD.length + size + EC_TAIL.length];
        System.arraycopy(EC_HEAD, 0, content, 0, EC_HEAD.length);
        System.arraycopy(number, number.length - used, content, EC_HEAD.length + size - used, used);
        System.arraycopy(EC_TAIL, 0, content, EC_HEAD.length + size, EC_TAIL.length);
        return block("EC PRIVATE KEY", content);
    }

    private static String block(String label, byte[] content) {
        byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
        String lines = Base64.getMimeEncoder(64, newline).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /** The certificates in {@code text}, in order. */
    public static List<X509Certificate> certificates(String text) {
        var certificates = new ArrayList<X509Certificate>();
        try {
            for (byte[] block : blocks(text, CERTIFICATE)) {
                certificates.add(read(block));
            }
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("not a certificate: " + malformed.getMessage(), malformed);
        }
        return List.copyOf(certificates);
    }

    /** A certificate in its binary form (DER). */
    static X509Certificate read(byte[] content) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content));
    }

    /** The first private key in {@code text}: PKCS #8, EC or RSA. */
    public static PrivateKey privateKey(String text) {
        List<byte[]> blocks = blocks(text, KEY);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("there is no PRIVATE KEY block; keys are read in PKCS #8 form");
        }
        var spec = new PKCS8EncodedKeySpec(blocks.getFirst());
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException otherKind) {
                // the next kind of key may fit
            }
        }
        throw new IllegalArgumentException("the private key is neither EC nor RSA");
    }

    private static List<byte[]> blocks(String text, String label) {
        var blocks = new ArrayList<byte[]>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        return blocks;
    }
}

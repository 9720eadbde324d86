package dev.jarbor.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Certificates and private keys as text (RFC 7468). */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]{1,100000})-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

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
     * An EC key in the form of its own (RFC 5915), with its public half, as OpenSSL and Go write it: the one that every client
     * reads out of a kubeconfig, Fabric8 included, which takes PKCS #8 for RSA, and the official Java client, which cannot do
     * without the public half.
     */
    static String ofEc(ECPrivateKey key, PublicKey publicHalf) {
        try {
            var parameters = PrivateKeyInfo.getInstance(key.getEncoded())
                    .getPrivateKeyAlgorithm()
                    .getParameters();
            var publicBits =
                    SubjectPublicKeyInfo.getInstance(publicHalf.getEncoded()).getPublicKeyData();
            int bits = key.getParams().getOrder().bitLength();
            return block(
                    "EC PRIVATE KEY",
                    new org.bouncycastle.asn1.sec.ECPrivateKey(bits, key.getS(), publicBits, parameters).getEncoded());
        } catch (IOException impossible) {
            throw new IllegalStateException("a key cannot be encoded", impossible);
        }
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

    /** Why {@code text} is no bundle of authorities, or "": one certificate that can be read makes it one. */
    public static String bundleFault(String text) {
        if (!BLOCK.matcher(text).find()) {
            return "unable to parse bytes as PEM block";
        }
        String fault = "no valid certificate authority data seen";
        for (byte[] block : blocks(text, CERTIFICATE).reversed()) {
            try {
                read(block);
                return "";
            } catch (CertificateException malformed) {
                fault = "failed to parse certificate: x509: malformed certificate";
            }
        }
        return fault;
    }

    /** A certificate in its binary form (DER). */
    static X509Certificate read(byte[] content) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content));
    }

    /** The first private key in {@code text}: PKCS #8, PKCS #1 or SEC 1, EC or RSA. */
    public static PrivateKey privateKey(String text) {
        return PemKeys.pair(text).getPrivate();
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

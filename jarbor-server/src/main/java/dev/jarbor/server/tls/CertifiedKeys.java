package dev.jarbor.server.tls;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a private key belongs to a certificate, in the words of Go's crypto/tls, in which clients expect to be told. */
public final class CertifiedKeys {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private CertifiedKeys() {}

    /**
     * What is wrong with a pair; "" where nothing is.
     *
     * @param chain certificates in PEM, the key's own first
     * @param key a private key in PEM
     */
    public static String problem(String chain, String key) {
        List<PemBlock> certificates = PemBlock.all(chain);
        var skipped = new ArrayList<String>();
        PemBlock leaf = null;
        for (PemBlock block : certificates) {
            if (block.label().equals(CERTIFICATE)) {
                leaf = leaf == null ? block : leaf;
            } else {
                skipped.add(block.label());
            }
        }
        if (leaf == null) {
            return noCertificate(skipped);
        }
        skipped.clear();
        PemBlock secret = null;
        for (PemBlock block : PemBlock.all(key)) {
            if (block.label().equals(KEY) || block.label().endsWith(" " + KEY)) {
                secret = block;
                break;
            }
            skipped.add(block.label());
        }
        return secret == null ? noKey(skipped) : mismatch(leaf, key);
    }

    private static String noCertificate(List<String> skipped) {
        if (skipped.isEmpty()) {
            return "tls: failed to find any PEM data in certificate input";
        }
        return skipped.size() == 1 && skipped.getFirst().endsWith(KEY)
                ? "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs"
                        + " may have been switched"
                : "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the"
                        + " following types: " + listed(skipped);
    }

    private static String noKey(List<String> skipped) {
        if (skipped.isEmpty()) {
            return "tls: failed to find any PEM data in key input";
        }
        return skipped.size() == 1 && skipped.getFirst().equals(CERTIFICATE)
                ? "tls: found a certificate rather than a key in the PEM for the private key"
                : "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM"
                        + " blocks of the following types: " + listed(skipped);
    }

    private static String listed(List<String> labels) {
        return labels.stream().collect(Collectors.joining(" ", "[", "]"));
    }

    private static String mismatch(PemBlock leaf, String key) {
        X509Certificate certificate;
        try {
            certificate = leaf.certificate();
        } catch (CertificateException malformed) {
            return "x509: malformed certificate";
        }
        KeyPair pair;
        try {
            pair = PemKeys.pair(key);
        } catch (IllegalArgumentException malformed) {
            return "tls: failed to parse private key";
        }
        PublicKey certified = certificate.getPublicKey();
        if (!algorithm(certified).equals(algorithm(pair.getPublic()))) {
            return "tls: private key type does not match public key type";
        }
        return certified.equals(pair.getPublic()) ? "" : "tls: private key does not match public key";
    }

    /** One name for one algorithm, whatever a provider calls it. */
    private static String algorithm(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "ECDSA" -> "EC";
            case "Ed25519" -> "EdDSA";
            default -> key.getAlgorithm();
        };
    }
}

package dev.jarbor.server.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/** Public keys on their own, and signatures that prove that somebody has the private half. */
public final class KeyProof {
    private static final int DIGEST_BYTES = 32;
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private KeyProof() {}

    /** Reads a public key in the form of RFC 5280 (SubjectPublicKeyInfo); empty where it is none that is known. */
    public static Optional<PublicKey> key(byte[] encoded) {
        for (String algorithm : ALGORITHMS) {
            try {
                return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)));
            } catch (GeneralSecurityException another) {
                // Not of this kind.
            }
        }
        return Optional.empty();
    }

    /** Whether {@code signature} is one of {@code message} by the private half of {@code key}, with SHA-256. */
    public static boolean isSignedBy(PublicKey key, byte[] message, byte[] signature) {
        try {
            return switch (key) {
                case EdECPublicKey ignored -> verifies(Signature.getInstance("Ed25519"), key, message, signature);
                // How long the salt is, the signature itself does not say: as long as it fits, or as the digest is.
                case RSAPublicKey rsa ->
                    verifies(padded(longestSalt(rsa)), key, message, signature)
                            || verifies(padded(DIGEST_BYTES), key, message, signature);
                default -> verifies(Signature.getInstance("SHA256withECDSA"), key, message, signature);
            };
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static int longestSalt(RSAPublicKey key) {
        return (key.getModulus().bitLength() + 6) / 8 - 2 - DIGEST_BYTES;
    }

    private static Signature padded(int salt) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        return signature;
    }

    private static boolean verifies(Signature algorithm, PublicKey key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        algorithm.initVerify(key);
        algorithm.update(message);
        return algorithm.verify(signature);
    }
}

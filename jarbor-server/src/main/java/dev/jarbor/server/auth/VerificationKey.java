package dev.jarbor.server.auth;

import dev.jarbor.api.value.ObjectValue;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A public key that checks service account tokens, and how others are told of it (RFC 7517). */
public record VerificationKey(PublicKey key) {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    public VerificationKey {
        if (!(key instanceof RSAPublicKey) && !(key instanceof ECPublicKey)) {
            throw new IllegalArgumentException(
                    "a service account key is RSA or EC (P-256, P-384, P-521), not " + key.getAlgorithm());
        }
    }

    /** How what the other half of the key signs is signed. */
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.of(key);
    }

    /** The key id of JWT headers: the SHA-256 of the public key, as the reference makes it. */
    public String id() {
        try {
            return ENCODER.encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    /** The key as a JSON web key. */
    public ObjectValue jwk() {
        ObjectValue.Builder jwk =
                ObjectValue.builder().put("use", "sig").put("kty", key instanceof ECPublicKey ? "EC" : "RSA");
        jwk.put("kid", id());
        if (key instanceof ECPublicKey ec) {
            int size = size(ec);
            jwk.put("crv", size == 32 ? "P-256" : size == 48 ? "P-384" : "P-521")
                    .put("alg", algorithm().name())
                    .put("x", text(ec.getW().getAffineX(), size))
                    .put("y", text(ec.getW().getAffineY(), size));
        } else if (key instanceof RSAPublicKey rsa) {
            jwk.put("alg", algorithm().name())
                    .put("n", text(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8))
                    .put(
                            "e",
                            text(
                                    rsa.getPublicExponent(),
                                    (rsa.getPublicExponent().bitLength() + 7) / 8));
        }
        return jwk.build();
    }

    private static int size(ECPublicKey key) {
        return (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    }

    private static String text(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[size];
        byte[] used = bytes.length > size ? Arrays.copyOfRange(bytes, bytes.length - size, bytes.length) : bytes;
        System.arraycopy(used, 0, fixed, size - used.length, used.length);
        return ENCODER.encodeToString(fixed);
    }

    boolean signed(SignedToken token) {
        return token.hasAlgorithmOf(List.of(algorithm().name()))
                && (token.keyId().isEmpty() || token.keyId().equals(id()))
                && algorithm().signed(key, token.content(), token.proof());
    }
}

package dev.jarbor.server.auth;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;

/** The ways in which tokens may be signed with a private key (RFC 7518, section 3.1). */
public enum SignatureAlgorithm {
    RS256("SHA256withRSA", 0),
    RS384("SHA384withRSA", 0),
    RS512("SHA512withRSA", 0),
    ES256("SHA256withECDSAinP1363Format", 256),
    ES384("SHA384withECDSAinP1363Format", 384),
    ES512("SHA512withECDSAinP1363Format", 521),
    PS256("RSASSA-PSS", 256),
    PS384("RSASSA-PSS", 384),
    PS512("RSASSA-PSS", 512);

    private final String jdkName;
    /** Of the curve, or of the digest. */
    private final int bits;

    SignatureAlgorithm(String jdkName, int bits) {
        this.jdkName = jdkName;
        this.bits = bits;
    }

    /** The one that tokens of our own are signed with by the private half of {@code key}. */
    static SignatureAlgorithm of(PublicKey key) {
        return Arrays.stream(values()).filter(one -> one.fits(key)).findFirst().orElse(RS256);
    }

    byte[] sign(PrivateKey key, byte[] content) throws GeneralSecurityException {
        Signature signature = signature();
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    private Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(jdkName);
        if (name().startsWith("PS")) {
            signature.setParameter(
                    new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
        }
        return signature;
    }

    /** Whether {@code key} has signed {@code content}; false for a key of another kind. */
    public boolean signed(PublicKey key, byte[] content, byte[] proof) {
        if (!fits(key)) {
            return false;
        }
        try {
            Signature signature = signature();
            signature.initVerify(key);
            signature.update(content);
            return signature.verify(proof);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private boolean fits(PublicKey key) {
        return name().startsWith("ES")
                ? key instanceof ECPublicKey ec
                        && ec.getParams().getCurve().getField().getFieldSize() == bits
                : key instanceof RSAPublicKey;
    }
}

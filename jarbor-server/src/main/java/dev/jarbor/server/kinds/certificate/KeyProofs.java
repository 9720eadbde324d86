package dev.jarbor.server.kinds.certificate;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.tls.KeyProof;
import dev.jarbor.server.tls.SigningRequest;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The key that a certificate for a pod is asked for, and the proof that who asks has its private half. */
final class KeyProofs {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath REQUEST = SPEC.child("stubPKCS10Request");
    private static final FieldPath KEY = SPEC.child("pkixPublicKey");
    private static final FieldPath PROOF = SPEC.child("proofOfPossession");
    private static final int MOST_BYTES = 10 * 1024;
    private static final String ONE_OF =
            "exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set";

    private KeyProofs() {}

    static void check(ObjectValue spec, Checks checks) {
        for (String field : List.of("stubPKCS10Request", "pkixPublicKey", "proofOfPossession")) {
            if (Texts.decoded(spec.string(field)) > MOST_BYTES) {
                checks.add(FieldError.tooLong(SPEC.child(field), MOST_BYTES));
                return;
            }
        }
        boolean request = !spec.string("stubPKCS10Request").isEmpty();
        boolean key = !spec.string("pkixPublicKey").isEmpty();
        boolean proof = !spec.string("proofOfPossession").isEmpty();
        if (request && !key && !proof) {
            request(spec.string("stubPKCS10Request"), checks);
        } else if (!request && key && proof) {
            proof(spec, checks);
        } else {
            checks.add(Internal.invalid(SPEC, ONE_OF));
        }
    }

    /** The key of a request that has been found good. */
    static Optional<PublicKey> requested(ObjectValue spec) {
        String request = spec.string("stubPKCS10Request");
        try {
            return request.isEmpty()
                    ? KeyProof.key(bytes(spec.string("pkixPublicKey")))
                    : Optional.of(SigningRequest.ofDer(bytes(request)).key());
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static void request(String base64, Checks checks) {
        try {
            fit(SigningRequest.ofDer(bytes(base64)).key(), base64, REQUEST, checks);
        } catch (IllegalArgumentException malformed) {
            checks.invalid(REQUEST, base64, "must be a valid PKCS#10 CSR");
        }
    }

    private static void proof(ObjectValue spec, Checks checks) {
        String base64 = spec.string("pkixPublicKey");
        Optional<PublicKey> key = KeyProof.key(bytes(base64));
        if (key.isEmpty()) {
            checks.invalid(KEY, base64, "must be a valid PKIX-serialized public key");
            return;
        }
        byte[] signed = spec.string("podUID").getBytes(StandardCharsets.UTF_8);
        if (fit(key.get(), base64, KEY, checks)
                && !KeyProof.isSignedBy(key.get(), signed, bytes(spec.string("proofOfPossession")))) {
            checks.add(Internal.invalid(PROOF, "could not verify proof-of-possession signature"));
        }
    }

    /** Whether the key is of a kind and size that certificates for pods may have. */
    private static boolean fit(PublicKey key, String shown, FieldPath at, Checks checks) {
        switch (key) {
            case EdECPublicKey ignored -> {}
            case ECPublicKey curve -> {
                int bits = curve.getParams().getOrder().bitLength();
                if (bits != 256 && bits != 384 && bits != 521) {
                    checks.invalid(at, "curve P-" + bits, "elliptic public keys must use curve P256 or P384");
                    return false;
                }
            }
            case RSAPublicKey rsa -> {
                int bits = (rsa.getModulus().bitLength() + 7) / 8 * 8;
                if (bits != 3072 && bits != 4096) {
                    checks.invalid(at, bits + "-bit modulus", "RSA keys must have modulus size 3072 or 4096");
                    return false;
                }
            }
            default -> {
                checks.invalid(
                        at, Value.of(shown), "unknown public key type; supported types are Ed25519, ECDSA, and RSA");
                return false;
            }
        }
        return true;
    }
}

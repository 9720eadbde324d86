package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.SignedToken;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The public keys of an issuer, as a JSON web key set says them (RFC 7517). Keys of other kinds are passed over. */
record WebKeys(List<WebKey> keys) {
    static final WebKeys NONE = new WebKeys(List.of());

    /** An issuer has a few; more are not looked at. */
    private static final int MOST = 256;

    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    /** @param id "" for a key without one */
    record WebKey(String id, PublicKey key) {}

    WebKeys {
        keys = List.copyOf(keys);
    }

    static WebKeys of(ObjectValue set) {
        var keys = new ArrayList<WebKey>();
        for (ObjectValue one : set.list("keys").objects()) {
            if (keys.size() < MOST) {
                key(one).ifPresent(key -> keys.add(new WebKey(one.string("kid"), key)));
            }
        }
        return new WebKeys(keys);
    }

    private static Optional<PublicKey> key(ObjectValue jwk) {
        try {
            return switch (jwk.string("kty")) {
                case "RSA" ->
                    Optional.of(KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e"))));
                case "EC" -> Optional.of(elliptic(jwk));
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static PublicKey elliptic(ObjectValue jwk) throws GeneralSecurityException {
        String curve = CURVES.get(jwk.string("crv"));
        if (curve == null) {
            throw new IllegalArgumentException("an unknown curve");
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger number(ObjectValue jwk, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(jwk.string(name)));
    }

    /** Whether one of them has signed {@code token}. */
    boolean signed(SignedToken token) {
        return keys.stream()
                .filter(one -> token.keyId().isEmpty() || one.id().equals(token.keyId()))
                .anyMatch(one -> token.algorithm().signed(one.key(), token.content(), token.proof()));
    }
}

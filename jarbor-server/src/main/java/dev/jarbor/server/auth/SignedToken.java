package dev.jarbor.server.auth;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A JSON web token in its compact form (RFC 7515), taken apart. Nothing of what it says is believed yet.
 *
 * @param content what was signed
 * @param proof the signature
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
public record SignedToken(ObjectValue header, ObjectValue claims, byte[] content, byte[] proof) {
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int LONGEST = 256 * 1024;

    /** Empty for what is no such token. */
    public static Optional<SignedToken> parse(String token) {
        String[] parts = token.length() > LONGEST ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
            return Optional.of(new SignedToken(
                    Json.object(DECODER.decode(parts[0])),
                    Json.object(DECODER.decode(parts[1])),
                    content,
                    DECODER.decode(parts[2])));
        } catch (IllegalArgumentException | DecodeException malformed) {
            return Optional.empty();
        }
    }

    /** Google's issuer has two spellings (OpenID Connect Core 1.0, section 15.6.2). */
    public String issuer() {
        String issuer = claims.string("iss");
        return issuer.equals("accounts.google.com") ? "https://accounts.google.com" : issuer;
    }

    public String keyId() {
        return header.string("kid");
    }

    /** How it is signed; whether that may be is {@link #hasAlgorithmOf} to say. */
    public SignatureAlgorithm algorithm() {
        return SignatureAlgorithm.valueOf(header.string("alg"));
    }

    /** Whether it is signed in one of these ways, and asks nothing that is not understood here. */
    public boolean hasAlgorithmOf(List<String> allowed) {
        String said = header.string("alg");
        return allowed.contains(said)
                && Arrays.stream(SignatureAlgorithm.values())
                        .anyMatch(known -> known.name().equals(said))
                && !header.has("crit");
    }

    /** Whom it is meant for. */
    public List<String> audiences() {
        return switch (claims.valueOrNull("aud")) {
            case StringValue(String one) -> List.of(one);
            case ListValue many -> many.strings();
            default -> List.of();
        };
    }
}

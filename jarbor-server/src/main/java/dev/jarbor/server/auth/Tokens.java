package dev.jarbor.server.auth;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** JSON web tokens (RFC 7519) signed with the cluster's service account key. */
public final class Tokens {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    /** No token of ours comes near this. */
    private static final int LONGEST = 16 * 1024;

    private final TokenKey key;

    public Tokens(TokenKey key) {
        this.key = key;
    }

    public String sign(ObjectValue claims) {
        ObjectValue header = ObjectValue.EMPTY.with("alg", key.algorithm()).with("kid", key.id());
        String content = part(header) + "." + part(claims);
        return content + "." + ENCODER.encodeToString(key.sign(content.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The claims of a token that this key has signed; nothing about their meaning is checked. */
    public Optional<ObjectValue> claims(String token) {
        String[] parts = token.length() > LONGEST ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            ObjectValue header = Json.object(DECODER.decode(parts[0]));
            byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
            boolean ours =
                    header.string("alg").equals(key.algorithm()) && key.signed(content, DECODER.decode(parts[2]));
            return ours ? Optional.of(Json.object(DECODER.decode(parts[1]))) : Optional.empty();
        } catch (IllegalArgumentException | DecodeException malformed) {
            return Optional.empty();
        }
    }

    private static String part(ObjectValue object) {
        return ENCODER.encodeToString(Json.text(object).getBytes(StandardCharsets.UTF_8));
    }
}

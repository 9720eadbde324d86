package dev.jarbor.server.auth;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** JSON web tokens (RFC 7519) signed with the cluster's service account key. */
public final class Tokens {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    /** No token of ours comes near this. */
    private static final int LONGEST = 16 * 1024;

    private final TokenKey key;
    private final List<VerificationKey> former;

    public Tokens(TokenKey key) {
        this(key, List.of());
    }

    /** @param former keys that signed once and still count */
    public Tokens(TokenKey key, List<VerificationKey> former) {
        this.key = key;
        this.former = List.copyOf(former);
    }

    public String sign(ObjectValue claims) {
        VerificationKey own = key.verification();
        ObjectValue header = ObjectValue.EMPTY.with("alg", own.algorithm()).with("kid", own.id());
        String content = part(header) + "." + part(claims);
        return content + "." + ENCODER.encodeToString(key.sign(content.getBytes(StandardCharsets.US_ASCII)));
    }

    /** All keys whose tokens count, the one that signs first. */
    public List<VerificationKey> keys() {
        var keys = new ArrayList<>(List.of(key.verification()));
        former.stream().filter(one -> !keys.contains(one)).forEach(keys::add);
        return keys;
    }

    /** The claims of a token that one of the keys has signed; nothing about their meaning is checked. */
    public Optional<ObjectValue> claims(String token) {
        String[] parts = token.length() > LONGEST ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            ObjectValue header = Json.object(DECODER.decode(parts[0]));
            byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
            byte[] proof = DECODER.decode(parts[2]);
            for (VerificationKey one : keys()) {
                boolean meant = header.string("alg").equals(one.algorithm())
                        && (header.string("kid").isEmpty()
                                || header.string("kid").equals(one.id()));
                if (meant && one.signed(content, proof)) {
                    return Optional.of(Json.object(DECODER.decode(parts[1])));
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException | DecodeException malformed) {
            return Optional.empty();
        }
    }

    private static String part(ObjectValue object) {
        return ENCODER.encodeToString(Json.text(object).getBytes(StandardCharsets.UTF_8));
    }
}

package dev.jarbor.server.auth;

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
        ObjectValue header =
                ObjectValue.EMPTY.with("alg", own.algorithm().name()).with("kid", own.id());
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
        return SignedToken.parse(token)
                .filter(parsed -> keys().stream().anyMatch(key -> key.signed(parsed)))
                .map(SignedToken::claims);
    }

    private static String part(ObjectValue object) {
        return ENCODER.encodeToString(Json.text(object).getBytes(StandardCharsets.UTF_8));
    }
}

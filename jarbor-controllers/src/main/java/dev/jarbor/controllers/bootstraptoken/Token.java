package dev.jarbor.controllers.bootstraptoken;

import dev.jarbor.api.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token by which a machine joins, as its Secret has it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/">Bootstrap Tokens</a>
 */
record Token(String id, String secret, boolean signs, String expiration) {
    static final String NAMESPACE = "kube-system";
    private static final String PREFIX = "bootstrap-token-";

    static boolean is(Secret secret) {
        return secret.namespace().equals(NAMESPACE) && secret.type().equals("bootstrap.kubernetes.io/token");
    }

    /** Empty where the Secret is no token, or its name is not its token's. */
    static Optional<Token> of(Secret secret) {
        String id = text(secret, "token-id");
        return is(secret)
                        && secret.name().equals(PREFIX + id)
                        && !text(secret, "token-secret").isEmpty()
                ? Optional.of(new Token(
                        id,
                        text(secret, "token-secret"),
                        text(secret, "usage-bootstrap-signing").equals("true"),
                        text(secret, "expiration")))
                : Optional.empty();
    }

    /** When a token of {@code secret} ends; empty where it does not, and now where what it says is no time. */
    static Optional<Instant> end(Secret secret, Instant now) {
        String expiration = text(secret, "expiration");
        if (expiration.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(expiration).toInstant());
        } catch (DateTimeException unreadable) {
            return Optional.of(now);
        }
    }

    private static String text(Secret secret, String key) {
        return new String(
                Base64.getDecoder().decode(secret.value().object("data").string(key)), StandardCharsets.UTF_8);
    }

    /** A signature of {@code content} without the content (RFC 7515, appendix F), with HMAC-SHA-256. */
    String signature(String content) {
        String head = encoded("{\"alg\":\"HS256\",\"kid\":\"" + id + "\"}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signed = mac.doFinal((head + "." + encoded(content)).getBytes(StandardCharsets.US_ASCII));
            return head + ".." + Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

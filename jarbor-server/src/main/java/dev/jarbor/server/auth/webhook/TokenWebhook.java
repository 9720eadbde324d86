package dev.jarbor.server.auth.webhook;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.TokenAuthenticator;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.auth.UserInfo;
import dev.jarbor.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tokens that another service knows: it is sent a TokenReview for each, and its answers hold for a while.
 *
 * @param endpoint where it is
 * @param version of TokenReview: {@code v1} or {@code v1beta1}
 * @param holds how long its answers do
 * @param own the server's audiences, for services that say nothing of audiences
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication">Webhook
 *     token authentication</a>
 */
public record TokenWebhook(ClientConfig endpoint, String version, Duration holds, List<String> own)
        implements TokenSource {
    private static final String GROUP = "authentication.k8s.io/";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_REMEMBERED = 4096;

    public TokenWebhook {
        own = List.copyOf(own);
    }

    @Override
    public TokenAuthenticator open(Store store, Runtime runtime) {
        var service = new ReviewEndpoint(endpoint, TIMEOUT, runtime);
        var answers = new BoundedMemory<String, Identity>(MOST_REMEMBERED, runtime);
        return (token, audiences) -> {
            // What is kept is no token, only what recognises one.
            String key = digest(token + "\n" + String.join("\n", audiences));
            Optional<Identity> known = answers.get(key);
            if (known.isPresent()) {
                return known.get();
            }
            try {
                Identity answer = read(service.post(review(token, audiences)), audiences);
                if (!(answer instanceof Identity.Refused)) {
                    answers.put(key, answer, holds);
                }
                return answer;
            } catch (ReviewEndpoint.FailedReview failure) {
                return new Identity.Refused(failure.reason());
            }
        };
    }

    private ObjectValue review(String token, List<String> audiences) {
        ObjectValue spec = ObjectValue.EMPTY.with("token", token);
        return ObjectValue.EMPTY
                .with("apiVersion", GROUP + version)
                .with("kind", "TokenReview")
                .with("spec", audiences.isEmpty() ? spec : spec.with("audiences", ListValue.ofStrings(audiences)));
    }

    private Identity read(ObjectValue review, List<String> audiences) {
        ObjectValue status = review.object("status");
        if (!status.bool("authenticated")) {
            return status.string("error").isEmpty() ? Identity.UNKNOWN : new Identity.Refused(status.string("error"));
        }
        List<String> said = status.list("audiences").strings();
        List<String> shared = audiences.stream()
                .filter((said.isEmpty() ? own : said)::contains)
                .toList();
        return shared.isEmpty() && !audiences.isEmpty()
                ? Identity.UNKNOWN
                : new Identity.Known(UserInfo.ofInfo(status.object("user")), shared);
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}

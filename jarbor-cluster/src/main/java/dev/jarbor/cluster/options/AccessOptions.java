package dev.jarbor.cluster.options;

import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.server.auth.AnonymousAccess;
import dev.jarbor.server.auth.AnyAudience;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.RequestHeaders;
import dev.jarbor.server.auth.ServiceAccountSettings;
import dev.jarbor.server.auth.TokenKey;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.VerificationKey;
import dev.jarbor.server.auth.webhook.TokenWebhook;
import dev.jarbor.server.tls.PemKeys;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options about who may come in and what they may do. */
final class AccessOptions {
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private final OptionValues values;
    private final AuthorizerOptions authorizers;

    AccessOptions(OptionValues values) {
        this.values = values;
        this.authorizers = new AuthorizerOptions(values);
    }

    AuthenticationSettings authentication() {
        ServiceAccountSettings accounts = serviceAccounts();
        List<String> audiences = values.list("api-audiences", accounts.issuers());
        boolean anonymous = values.flag("anonymous-auth", true);
        if (anonymous && values.has("anonymous-auth") && authorizers.modes().equals(List.of("AlwaysAllow"))) {
            throw new WrongOption(values.where("anonymous-auth") + " and AlwaysAllow in "
                    + values.where("authorization-mode")
                    + " together let everybody do everything: leave one of them out");
        }
        var issuers = new IssuerOptions(values, accounts.issuers());
        AuthenticationSettings settings = AuthenticationSettings.DEFAULT
                .withServiceAccounts(accounts)
                .withAudiences(audiences)
                .withRequestHeaders(requestHeaders())
                .withBootstrapTokens(values.flag("enable-bootstrap-token-auth", false))
                .withOthers(others(issuers, audiences))
                // The reference lets nobody in unseen where everybody may do everything.
                .withAnonymous(issuers.anonymous(
                        anonymous && !authorizers.modes().contains("AlwaysAllow")
                                ? AnonymousAccess.EVERYWHERE
                                : AnonymousAccess.NOWHERE));
        for (Map.Entry<String, User> entry : staticTokens().entrySet()) {
            settings = settings.withStaticToken(entry.getKey(), entry.getValue());
        }
        return settings;
    }

    private Map<String, User> staticTokens() {
        return values.content("token-auth-file")
                .map(text -> {
                    try {
                        return TokenFile.parse(text);
                    } catch (IllegalArgumentException malformed) {
                        throw new WrongOption(
                                values.where("token-auth-file") + ": " + malformed.getMessage(), malformed);
                    }
                })
                .map(Map::copyOf)
                .orElse(Map.of());
    }

    private ServiceAccountSettings serviceAccounts() {
        List<String> issuers = values.list("service-account-issuer", List.of(ISSUER));
        if (new LinkedHashSet<>(issuers).size() < issuers.size()) {
            throw new WrongOption(values.where("service-account-issuer") + " names one issuer twice");
        }
        values.requireFor("service-account-key-file", "service-account-signing-key-file");
        TokenKey key = PemOptions.key(values, "service-account-signing-key-file")
                .map(TokenKey::of)
                .orElseGet(TokenKey::generatedWhenNeeded);
        var former = new ArrayList<VerificationKey>();
        for (String text : values.contents("service-account-key-file")) {
            try {
                for (PublicKey one : PemKeys.publicKeys(text)) {
                    former.add(new VerificationKey(one));
                }
            } catch (IllegalArgumentException malformed) {
                throw new WrongOption(
                        values.where("service-account-key-file") + ": " + malformed.getMessage(), malformed);
            }
        }
        Duration longest = values.duration("service-account-max-token-expiration", Duration.ZERO);
        if (!longest.isZero() && (longest.compareTo(Duration.ofHours(1)) < 0 || longest.toSeconds() > 1L << 32)) {
            throw new WrongOption(values.where("service-account-max-token-expiration")
                    + " must be at least an hour and at most 2^32 seconds");
        }
        return new ServiceAccountSettings(
                issuers,
                key,
                former,
                values.text("service-account-jwks-uri").orElse(""),
                longest,
                values.flag("service-account-extend-token-expiration", true));
    }

    private RequestHeaders requestHeaders() {
        for (String name : List.of("allowed-names", "username-headers", "uid-headers", "group-headers")) {
            values.requireFor("requestheader-" + name, "requestheader-client-ca-file");
        }
        values.requireFor("requestheader-extra-headers-prefix", "requestheader-client-ca-file");
        List<X509Certificate> authorities = PemOptions.certificates(values, "requestheader-client-ca-file");
        if (authorities.isEmpty()) {
            return RequestHeaders.NONE;
        }
        return new RequestHeaders(
                authorities,
                values.list("requestheader-allowed-names", List.of()),
                values.list("requestheader-username-headers", List.of("X-Remote-User")),
                values.list("requestheader-uid-headers", List.of("X-Remote-Uid")),
                values.list("requestheader-group-headers", List.of("X-Remote-Group")),
                values.list("requestheader-extra-headers-prefix", List.of("X-Remote-Extra-")));
    }

    private List<TokenSource> others(IssuerOptions issuers, List<String> audiences) {
        var others = new ArrayList<TokenSource>();
        for (TokenSource issuer : issuers.sources()) {
            // Their audiences are clients of the issuer, and none of this server's.
            others.add((store, runtime) -> new AnyAudience(issuer.open(store, runtime), audiences));
        }
        webhook(audiences).ifPresent(others::add);
        return others;
    }

    private Optional<TokenSource> webhook(List<String> audiences) {
        String file = "authentication-token-webhook-config-file";
        values.requireFor("authentication-token-webhook-cache-ttl", file);
        values.requireFor("authentication-token-webhook-version", file);
        Optional<ClientConfig> endpoint = KubeconfigOptions.endpoint(values, file);
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        String version = values.text("authentication-token-webhook-version").orElse("v1");
        if (!version.equals("v1") && !version.equals("v1beta1")) {
            throw new WrongOption(values.where("authentication-token-webhook-version") + ": " + version
                    + " is neither v1 nor v1beta1");
        }
        Duration holds = values.duration("authentication-token-webhook-cache-ttl", Duration.ofMinutes(2));
        return Optional.of(new TokenWebhook(endpoint.get(), version, holds, audiences));
    }

    AuthorizationSettings authorization() {
        return authorizers.settings();
    }
}

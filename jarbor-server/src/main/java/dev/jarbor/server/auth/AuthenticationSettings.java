package dev.jarbor.server.auth;

import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How callers may show who they are.
 *
 * @param clientAuthorities who signs client certificates; asked for when the first certificate is to be checked
 * @param requestHeaders the proxies that are believed
 * @param staticTokens users by bearer token
 * @param serviceAccounts the tokens of service accounts
 * @param bootstrapTokens whether bootstrap tokens count
 * @param others further kinds of tokens, asked in this order after those above
 * @param anonymous whether callers that bring nothing are let in
 * @param audiences whom tokens must be meant for; empty for the issuers of service account tokens
 */
public record AuthenticationSettings(
        Supplier<List<X509Certificate>> clientAuthorities,
        RequestHeaders requestHeaders,
        SortedMap<String, User> staticTokens,
        ServiceAccountSettings serviceAccounts,
        boolean bootstrapTokens,
        List<TokenSource> others,
        AnonymousAccess anonymous,
        List<String> audiences) {
    public static final AuthenticationSettings DEFAULT = new AuthenticationSettings(
            List::of,
            RequestHeaders.NONE,
            new TreeMap<>(),
            ServiceAccountSettings.of("https://kubernetes.default.svc.cluster.local", TokenKey.generatedWhenNeeded()),
            false,
            List.of(),
            AnonymousAccess.EVERYWHERE,
            List.of());

    public AuthenticationSettings {
        staticTokens = Collections.unmodifiableSortedMap(new TreeMap<>(staticTokens));
        others = List.copyOf(others);
        audiences = audiences.isEmpty() ? serviceAccounts.issuers() : List.copyOf(audiences);
    }

    public AuthenticationSettings withClientAuthorities(Supplier<List<X509Certificate>> authorities) {
        return new AuthenticationSettings(
                authorities,
                requestHeaders,
                staticTokens,
                serviceAccounts,
                bootstrapTokens,
                others,
                anonymous,
                audiences);
    }

    public AuthenticationSettings withRequestHeaders(RequestHeaders headers) {
        return new AuthenticationSettings(
                clientAuthorities,
                headers,
                staticTokens,
                serviceAccounts,
                bootstrapTokens,
                others,
                anonymous,
                audiences);
    }

    public AuthenticationSettings withStaticToken(String token, User user) {
        var tokens = new TreeMap<>(staticTokens);
        tokens.put(token, user);
        return new AuthenticationSettings(
                clientAuthorities,
                requestHeaders,
                tokens,
                serviceAccounts,
                bootstrapTokens,
                others,
                anonymous,
                audiences);
    }

    /** Audiences that were the former issuers become the new ones. */
    public AuthenticationSettings withServiceAccounts(ServiceAccountSettings accounts) {
        List<String> kept = audiences.equals(serviceAccounts.issuers()) ? List.of() : audiences;
        return new AuthenticationSettings(
                clientAuthorities, requestHeaders, staticTokens, accounts, bootstrapTokens, others, anonymous, kept);
    }

    public AuthenticationSettings withBootstrapTokens(boolean count) {
        return new AuthenticationSettings(
                clientAuthorities, requestHeaders, staticTokens, serviceAccounts, count, others, anonymous, audiences);
    }

    public AuthenticationSettings withOthers(List<TokenSource> kinds) {
        return new AuthenticationSettings(
                clientAuthorities,
                requestHeaders,
                staticTokens,
                serviceAccounts,
                bootstrapTokens,
                kinds,
                anonymous,
                audiences);
    }

    public AuthenticationSettings withAnonymous(AnonymousAccess access) {
        return new AuthenticationSettings(
                clientAuthorities,
                requestHeaders,
                staticTokens,
                serviceAccounts,
                bootstrapTokens,
                others,
                access,
                audiences);
    }

    public AuthenticationSettings withAudiences(List<String> wanted) {
        return new AuthenticationSettings(
                clientAuthorities,
                requestHeaders,
                staticTokens,
                serviceAccounts,
                bootstrapTokens,
                others,
                anonymous,
                wanted);
    }
}

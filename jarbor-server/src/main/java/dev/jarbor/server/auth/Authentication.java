package dev.jarbor.server.auth;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.List;

/** Makes the chain of authenticators that the settings describe, in the reference's order. */
public final class Authentication {
    private Authentication() {}

    public static Authenticator chain(AuthenticationSettings settings, Store store, Runtime runtime, Tokens tokens) {
        var authenticators = new ArrayList<Authenticator>();
        if (!settings.requestHeaders().authorities().isEmpty()) {
            authenticators.add(new FrontProxy(settings.requestHeaders(), runtime));
        }
        authenticators.add(new ClientCertificates(settings.clientAuthorities(), runtime));
        authenticators.add(new BearerTokens(kinds(settings, store, runtime, tokens)));
        return new AuthenticatorChain(authenticators, settings.anonymous(), settings.audiences());
    }

    private static List<TokenAuthenticator> kinds(
            AuthenticationSettings settings, Store store, Runtime runtime, Tokens tokens) {
        List<String> own = settings.audiences();
        var kinds = new ArrayList<TokenAuthenticator>();
        if (!settings.staticTokens().isEmpty()) {
            kinds.add(new AnyAudience(new StaticTokens(settings.staticTokens()), own));
        }
        kinds.add(new AnyAudience(new SecretTokens(store, runtime, tokens), own));
        kinds.add(new ServiceAccountTokens(store, runtime, tokens, settings.serviceAccounts()));
        if (settings.bootstrapTokens()) {
            kinds.add(new AnyAudience(new BootstrapTokens(store, runtime), own));
        }
        settings.others().forEach(source -> kinds.add(source.open(store, runtime)));
        return kinds;
    }
}

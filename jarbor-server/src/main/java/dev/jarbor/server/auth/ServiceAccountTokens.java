package dev.jarbor.server.auth;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tokens of service accounts. They count as long as they have not expired and what they are bound to (the account, a pod, a
 * secret, a node) still exists with the same uid.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens">Bound
 *     service account tokens</a>
 */
final class ServiceAccountTokens implements TokenAuthenticator {
    private static final String INVALIDATED = "service account token has been invalidated";
    private static final String EXTRA = "authentication.kubernetes.io/";

    private static final Duration LEEWAY = LivingAccounts.LEEWAY;

    private final Store store;
    private final Runtime runtime;
    private final Tokens tokens;
    private final List<String> issuers;
    private final LivingAccounts accounts;

    ServiceAccountTokens(Store store, Runtime runtime, Tokens tokens, ServiceAccountSettings settings) {
        this.store = store;
        this.runtime = runtime;
        this.tokens = tokens;
        this.issuers = settings.issuers();
        this.accounts = new LivingAccounts(runtime);
    }

    @Override
    public Identity authenticate(String token, List<String> audiences) {
        return tokens.claims(token)
                .filter(claims -> issuers.contains(claims.string("iss")))
                .map(claims -> known(claims, audiences))
                .orElse(Identity.UNKNOWN);
    }

    private Identity known(ObjectValue claims, List<String> wanted) {
        List<String> meant = audiences(claims);
        List<String> shared = meant.stream().filter(wanted::contains).toList();
        if (shared.isEmpty()) {
            return new Identity.Refused(
                    "token audiences " + quoted(meant) + " is invalid for the target audiences " + quoted(wanted));
        }
        long now = runtime.now().getEpochSecond();
        if (now - LEEWAY.toSeconds() > claims.integer("exp")) {
            return new Identity.Refused("service account token has expired");
        }
        if (now + LEEWAY.toSeconds() < claims.integer("nbf")) {
            return new Identity.Refused("service account token is not valid yet");
        }
        return bound(claims, shared);
    }

    private static List<String> audiences(ObjectValue claims) {
        return switch (claims.valueOrNull("aud")) {
            case StringValue(String one) -> List.of(one);
            case ListValue many -> many.strings();
            default -> List.of();
        };
    }

    private static String quoted(List<String> texts) {
        return "["
                + String.join(
                        " ", texts.stream().map(text -> "\"" + text + "\"").toList()) + "]";
    }

    private Identity bound(ObjectValue claims, List<String> audiences) {
        Snapshot now = store.snapshot();
        ObjectValue about = claims.object("kubernetes.io");
        String namespace = about.string("namespace");
        ObjectValue account = about.object("serviceaccount");
        Optional<String> gone = accounts.gone(now, namespace, account.string("name"), account.string("uid"))
                .or(() -> gone(now, "secrets", "secret", namespace, about))
                .or(() -> gone(now, "pods", "pod", namespace, about))
                // A token of a pod names the pod's node for information only.
                .or(() -> about.has("pod") ? Optional.empty() : gone(now, "nodes", "node", "", about));
        if (gone.isPresent()) {
            return new Identity.Refused(gone.get());
        }
        var extra = new TreeMap<String, List<String>>();
        if (!claims.string("jti").isEmpty()) {
            extra.put(User.CREDENTIAL, List.of("JTI=" + claims.string("jti")));
        }
        for (String kind : List.of("pod", "node")) {
            for (String field : List.of("name", "uid")) {
                String value = about.object(kind).string(field);
                if (!value.isEmpty()) {
                    extra.put(EXTRA + kind + "-" + field, List.of(value));
                }
            }
        }
        User user = User.serviceAccount(namespace, account.string("name"));
        return new Identity.Known(new User(user.name(), account.string("uid"), user.groups(), extra), audiences);
    }

    /** Why what a token is bound to, if it is bound to such a thing, does not count any more. */
    private Optional<String> gone(Snapshot now, String storage, String kind, String namespace, ObjectValue about) {
        ObjectValue reference = about.object(kind);
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectValue> found = now.get(storage, new ObjectKey(namespace, reference.string("name")));
        if (found.isEmpty() || accounts.isLongDeleted(found.get().object("metadata"))) {
            return Optional.of(INVALIDATED);
        }
        String uid = found.get().object("metadata").string("uid");
        return uid.equals(reference.string("uid"))
                ? Optional.empty()
                : Optional.of(kind + " UID (" + uid + ") does not match service account " + kind + " ref claim ("
                        + reference.string("uid") + ")");
    }
}

package dev.jarbor.server.auth;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tokens of service accounts without an end, which live in Secrets of type {@code kubernetes.io/service-account-token}. A
 * Secret is labelled with the day on which its token was used last (KEP-2799).
 */
final class SecretTokens implements TokenAuthenticator {
    private static final String ISSUER = "kubernetes/serviceaccount";
    private static final String CLAIM = "kubernetes.io/serviceaccount/";
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

    private final Store store;
    private final Runtime runtime;
    private final Tokens tokens;
    private final LivingAccounts accounts;

    SecretTokens(Store store, Runtime runtime, Tokens tokens) {
        this.store = store;
        this.runtime = runtime;
        this.tokens = tokens;
        this.accounts = new LivingAccounts(runtime);
    }

    @Override
    public Identity authenticate(String token, List<String> audiences) {
        return tokens.claims(token)
                .filter(claims -> claims.string("iss").equals(ISSUER))
                .map(claims -> known(claims, token))
                .orElse(Identity.UNKNOWN);
    }

    private Identity known(ObjectValue claims, String token) {
        Snapshot now = store.snapshot();
        String namespace = claims.string(CLAIM + "namespace");
        String name = claims.string(CLAIM + "service-account.name");
        String uid = claims.string(CLAIM + "service-account.uid");
        ObjectKey key = new ObjectKey(namespace, claims.string(CLAIM + "secret.name"));
        Optional<ObjectValue> secret = now.get("secrets", key);
        if (secret.isEmpty() || secret.get().object("metadata").has("deletionTimestamp")) {
            return new Identity.Refused("Token has been invalidated");
        }
        if (!StaticTokens.Secrets.equal(content(secret.get()), token)) {
            return new Identity.Refused("Token does not match server's copy");
        }
        Optional<String> gone = accounts.gone(now, namespace, name, uid);
        if (gone.isPresent()) {
            return new Identity.Refused(gone.get());
        }
        if (!label(secret.get(), INVALID_SINCE).isEmpty()) {
            return new Identity.Refused("the token in secret " + namespace + "/" + key.name() + " for service account "
                    + namespace + "/" + name + " has been marked invalid. Use tokens from the TokenRequest API or"
                    + " manually created secret-based tokens, or remove the '" + INVALID_SINCE
                    + "' label from the secret to temporarily allow use of this token");
        }
        noteUse(key, secret.get());
        User user = User.serviceAccount(namespace, name);
        return Identity.of(new User(user.name(), uid, user.groups(), new TreeMap<>()));
    }

    private static String label(ObjectValue secret, String name) {
        return secret.object("metadata").object("labels").string(name);
    }

    /** Once a day; where somebody else writes the Secret at the same time, the next use will do. */
    private void noteUse(ObjectKey key, ObjectValue secret) {
        String today = LocalDate.ofInstant(runtime.now(), ZoneOffset.UTC).toString();
        if (!label(secret, LAST_USED).equals(today)) {
            ObjectValue labelled = secret.update(
                    "metadata", metadata -> metadata.update("labels", labels -> labels.with(LAST_USED, today)));
            long revision = Long.parseLong(secret.object("metadata").string("resourceVersion"));
            store.commit(Transaction.of(new Transaction.Put("secrets", key, labelled, revision)));
        }
    }

    private static String content(ObjectValue secret) {
        try {
            return new String(
                    Base64.getDecoder().decode(secret.object("data").string("token")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}

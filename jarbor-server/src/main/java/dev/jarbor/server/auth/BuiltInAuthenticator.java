package dev.jarbor.server.auth;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Knows client certificates, tokens from the settings, and service account tokens. The latter count as long as they have
 * not expired and what they are bound to (the account, a pod, a secret, a node) still exists with the same uid.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/">Authenticating</a>
 */
public final class BuiltInAuthenticator implements Authenticator {
    private final Store store;
    private final Runtime runtime;
    private final Tokens tokens;
    private final String issuer;
    private final SortedMap<String, User> staticTokens;

    public BuiltInAuthenticator(
            Store store, Runtime runtime, Tokens tokens, String issuer, SortedMap<String, User> staticTokens) {
        this.store = store;
        this.runtime = runtime;
        this.tokens = tokens;
        this.issuer = issuer;
        this.staticTokens = new TreeMap<>(staticTokens);
    }

    @Override
    public Optional<User> token(String token) {
        return token(token, List.of(issuer));
    }

    @Override
    public Optional<User> token(String token, List<String> audiences) {
        for (Map.Entry<String, User> known : staticTokens.entrySet()) {
            if (equal(known.getKey(), token)) {
                return Optional.of(authenticated(known.getValue()));
            }
        }
        return tokens.claims(token)
                .filter(claims -> isInTime(claims) && isFor(claims, audiences))
                .flatMap(this::serviceAccount);
    }

    /** Takes as long for a wrong token as for a right one. */
    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static User authenticated(User user) {
        if (user.groups().contains(User.AUTHENTICATED)) {
            return user;
        }
        var groups = new ArrayList<>(user.groups());
        groups.add(User.AUTHENTICATED);
        return new User(user.name(), user.uid(), groups, user.extra());
    }

    private boolean isInTime(ObjectValue claims) {
        long now = runtime.now().getEpochSecond();
        return claims.string("iss").equals(issuer) && claims.integer("nbf") <= now && now < claims.integer("exp");
    }

    private static boolean isFor(ObjectValue claims, List<String> audiences) {
        return switch (claims.valueOrNull("aud")) {
            case StringValue(String one) -> audiences.contains(one);
            case ListValue many -> many.strings().stream().anyMatch(audiences::contains);
            default -> false;
        };
    }

    private Optional<User> serviceAccount(ObjectValue claims) {
        Snapshot now = store.snapshot();
        ObjectValue bound = claims.object("kubernetes.io");
        String namespace = bound.string("namespace");
        ObjectValue account = bound.object("serviceaccount");
        if (!exists(now, "serviceaccounts", namespace, account)) {
            return Optional.empty();
        }
        var extra = new TreeMap<String, List<String>>();
        if (!claims.string("jti").isEmpty()) {
            extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.string("jti")));
        }
        for (Map.Entry<String, String> kind :
                Map.of("pod", "pods", "secret", "secrets", "node", "nodes").entrySet()) {
            ObjectValue reference = bound.object(kind.getKey());
            if (reference.isEmpty()) {
                continue;
            }
            String where = kind.getKey().equals("node") ? "" : namespace;
            // A token of a pod names the pod's node for information only.
            boolean binds = !kind.getKey().equals("node") || !bound.has("pod");
            if (binds && !exists(now, kind.getValue(), where, reference)) {
                return Optional.empty();
            }
            String prefix = "authentication.kubernetes.io/" + kind.getKey();
            if (!kind.getKey().equals("secret")) {
                extra.put(prefix + "-name", List.of(reference.string("name")));
                extra.put(prefix + "-uid", List.of(reference.string("uid")));
            }
        }
        User user = User.serviceAccount(namespace, account.string("name"));
        return Optional.of(new User(user.name(), account.string("uid"), user.groups(), extra));
    }

    private static boolean exists(Snapshot now, String storage, String namespace, ObjectValue reference) {
        return now.get(storage, new ObjectKey(namespace, reference.string("name")))
                .map(found -> found.object("metadata").string("uid").equals(reference.string("uid")))
                .orElse(false);
    }

    @Override
    public Optional<User> certificate(X500Principal subject) {
        var groups = new ArrayList<String>();
        String name = "";
        try {
            for (Rdn part : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException malformed) {
            return Optional.empty();
        }
        if (name.isEmpty()) {
            return Optional.empty();
        }
        groups.add(User.AUTHENTICATED);
        return Optional.of(new User(name, "", groups, new TreeMap<>()));
    }
}

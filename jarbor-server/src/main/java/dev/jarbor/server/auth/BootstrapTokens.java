package dev.jarbor.server.auth;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens by which a machine joins the cluster: Secrets of type {@code bootstrap.kubernetes.io/token} in {@code kube-system}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/">Authenticating with bootstrap
 *     tokens</a>
 */
public final class BootstrapTokens implements TokenAuthenticator {
    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern GROUP = Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
    private static final String BOOTSTRAPPERS = "system:bootstrappers";

    private final Store store;
    private final Runtime runtime;

    public BootstrapTokens(Store store, Runtime runtime) {
        this.store = store;
        this.runtime = runtime;
    }

    @Override
    public Identity authenticate(String token, List<String> audiences) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Identity.UNKNOWN;
        }
        String id = parts.group(1);
        return store.snapshot()
                .get("secrets", new ObjectKey("kube-system", "bootstrap-token-" + id))
                .filter(secret -> isGood(secret, id, parts.group(2)))
                .map(secret -> user(id, secret))
                .orElse(Identity.UNKNOWN);
    }

    private boolean isGood(ObjectValue secret, String id, String proof) {
        return secret.string("type").equals("bootstrap.kubernetes.io/token")
                && !secret.object("metadata").has("deletionTimestamp")
                && StaticTokens.Secrets.equal(text(secret, "token-secret"), proof)
                && text(secret, "token-id").equals(id)
                && isInTime(text(secret, "expiration"))
                && text(secret, "usage-bootstrap-authentication").equals("true");
    }

    private boolean isInTime(String expiration) {
        if (expiration.isEmpty()) {
            return true;
        }
        return Rfc3339.parse(expiration)
                .filter(end -> runtime.now().isBefore(end))
                .isPresent();
    }

    private static Identity user(String id, ObjectValue secret) {
        var groups = new ArrayList<>(List.of(BOOTSTRAPPERS));
        for (String group : text(secret, "auth-extra-groups").split(",", -1)) {
            if (group.isEmpty()) {
                continue;
            }
            if (!GROUP.matcher(group).matches()) {
                return Identity.UNKNOWN;
            }
            groups.add(group);
        }
        return Identity.of(User.of("system:bootstrap:" + id, groups.toArray(new String[0])));
    }

    private static String text(ObjectValue secret, String key) {
        try {
            return new String(Base64.getDecoder().decode(secret.object("data").string(key)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}

package dev.jarbor.server.kinds.access;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * ServiceAccounts: of the secrets that an account may use only the names are kept.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/service-accounts/">Service Accounts</a>
 */
public final class Accounts implements Strategy {
    private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.each(
                object,
                "secrets",
                secret -> secret.has("name") ? ObjectValue.of("name", secret.valueOrNull("name")) : ObjectValue.EMPTY);
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return beforeCreate(after);
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        return isOld(object)
                ? List.of("metadata.annotations[" + MOUNTABLE + "]: deprecated in v1.32+; prefer separate namespaces to"
                        + " isolate access to mounted secrets")
                : List.of();
    }

    private static boolean isOld(ObjectValue object) {
        return object.object("metadata").object("annotations").has(MOUNTABLE);
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return isOld(before) ? List.of() : warnings(after);
    }
}

package dev.jarbor.server.auth;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether the service accounts that tokens name are still there. */
record LivingAccounts(Runtime runtime) {
    /** What is being deleted counts for a little longer: clocks differ, and so do pods' last requests. */
    static final Duration LEEWAY = Duration.ofMinutes(1);

    /** Why an account does not count any more; empty where it does. */
    Optional<String> gone(Snapshot now, String namespace, String name, String uid) {
        Optional<ObjectValue> found = now.get("serviceaccounts", new ObjectKey(namespace, name));
        if (found.isEmpty()) {
            return Optional.of("serviceaccounts \"" + name + "\" not found");
        }
        ObjectValue metadata = found.get().object("metadata");
        if (isLongDeleted(metadata)) {
            return Optional.of("service account " + namespace + "/" + name + " has been deleted");
        }
        return metadata.string("uid").equals(uid)
                ? Optional.empty()
                : Optional.of(
                        "service account UID (" + metadata.string("uid") + ") does not match claim (" + uid + ")");
    }

    boolean isLongDeleted(ObjectValue metadata) {
        Instant before = runtime.now().minus(LEEWAY);
        return metadata.has("deletionTimestamp")
                && Fields.instant(metadata.valueOrNull("deletionTimestamp")).isBefore(before);
    }
}

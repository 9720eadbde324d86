package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What parts of the super-user's power containers ask for. */
final class Capabilities {
    private Capabilities() {}

    static ObjectValue of(ObjectValue container) {
        return Containers.security(container).object("capabilities");
    }

    /** Says which containers add what is not {@code allowed}. */
    static Optional<String> added(ObjectValue spec, Set<String> allowed) {
        var capabilities = new TreeSet<String>();
        List<String> bad = Containers.names(spec, container -> {
            List<String> other = of(container).list("add").strings().stream()
                    .filter(name -> !allowed.contains(name))
                    .toList();
            capabilities.addAll(other);
            return !other.isEmpty();
        });
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(Check.named("container", bad) + " must not include "
                        + Check.quoted(List.copyOf(capabilities)) + " in securityContext.capabilities.add");
    }
}

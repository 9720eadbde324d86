package dev.jarbor.server.admission.quota;

import dev.jarbor.api.quota.Scope;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * What may be used only where a quota covers it.
 *
 * @param resource whose objects are meant, such as {@code pods}
 * @param parts of the names of what is limited so, such as {@code .storageclass.storage.k8s.io/requests.storage}
 * @param scopes that must be covered as a whole
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/#limit-priority-class-consumption-by-default">Limit
 *     Priority Class consumption by default</a>
 */
record Limited(String resource, List<String> parts, List<Scope> scopes) {
    Limited {
        parts = List.copyOf(parts);
        scopes = List.copyOf(scopes);
    }

    static Limited read(ObjectValue entry) {
        String group = entry.string("apiGroup");
        return new Limited(
                entry.string("resource") + (group.isEmpty() ? "" : "." + group),
                entry.list("matchContains").strings(),
                entry.list("matchScopes").objects().stream().map(Scope::read).toList());
    }

    /** The names of what {@code usage} has of it. */
    List<String> of(Usage usage) {
        return usage.withoutZeros().names().stream()
                .filter(name -> parts.stream().anyMatch(name::contains))
                .toList();
    }
}

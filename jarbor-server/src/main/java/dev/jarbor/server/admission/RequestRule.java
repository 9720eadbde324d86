package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;

/**
 * Which requests a webhook or a policy wants to see: operations, and resources by group, version and name.
 *
 * @param scope {@code Cluster}, {@code Namespaced} or {@code *}
 * @param names of objects, none for all; only policies say this
 */
public record RequestRule(
        List<String> operations,
        List<String> groups,
        List<String> versions,
        List<String> resources,
        String scope,
        List<String> names) {
    private static final String ANY = "*";

    public static RequestRule read(ObjectValue rule) {
        return new RequestRule(
                rule.list("operations").strings(),
                rule.list("apiGroups").strings(),
                rule.list("apiVersions").strings(),
                rule.list("resources").strings(),
                rule.string("scope"),
                rule.list("resourceNames").strings());
    }

    /** Whether it names what {@code review} does, taken to be about {@code resource}. */
    public boolean matches(Review review, ServedResource resource) {
        return (names.isEmpty() || names.contains(review.key().name()))
                && has(operations, review.operation().name())
                && has(groups, resource.kind().group())
                && has(versions, resource.kind().version())
                && namesResource(resource.kind().plural(), review.subresource())
                && isInScope(resource);
    }

    private static boolean has(List<String> names, String name) {
        return names.contains(ANY) || names.contains(name);
    }

    private boolean namesResource(String plural, String subresource) {
        for (String entry : resources) {
            int slash = entry.indexOf('/');
            String resource = slash < 0 ? entry : entry.substring(0, slash);
            String part = slash < 0 ? "" : entry.substring(slash + 1);
            boolean main = resource.equals(ANY) || resource.equals(plural);
            if (main && (part.equals(ANY) || part.equals(subresource))) {
                return true;
            }
        }
        return false;
    }

    private boolean isInScope(ServedResource resource) {
        return switch (scope) {
            case "Namespaced" -> resource.namespaced();
            case "Cluster" -> !resource.namespaced();
            default -> true;
        };
    }
}

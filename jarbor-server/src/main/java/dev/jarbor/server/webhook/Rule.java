package dev.jarbor.server.webhook;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;

/**
 * Which requests a webhook wants to see: operations, and resources by group, version and name.
 *
 * @param scope {@code Cluster}, {@code Namespaced} or {@code *}
 */
record Rule(List<String> operations, List<String> groups, List<String> versions, List<String> resources, String scope) {
    private static final String ANY = "*";

    static Rule read(ObjectValue rule) {
        return new Rule(
                rule.list("operations").strings(),
                rule.list("apiGroups").strings(),
                rule.list("apiVersions").strings(),
                rule.list("resources").strings(),
                rule.string("scope"));
    }

    /** Whether it names what {@code review} does, taken to be about {@code resource}. */
    boolean matches(Review review, ServedResource resource) {
        return has(operations, review.operation().name())
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

package dev.jarbor.server.audit;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import java.util.List;

/**
 * Which requests are recorded at which level; what a rule does not name it does not ask.
 *
 * @param omitStages stages that are not recorded
 * @param omitManagedFields whether objects are recorded without them
 */
record AuditRule(
        AuditLevel level,
        List<String> users,
        List<String> groups,
        List<String> verbs,
        List<ObjectValue> resources,
        List<String> namespaces,
        List<String> paths,
        List<String> omitStages,
        boolean omitManagedFields) {

    boolean matches(Attributes asked) {
        if (!users.isEmpty() && !users.contains(asked.user().name())) {
            return false;
        }
        if (!groups.isEmpty() && asked.user().groups().stream().noneMatch(groups::contains)) {
            return false;
        }
        if (!verbs.isEmpty() && !verbs.contains(asked.verb())) {
            return false;
        }
        if (!namespaces.isEmpty() || !resources.isEmpty()) {
            return matchesResource(asked);
        }
        return paths.isEmpty() || matchesPath(asked);
    }

    private boolean matchesPath(Attributes asked) {
        return !asked.isResourceRequest()
                && paths.stream()
                        .anyMatch(path -> path.equals("*")
                                || path.equals(asked.path())
                                || (path.endsWith("*")
                                        && asked.path().startsWith(path.substring(0, path.length() - 1))));
    }

    private boolean matchesResource(Attributes asked) {
        if (!asked.isResourceRequest() || (!namespaces.isEmpty() && !namespaces.contains(asked.namespace()))) {
            return false;
        }
        return resources.isEmpty() || resources.stream().anyMatch(group -> matchesGroup(group, asked));
    }

    private static boolean matchesGroup(ObjectValue group, Attributes asked) {
        if (!group.string("group").equals(asked.group())) {
            return false;
        }
        List<String> names = group.list("resourceNames").strings();
        List<String> words = group.list("resources").strings();
        return words.isEmpty()
                || ((names.isEmpty() || names.contains(asked.name()))
                        && words.stream().anyMatch(word -> matchesWord(word, asked)));
    }

    private static boolean matchesWord(String word, Attributes asked) {
        return word.equals("*")
                || word.equals(asked.resourceAndSubresource())
                || (!asked.subresource().isEmpty() && word.equals("*/" + asked.subresource()))
                || word.equals(asked.resource() + "/*");
    }
}

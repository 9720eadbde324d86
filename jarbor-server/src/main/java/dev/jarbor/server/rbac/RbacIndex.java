package dev.jarbor.server.rbac;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.pcollections.TreePMap;

/** All grants of one state of the cluster, by who holds them. Built once for each state of the four RBAC resources. */
final class RbacIndex {
    static final String GROUP = "rbac.authorization.k8s.io";
    private static final String ROLES = "roles." + GROUP;
    private static final String CLUSTER_ROLES = "clusterroles." + GROUP;
    private static final String ROLE_BINDINGS = "rolebindings." + GROUP;
    private static final String CLUSTER_ROLE_BINDINGS = "clusterrolebindings." + GROUP;
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final List<TreePMap<ObjectKey, ObjectValue>> source;
    private final Map<String, List<Grant>> grants = new HashMap<>();

    /**
     * Rules that somebody holds.
     *
     * @param namespace where, "" for everywhere
     * @param binding by what, as reasons print it
     * @param missing why there are none, where the role does not exist; else ""
     */
    record Grant(String namespace, List<Rule> rules, String binding, String missing) {}

    private RbacIndex(Snapshot snapshot) {
        source = source(snapshot);
        snapshot.all(CLUSTER_ROLE_BINDINGS).values().forEach(binding -> add(snapshot, "", binding));
        snapshot.all(ROLE_BINDINGS).forEach((key, binding) -> add(snapshot, key.namespace(), binding));
    }

    static RbacIndex of(Snapshot snapshot) {
        return new RbacIndex(snapshot);
    }

    /** Whether {@code snapshot} has the same roles and bindings: the very same maps, because they are persistent. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Snapshot snapshot) {
        List<TreePMap<ObjectKey, ObjectValue>> other = source(snapshot);
        for (int i = 0; i < other.size(); i++) {
            if (other.get(i) != source.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static List<TreePMap<ObjectKey, ObjectValue>> source(Snapshot snapshot) {
        return List.of(
                snapshot.all(ROLES),
                snapshot.all(CLUSTER_ROLES),
                snapshot.all(ROLE_BINDINGS),
                snapshot.all(CLUSTER_ROLE_BINDINGS));
    }

    /** Hands every grant that {@code user} holds in {@code namespace} to {@code action}, cluster-wide ones first. */
    void grantsOf(User user, String namespace, Consumer<Grant> action) {
        var holders = new ArrayList<String>();
        holders.add("User " + user.name());
        if (user.name().startsWith(SERVICE_ACCOUNT)) {
            holders.add("ServiceAccount " + user.name());
        }
        user.groups().forEach(group -> holders.add("Group " + group));
        for (String holder : holders) {
            for (Grant grant : grants.getOrDefault(holder, List.of())) {
                if (grant.namespace().isEmpty() || grant.namespace().equals(namespace)) {
                    action.accept(grant);
                }
            }
        }
    }

    private void add(Snapshot snapshot, String namespace, ObjectValue binding) {
        ObjectValue reference = binding.object("roleRef");
        Optional<ObjectValue> role = role(snapshot, namespace, reference);
        List<Rule> rules = role.map(found -> rules(snapshot, found)).orElse(List.of());
        String missing = role.isPresent() ? "" : missing(reference);
        String name = binding.object("metadata").string("name");
        String of = (namespace.isEmpty()
                        ? "ClusterRoleBinding " + GoText.quote(name)
                        : "RoleBinding " + GoText.quote(name + "/" + namespace))
                + " of " + reference.string("kind") + " " + GoText.quote(reference.string("name")) + " to ";
        for (ObjectValue subject : binding.list("subjects").objects()) {
            String holder = holder(subject, namespace);
            grants.computeIfAbsent(holder, key -> new ArrayList<>())
                    .add(new Grant(
                            namespace, rules, of + subject.string("kind") + " " + shown(subject, namespace), missing));
        }
    }

    private static String holder(ObjectValue subject, String namespace) {
        String name = subject.string("name");
        return switch (subject.string("kind")) {
            case "ServiceAccount" -> "ServiceAccount " + SERVICE_ACCOUNT + namespace(subject, namespace) + ":" + name;
            case "Group" -> "Group " + name;
            default -> "User " + name;
        };
    }

    private static String shown(ObjectValue subject, String namespace) {
        String name = subject.string("name");
        return GoText.quote(
                subject.string("kind").equals("ServiceAccount") ? name + "/" + namespace(subject, namespace) : name);
    }

    private static String namespace(ObjectValue subject, String fallback) {
        String said = subject.string("namespace");
        return said.isEmpty() ? fallback : said;
    }

    /** What a {@code roleRef} in {@code namespace} refers to. */
    static Optional<ObjectValue> role(Snapshot snapshot, String namespace, ObjectValue reference) {
        String name = reference.string("name");
        return reference.string("kind").equals("Role")
                ? snapshot.get(ROLES, new ObjectKey(namespace, name))
                : snapshot.get(CLUSTER_ROLES, ObjectKey.cluster(name));
    }

    /** The reference's words for a role that is not there. */
    static String missing(ObjectValue reference) {
        String plural = reference.string("kind").equals("Role") ? "role" : "clusterrole";
        return plural + "." + GROUP + " " + GoText.quote(reference.string("name")) + " not found";
    }

    /** A role's own rules, and those of the roles that its aggregation rule selects, and that theirs select. */
    static List<Rule> rules(Snapshot snapshot, ObjectValue role) {
        var rules = new ArrayList<Rule>();
        collect(snapshot, role, rules, new HashSet<>());
        return List.copyOf(rules);
    }

    private static void collect(Snapshot snapshot, ObjectValue role, List<Rule> rules, Set<String> seen) {
        // Roles may select each other in a circle.
        if (!seen.add(role.object("metadata").string("name"))) {
            return;
        }
        role.list("rules").objects().forEach(rule -> add(rules, Rule.read(rule)));
        for (ObjectValue selector :
                role.object("aggregationRule").list("clusterRoleSelectors").objects()) {
            for (ObjectValue other : snapshot.all(CLUSTER_ROLES).values()) {
                if (selects(selector, other)) {
                    collect(snapshot, other, rules, seen);
                }
            }
        }
    }

    private static void add(List<Rule> rules, Rule rule) {
        if (!rules.contains(rule)) {
            rules.add(rule);
        }
    }

    private static boolean selects(ObjectValue selector, ObjectValue role) {
        try {
            return Selector.ofObject(selector)
                    .matches(role.object("metadata").object("labels").strings());
        } catch (InvalidSelectorException malformed) {
            return false;
        }
    }
}

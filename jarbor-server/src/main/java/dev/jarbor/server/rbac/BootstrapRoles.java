package dev.jarbor.server.rbac;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.registry.FactTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The roles and bindings that exist from the first start, read from {@code bootstrap-roles.tsv} (a row is one rule) and
 * {@code bootstrap-bindings.tsv}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings">Default
 *     roles and role bindings</a>
 */
public final class BootstrapRoles {
    private static final String API = RbacIndex.GROUP + "/v1";
    private static final String AGGREGATES = "AGGREGATES";
    /** The column that says of which resource a rule is, where that is not there by default. */
    private static final int WHERE_SERVED = 9;

    private BootstrapRoles() {}

    /**
     * All roles, then all bindings. Rules of the last column's resource, and roles that have no others, are there only where
     * it is.
     *
     * @param served whether the server has a resource, such as {@code resource.k8s.io/devicetaintrules}
     */
    public static List<ObjectValue> objects(Predicate<String> served) {
        return All.SOMETIMES.stream().anyMatch(served) ? read(served) : All.OBJECTS;
    }

    /** Read once, for all clusters of a process that serve what is on by default. */
    private static final class All {
        static final List<List<String>> ROLES = FactTable.read("/dev/jarbor/server/rbac/bootstrap-roles.tsv");
        static final Set<String> SOMETIMES = ROLES.stream()
                .map(row -> row.get(WHERE_SERVED))
                .filter(resource -> !resource.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        static final List<ObjectValue> OBJECTS = read(resource -> false);

        private All() {}
    }

    private static List<ObjectValue> read(Predicate<String> served) {
        var objects = new LinkedHashMap<String, ObjectValue>();
        for (List<String> row : All.ROLES) {
            if (row.get(WHERE_SERVED).isEmpty() || served.test(row.get(WHERE_SERVED))) {
                objects.merge(key(row.get(0), row.get(1), row.get(2)), role(row), (known, more) -> joined(known, more));
            }
        }
        List<ObjectValue> all = new ArrayList<>(objects.values());
        for (List<String> row : FactTable.read("/dev/jarbor/server/rbac/bootstrap-bindings.tsv")) {
            String[] role = row.get(3).split("/", 2);
            if (objects.containsKey(key(role[0], role[0].equals("Role") ? row.get(1) : "", role[1]))) {
                all.add(binding(row));
            }
        }
        return List.copyOf(all);
    }

    private static String key(String kind, String namespace, String name) {
        return String.join("/", kind, namespace, name);
    }

    /** What every node may do, whatever runs on it: the rules of the role {@code system:node}. Read when first asked. */
    public static Predicate<Attributes> nodeRules() {
        return asked -> NodeRules.ALL.stream().anyMatch(rule -> rule.allows(asked));
    }

    private static final class NodeRules {
        static final List<Rule> ALL = All.OBJECTS.stream()
                .filter(object -> object.string("kind").equals("ClusterRole")
                        && object.object("metadata").string("name").equals("system:node"))
                .flatMap(role -> role.list("rules").objects().stream())
                .map(Rule::read)
                .toList();

        private NodeRules() {}
    }

    private static ObjectValue role(List<String> row) {
        ObjectValue role = named(row.get(0), row.get(1), row.get(2), row.get(3));
        if (row.get(4).equals(AGGREGATES)) {
            var selectors = new ArrayList<Value>();
            for (String label : row.get(5).split(",", -1)) {
                int equals = label.indexOf('=');
                selectors.add(ObjectValue.of(
                        "matchLabels",
                        ObjectValue.EMPTY.with(label.substring(0, equals), label.substring(equals + 1))));
            }
            return role.with("aggregationRule", ObjectValue.of("clusterRoleSelectors", ListValue.of(selectors)))
                    .with("rules", ListValue.EMPTY);
        }
        var rule = ObjectValue.builder();
        put(rule, "apiGroups", row.get(4));
        put(rule, "resources", row.get(5));
        put(rule, "resourceNames", row.get(6));
        put(rule, "nonResourceURLs", row.get(7));
        put(rule, "verbs", row.get(8));
        return role.with("rules", ListValue.of(rule.build()));
    }

    private static ObjectValue joined(ObjectValue role, ObjectValue more) {
        return role.with("rules", role.list("rules").with(more.list("rules").get(0)));
    }

    /** {@code ""} between commas stands for the core group. */
    private static void put(ObjectValue.Builder rule, String field, String words) {
        if (!words.isEmpty()) {
            rule.put(
                    field,
                    ListValue.ofStrings(List.of(words.split(",", -1)).stream()
                            .map(word -> word.equals("\"\"") ? "" : word)
                            .toList()));
        }
    }

    private static ObjectValue binding(List<String> row) {
        ObjectValue binding = named(row.get(0), row.get(1), row.get(2), "");
        String[] role = row.get(3).split("/", 2);
        String subjects = row.get(4);
        var holders = new ArrayList<Value>();
        for (String subject : subjects.isEmpty() ? new String[0] : subjects.split(";", -1)) {
            holders.add(subject(subject));
        }
        return binding.with(
                        "roleRef",
                        ObjectValue.of(Map.of(
                                "apiGroup", Value.of(RbacIndex.GROUP),
                                "kind", Value.of(role[0]),
                                "name", Value.of(role[1]))))
                .with("subjects", ListValue.of(holders));
    }

    private static ObjectValue subject(String text) {
        int colon = text.indexOf(':');
        String kind = text.substring(0, colon);
        String name = text.substring(colon + 1);
        if (kind.equals("ServiceAccount")) {
            String[] parts = name.split("/", 2);
            return ObjectValue.EMPTY
                    .with("kind", kind)
                    .with("namespace", parts[0])
                    .with("name", parts[1]);
        }
        return ObjectValue.EMPTY
                .with("apiGroup", RbacIndex.GROUP)
                .with("kind", kind)
                .with("name", name);
    }

    private static ObjectValue named(String kind, String namespace, String name, String labels) {
        ObjectValue marks = ObjectValue.EMPTY.with("kubernetes.io/bootstrapping", "rbac-defaults");
        for (String label : labels.isEmpty() ? new String[0] : labels.split(",", -1)) {
            int equals = label.indexOf('=');
            marks = marks.with(label.substring(0, equals), label.substring(equals + 1));
        }
        ObjectValue metadata = ObjectValue.EMPTY
                .with("name", name)
                .with("labels", marks)
                .with("annotations", ObjectValue.EMPTY.with("rbac.authorization.kubernetes.io/autoupdate", "true"));
        metadata = namespace.isEmpty() ? metadata : metadata.with("namespace", namespace);
        return ObjectValue.EMPTY.with("apiVersion", API).with("kind", kind).with("metadata", metadata);
    }
}

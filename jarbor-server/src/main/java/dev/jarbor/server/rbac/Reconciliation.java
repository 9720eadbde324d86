package dev.jarbor.server.rbac;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes at a start of a role or binding that every cluster has, where there is one already: what is missing of its
 * rules or subjects is added, what its owner added stays. One that is annotated with {@code
 * rbac.authorization.kubernetes.io/autoupdate: "false"} is left alone.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation">Auto-reconciliation</a>
 */
public sealed interface Reconciliation {
    /** It stays as it is. */
    record Kept() implements Reconciliation {}

    /** It becomes this. */
    record Changed(ObjectValue object) implements Reconciliation {}

    /** It is another: it binds to another role, which cannot be changed. */
    record Replaced() implements Reconciliation {}

    /** @param expected one of {@link BootstrapRoles#objects} */
    static Reconciliation of(ObjectValue existing, ObjectValue expected) {
        ObjectValue annotations = existing.object("metadata").object("annotations");
        if (annotations.string("rbac.authorization.kubernetes.io/autoupdate").equals("false")) {
            return new Kept();
        }
        if (!reference(existing).equals(reference(expected))) {
            return new Replaced();
        }
        ObjectValue marked = existing;
        for (String marks : List.of("annotations", "labels")) {
            marked = marked.update("metadata", metadata -> {
                ObjectValue both = merged(expected.object("metadata").object(marks), metadata.object(marks));
                return both.isEmpty() ? metadata : metadata.with(marks, both);
            });
        }
        ObjectValue whole = expected.has("roleRef") ? withSubjects(marked, expected) : withRules(marked, expected);
        return whole.equals(existing) ? new Kept() : new Changed(whole);
    }

    private static ObjectValue reference(ObjectValue binding) {
        return binding.object("roleRef");
    }

    private static ObjectValue merged(ObjectValue expected, ObjectValue existing) {
        ObjectValue both = expected;
        for (String name : existing.names()) {
            both = both.with(name, existing.string(name));
        }
        return both;
    }

    private static ObjectValue withRules(ObjectValue role, ObjectValue expected) {
        if (expected.has("aggregationRule")) {
            return added(
                    role,
                    "aggregationRule",
                    role.object("aggregationRule"),
                    "clusterRoleSelectors",
                    expected.object("aggregationRule").list("clusterRoleSelectors"));
        }
        if (role.list("rules").equals(expected.list("rules"))) {
            return role.without("aggregationRule");
        }
        List<Rule> held = read(role);
        var rules = new ArrayList<Value>();
        role.list("rules").forEach(rules::add);
        int before = rules.size();
        for (Rule rule : read(expected)) {
            for (Rule piece : rule.pieces()) {
                if (held.stream().noneMatch(one -> one.covers(piece))) {
                    rules.add(piece.value());
                }
            }
        }
        ObjectValue alone = role.without("aggregationRule");
        return rules.size() == before ? alone : alone.with("rules", ListValue.of(rules));
    }

    private static List<Rule> read(ObjectValue role) {
        return role.list("rules").objects().stream().map(Rule::read).toList();
    }

    private static ObjectValue withSubjects(ObjectValue binding, ObjectValue expected) {
        List<Value> all = union(binding.list("subjects"), expected.list("subjects"));
        return all.size() == binding.list("subjects").size() ? binding : binding.with("subjects", ListValue.of(all));
    }

    private static ObjectValue added(
            ObjectValue role, String field, ObjectValue held, String list, ListValue expected) {
        List<Value> all = union(held.list(list), expected);
        return all.size() == held.list(list).size() ? role : role.with(field, held.with(list, ListValue.of(all)));
    }

    private static List<Value> union(ListValue held, ListValue expected) {
        var all = new ArrayList<Value>();
        held.forEach(all::add);
        for (Value one : expected) {
            if (!all.contains(one)) {
                all.add(one);
            }
        }
        return all;
    }
}

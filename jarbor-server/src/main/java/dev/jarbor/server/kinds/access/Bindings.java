package dev.jarbor.server.kinds.access;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of RoleBindings and ClusterRoleBindings: the role that one gives is chosen once.
 *
 * @param namespaced whether they give it in one namespace only
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding">RoleBinding
 *     and ClusterRoleBinding</a>
 */
public record Bindings(boolean namespaced) implements Strategy {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final FieldPath ROLE = FieldPath.of("roleRef");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue filled = Edits.inside(object, "roleRef", role -> Edits.text(role, "apiGroup", GROUP));
        return Edits.each(filled, "subjects", subject -> switch (subject.string("kind")) {
            case "User", "Group" -> Edits.text(subject, "apiGroup", GROUP);
            default -> subject;
        });
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue role = object.object("roleRef");
        if (!role.string("apiGroup").equals(GROUP)) {
            checks.notSupported(ROLE.child("apiGroup"), role.string("apiGroup"), List.of(GROUP));
        }
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(role.string("kind"))) {
            checks.notSupported(ROLE.child("kind"), role.string("kind"), kinds);
        }
        if (checks.required(role, "name", ROLE)) {
            checks.problems(ROLE.child("name"), role.string("name"), Names.pathSegment(role.string("name")));
        }
        List<ObjectValue> subjects = object.list("subjects").objects();
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), FieldPath.of("subjects").index(i), checks);
        }
        return checks.errors();
    }

    private void subject(ObjectValue subject, FieldPath at, Checks checks) {
        String name = subject.string("name");
        String group = subject.string("apiGroup");
        checks.required(subject, "name", at);
        switch (subject.string("kind")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    checks.dnsSubdomain(name, at.child("name"));
                }
                if (!group.isEmpty()) {
                    checks.notSupported(at.child("apiGroup"), group, List.of(""));
                }
                if (!namespaced) {
                    checks.required(subject, "namespace", at);
                }
            }
            case "User" -> person(name, group, "user name cannot be empty", at, checks);
            case "Group" -> person(name, group, "group name cannot be empty", at, checks);
            default ->
                checks.notSupported(
                        at.child("kind"), subject.string("kind"), List.of("ServiceAccount", "User", "Group"));
        }
    }

    private static void person(String name, String group, String nameless, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.invalid(at.child("name"), name, nameless);
        }
        if (!group.equals(GROUP)) {
            checks.notSupported(at.child("apiGroup"), group, List.of(GROUP));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "roleRef")
                ? List.of()
                : List.of(FieldError.invalid(ROLE, after.object("roleRef"), "cannot change roleRef"));
    }
}

package dev.jarbor.server.flow;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import java.util.Comparator;
import java.util.List;

/**
 * A FlowSchema as requests meet it: whom and what it matches, and what tells flows apart within it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#flowschema">FlowSchema</a>
 */
record FlowSchema(String name, String uid, ObjectValue spec) {
    /** Of several that match, the first in this order counts. */
    static final Comparator<FlowSchema> ORDER =
            Comparator.comparingLong(FlowSchema::precedence).thenComparing(FlowSchema::name);

    private static final String ACCOUNT = "system:serviceaccount:";

    static FlowSchema of(ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        return new FlowSchema(metadata.string("name"), metadata.string("uid"), object.object("spec"));
    }

    private long precedence() {
        return spec.integer("matchingPrecedence");
    }

    String level() {
        return spec.object("priorityLevelConfiguration").string("name");
    }

    /** What distinguishes the flow of a request from others of this schema; "" when all are one flow. */
    String distinguisher(Attributes request) {
        return switch (spec.object("distinguisherMethod").string("type")) {
            case "ByUser" -> request.user().name();
            case "ByNamespace" -> request.namespace();
            default -> "";
        };
    }

    boolean matches(Attributes request) {
        for (ObjectValue rule : spec.list("rules").objects()) {
            if (rule.list("subjects").objects().stream().anyMatch(subject -> isSubject(subject, request.user()))
                    && isAsked(rule, request)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSubject(ObjectValue subject, User user) {
        return switch (subject.string("kind")) {
            case "User" -> isOne(subject.object("user").string("name"), user.name());
            case "Group" -> {
                String group = subject.object("group").string("name");
                yield group.equals("*") || user.groups().contains(group);
            }
            case "ServiceAccount" -> {
                ObjectValue account = subject.object("serviceAccount");
                String prefix = ACCOUNT + account.string("namespace") + ":";
                yield user.name().startsWith(prefix)
                        && isOne(account.string("name"), user.name().substring(prefix.length()));
            }
            default -> false;
        };
    }

    private static boolean isOne(String wanted, String name) {
        return wanted.equals("*") || wanted.equals(name);
    }

    private static boolean isAsked(ObjectValue rule, Attributes request) {
        return request.path().isEmpty()
                ? rule.list("resourceRules").objects().stream().anyMatch(each -> isResource(each, request))
                : rule.list("nonResourceRules").objects().stream().anyMatch(each -> isPath(each, request));
    }

    private static boolean isResource(ObjectValue rule, Attributes request) {
        String resource =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        boolean placed = request.namespace().isEmpty()
                ? rule.bool("clusterScope")
                : has(rule.list("namespaces"), request.namespace());
        return placed
                && has(rule.list("verbs"), request.verb())
                && has(rule.list("apiGroups"), request.group())
                && has(rule.list("resources"), resource);
    }

    private static boolean isPath(ObjectValue rule, Attributes request) {
        return has(rule.list("verbs"), request.verb())
                && rule.list("nonResourceURLs").strings().stream().anyMatch(pattern -> covers(pattern, request.path()));
    }

    private static boolean covers(String pattern, String path) {
        if (pattern.equals("*") || pattern.equals(path)) {
            return true;
        }
        return pattern.endsWith("*") && path.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static boolean has(ListValue list, String text) {
        List<String> strings = list.strings();
        return strings.contains("*") || strings.contains(text);
    }
}

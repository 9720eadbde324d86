package dev.jarbor.server.auth.node;

import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.Store;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lets the agent of a node reach its own objects and what the pods on it use, and nothing of others.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/node/">Using Node authorization</a>
 */
public final class NodeAuthorizer implements Authorizer {
    private static final String LEASES = "kube-node-lease";

    private final Store store;
    private final Predicate<Attributes> rules;

    /** @param rules what every node may do, whatever runs on it */
    public NodeAuthorizer(Store store, Predicate<Attributes> rules) {
        this.store = store;
        this.rules = rules;
    }

    @Override
    public Decision decide(Attributes asked) {
        NodeIdentity node = NodeIdentity.of(asked.user());
        if (!node.isNode()) {
            return Decision.NO_OPINION;
        }
        if (node.name().isEmpty()) {
            return Decision.noOpinion("unknown node for user \"" + asked.user().name() + "\"");
        }
        if (!asked.isResourceRequest()) {
            return byRules(asked);
        }
        String name = node.name();
        String kind = asked.group().isEmpty() ? asked.resource() : asked.resource() + "." + asked.group();
        return switch (kind) {
            case "secrets", "configmaps" -> namespacedRead(name, asked);
            case "persistentvolumeclaims" ->
                asked.subresource().equals("status") ? statusUpdate(name, asked) : get(name, asked);
            case "persistentvolumes", "resourceclaims.resource.k8s.io", "volumeattachments.storage.k8s.io" ->
                get(name, asked);
            case "serviceaccounts" -> serviceAccount(name, asked);
            case "leases.coordination.k8s.io" -> lease(name, asked);
            case "csinodes.storage.k8s.io" -> csiNode(name, asked);
            case "resourceslices.resource.k8s.io" -> resourceSlice(name, asked);
            case "podcertificaterequests.certificates.k8s.io" -> podCertificateRequest(name, asked);
            case "nodes" -> node(name, asked);
            case "pods" -> pod(name, asked);
            default -> byRules(asked);
        };
    }

    @Override
    public Permissions permissions(User user, String namespace) {
        return NodeIdentity.of(user).isNode()
                ? Permissions.unlisted("node authorizer does not support user rule resolution")
                : Permissions.NONE;
    }

    private Decision byRules(Attributes asked) {
        return rules.test(asked) ? Decision.allow("") : Decision.NO_OPINION;
    }

    private Decision statusUpdate(String node, Attributes asked) {
        return isOneOf(asked, "update", "patch")
                ? related(node, asked)
                : Decision.noOpinion("can only get/update/patch this type");
    }

    private Decision get(String node, Attributes asked) {
        if (!asked.verb().equals("get")) {
            return Decision.noOpinion("can only get individual resources of this type");
        }
        return asked.subresource().isEmpty() ? related(node, asked) : Decision.noOpinion("cannot get subresource");
    }

    private Decision namespacedRead(String node, Attributes asked) {
        if (!isOneOf(asked, "get", "list", "watch")) {
            return Decision.noOpinion("can only read resources of this type");
        }
        if (!asked.subresource().isEmpty()) {
            return Decision.noOpinion("cannot read subresource");
        }
        return asked.namespace().isEmpty()
                ? Decision.noOpinion("can only read namespaced object of this type")
                : related(node, asked);
    }

    private Decision related(String node, Attributes asked) {
        if (asked.name().isEmpty()) {
            return Decision.noOpinion("No Object name found");
        }
        return new NodeRelations(store.snapshot(), node).reach(asked)
                ? Decision.allow("")
                : Decision.noOpinion("no relationship found between node '" + node + "' and this object");
    }

    /** Besides tokens, the account itself may be read: image credentials of a pod depend on it. */
    private Decision serviceAccount(String node, Attributes asked) {
        if (asked.verb().equals("get") && asked.subresource().isEmpty()) {
            return related(node, asked);
        }
        if (!asked.verb().equals("create") || asked.name().isEmpty()) {
            return Decision.noOpinion("can only create tokens for individual service accounts");
        }
        return asked.subresource().equals("token")
                ? related(node, asked)
                : Decision.noOpinion("can only create token subresource of serviceaccount");
    }

    private static Decision lease(String node, Attributes asked) {
        if (!isOneOf(asked, "get", "create", "update", "patch", "delete")) {
            return Decision.noOpinion("can only get, create, update, patch, or delete a node lease");
        }
        if (!asked.namespace().equals(LEASES)) {
            return Decision.noOpinion("can only access leases in the \"" + LEASES + "\" system namespace");
        }
        return asked.verb().equals("create") || asked.name().equals(node)
                ? Decision.allow("")
                : Decision.noOpinion("can only access node lease with the same name as the requesting node");
    }

    private static Decision csiNode(String node, Attributes asked) {
        if (!isOneOf(asked, "get", "create", "update", "patch", "delete")) {
            return Decision.noOpinion("can only get, create, update, patch, or delete a CSINode");
        }
        if (!asked.subresource().isEmpty()) {
            return Decision.noOpinion("cannot authorize CSINode subresources");
        }
        return asked.verb().equals("create") || asked.name().equals(node)
                ? Decision.allow("")
                : Decision.noOpinion("can only access CSINode with the same name as the requesting node");
    }

    private Decision resourceSlice(String node, Attributes asked) {
        if (!asked.subresource().isEmpty()) {
            return Decision.noOpinion("cannot authorize ResourceSlice subresources");
        }
        return switch (asked.verb()) {
            case "create" -> Decision.allow("");
            case "get", "update", "patch", "delete" -> related(node, asked);
            case "watch", "list", "deletecollection" ->
                selects(asked, List.of("spec.nodeName", "nodeName"), node)
                        ? Decision.allow("")
                        : Decision.noOpinion(
                                "can only list/watch/deletecollection resourceslices with nodeName field selector");
            default ->
                Decision.noOpinion("only the following verbs are allowed for a ResourceSlice: get, watch, list, create,"
                        + " update, patch, delete, deletecollection");
        };
    }

    private Decision podCertificateRequest(String node, Attributes asked) {
        if (!asked.subresource().isEmpty()) {
            return Decision.NO_OPINION;
        }
        return switch (asked.verb()) {
            case "create" -> Decision.allow("");
            case "get" -> related(node, asked);
            case "list", "watch" ->
                selects(asked, List.of("spec.nodeName"), node)
                        ? Decision.allow("")
                        : Decision.noOpinion(
                                "can only list/watch podcertificaterequests with spec.nodeName field selector");
            default -> Decision.NO_OPINION;
        };
    }

    /** What a node writes about others is refused by admission, which sees the object. */
    private static Decision node(String node, Attributes asked) {
        return switch (asked.subresource() + ":" + asked.verb()) {
            case ":create", ":update", ":patch", "status:update", "status:patch" -> Decision.allow("");
            case ":get", ":list", ":watch" -> {
                if (asked.name().equals(node)) {
                    yield Decision.allow("");
                }
                yield Decision.noOpinion(
                        asked.name().isEmpty()
                                ? "node '" + node + "' cannot read all nodes, only its own Node object"
                                : "node '" + node + "' cannot read '" + asked.name() + "', only its own Node object");
            }
            default -> Decision.NO_OPINION;
        };
    }

    private Decision pod(String node, Attributes asked) {
        return switch (asked.subresource() + ":" + asked.verb()) {
            case ":get" -> get(node, asked);
            case ":list", ":watch" -> {
                if (selects(asked, List.of("spec.nodeName"), node)) {
                    yield Decision.allow("");
                }
                yield asked.name().isEmpty()
                        ? Decision.noOpinion("can only list/watch pods with spec.nodeName field selector")
                        : related(node, asked);
            }
            case ":create", ":delete", "status:update", "status:patch", "eviction:create" -> Decision.allow("");
            default -> Decision.NO_OPINION;
        };
    }

    private static boolean selects(Attributes asked, List<String> fields, String node) {
        return asked.fields().stream()
                .anyMatch(term -> fields.contains(term.field())
                        && !term.negated()
                        && term.value().equals(node));
    }

    private static boolean isOneOf(Attributes asked, String... verbs) {
        return List.of(verbs).contains(asked.verb());
    }
}

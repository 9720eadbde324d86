package dev.jarbor.server.admission.policy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the params that a binding gives to its policy.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#parameter-resources">Parameter
 *     resources</a>
 */
final class Params {
    private final Registry registry;

    Params(Registry registry) {
        this.registry = registry;
    }

    /** What is wrong with how a policy or a binding is set up. */
    static final class Misconfigured extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misconfigured(String message) {
            super(message, null, false, false);
        }
    }

    /** The resource of the kind that a policy takes params of; empty where it takes none. */
    Optional<ServedResource> resource(ObjectValue policySpec) {
        ObjectValue kind = policySpec.object("paramKind");
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        GroupVersionKind wanted = GroupVersionKind.of(kind.string("apiVersion"), kind.string("kind"));
        return Optional.of(registry.served().stream()
                .filter(resource -> resource.isStored()
                        && resource.definition().groupVersionKind().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () -> new Misconfigured("failed to find resource referenced by paramKind: '" + wanted + "'")));
    }

    /**
     * The params, each of which the policy is evaluated with; one that is empty where the policy takes none, and no one
     * where they are not there and need not be.
     *
     * @throws Misconfigured where they cannot be told, or must be there and are not
     */
    List<ObjectValue> find(Optional<ServedResource> resource, ObjectValue bindingSpec, Review review) {
        ObjectValue reference = bindingSpec.object("paramRef");
        if (resource.isEmpty() || reference.isEmpty()) {
            return List.of(ObjectValue.EMPTY);
        }
        List<ObjectValue> found = found(resource.get(), reference, review);
        if (found.isEmpty() && reference.string("parameterNotFoundAction").equals("Deny")) {
            throw new Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private static List<ObjectValue> found(ServedResource resource, ObjectValue reference, Review review) {
        String namespace = namespace(resource, reference, review);
        String name = reference.string("name");
        if (!name.isEmpty()) {
            return review.now().get(resource.storage(), new ObjectKey(namespace, name)).map(resource::shown).stream()
                    .toList();
        }
        if (!reference.has("selector")) {
            throw new Misconfigured("one of name or selector must be provided");
        }
        Selector selector = selector(reference.object("selector"));
        var all = new ArrayList<ObjectValue>();
        review.now().all(resource.storage()).forEach((key, object) -> {
            boolean there = !resource.namespaced() || key.namespace().equals(namespace);
            if (there
                    && selector.matches(
                            object.object("metadata").object("labels").strings())) {
                all.add(resource.shown(object));
            }
        });
        return all;
    }

    private static String namespace(ServedResource resource, ObjectValue reference, Review review) {
        String named = reference.string("namespace");
        if (!resource.namespaced()) {
            if (!named.isEmpty()) {
                throw new Misconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            }
            return "";
        }
        String namespace = named.isEmpty() ? review.namespace() : named;
        if (namespace.isEmpty()) {
            throw new Misconfigured(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        return namespace;
    }

    private static Selector selector(ObjectValue selector) {
        try {
            return selector.isEmpty() ? Selector.everything() : Selector.ofObject(selector);
        } catch (InvalidSelectorException malformed) {
            throw new Misconfigured(malformed.getMessage() + ": " + Json.text(selector));
        }
    }
}

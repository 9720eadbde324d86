package dev.jarbor.cel.library;

import dev.jarbor.cel.value.Opaque;

/**
 * Answers what somebody may do: what is behind the variable {@code authorizer}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library">authorizer library</a>
 */
@FunctionalInterface
public interface Access {
    Decision decide(Check check);

    /** The variable {@code authorizer} for the user that this answers for. */
    static Object authorizer(Access access) {
        return new Principal(access, Account.NONE);
    }

    /** The variable {@code authorizer.requestResource}: a check of one resource. */
    static Object resource(
            Access access, String group, String resource, String subresource, String namespace, String name) {
        return new Question(
                "kubernetes.authorization.ResourceCheck",
                access,
                Check.of(Account.NONE, new Resource(group, resource, subresource, namespace, name, "", "")));
    }

    /** A service account that is asked for; {@link #NONE} for the user of the request. */
    record Account(String namespace, String name) {
        static final Account NONE = new Account("", "");

        public boolean isPresent() {
            return !name.isEmpty();
        }
    }

    /** A resource that is asked for; what is "" is left open. */
    record Resource(
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fieldSelector,
            String labelSelector) {
        static final Resource NONE = new Resource("", "", "", "", "", "", "");

        Resource withSubresource(String other) {
            return new Resource(group, resource, other, namespace, name, fieldSelector, labelSelector);
        }

        Resource withNamespace(String other) {
            return new Resource(group, resource, subresource, other, name, fieldSelector, labelSelector);
        }

        Resource withName(String other) {
            return new Resource(group, resource, subresource, namespace, other, fieldSelector, labelSelector);
        }

        Resource withFieldSelector(String other) {
            return new Resource(group, resource, subresource, namespace, name, other, labelSelector);
        }

        Resource withLabelSelector(String other) {
            return new Resource(group, resource, subresource, namespace, name, fieldSelector, other);
        }
    }

    /**
     * What is asked: whether an account may do something to a resource, or at a path.
     *
     * @param path "" where it is about a resource
     */
    record Check(Account account, String verb, Resource resource, String path) {
        static Check of(Account account, Resource resource) {
            return new Check(account, "", resource, "");
        }

        static Check of(Account account, String path) {
            return new Check(account, "", Resource.NONE, path);
        }

        Check withVerb(String other) {
            return new Check(account, other, resource, path);
        }
    }

    /** @param error why nothing could be decided, or "" */
    record Decision(boolean allowed, String reason, String error) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.authorization.Decision";
        }
    }

    /** Whom the answers are about. */
    record Principal(Access access, Account account) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.authorization.Authorizer";
        }
    }

    /** A check that is being put together. */
    record Question(String typeName, Access access, Check check) implements Opaque {}
}

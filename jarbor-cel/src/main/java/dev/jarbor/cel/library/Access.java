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
        return new Principal(access, "", "");
    }

    /** The variable {@code authorizer.requestResource}: a check of one resource. */
    static Object resource(
            Access access, String group, String resource, String subresource, String namespace, String name) {
        return new Question(
                "kubernetes.authorization.ResourceCheck",
                access,
                new Check("", "", "", group, resource, subresource, namespace, name, "", "", ""));
    }

    /**
     * What is asked. For a path the resource's parts are "".
     *
     * @param accountName the service account it is asked for, or "" for the user of the request
     */
    record Check(
            String accountNamespace,
            String accountName,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path,
            String fieldSelector,
            String labelSelector) {}

    /** @param error why nothing could be decided, or "" */
    record Decision(boolean allowed, String reason, String error) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.authorization.Decision";
        }
    }

    /** Whom the answers are about. */
    record Principal(Access access, String namespace, String name) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.authorization.Authorizer";
        }
    }

    /** A check that is being put together. */
    record Question(String typeName, Access access, Check check) implements Opaque {}
}

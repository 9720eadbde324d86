package dev.jarbor.controllers.common;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import java.util.List;
import java.util.Optional;

/**
 * Who owns an object, and who of them controls it: at most one owner has {@code controller: true}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners and
 *     Dependents</a>
 */
public final class Ownership {
    /** The name of the index that {@link #controllerIndex} is meant for. */
    public static final String BY_CONTROLLER = "controller";

    private static final String ORPHANS_OF = "orphans/";

    private Ownership() {}

    /** The owner that controls {@code object}. */
    public static Optional<OwnerReference> controllerOf(KubeObject object) {
        return object.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .findFirst();
    }

    public static boolean isControlledBy(KubeObject object, KubeObject owner) {
        return controllerOf(object)
                .filter(reference -> reference.uid().equals(owner.metadata().uid()))
                .isPresent();
    }

    /** The reference by which {@code owner} controls what it makes. */
    public static OwnerReference controllerReference(Kind<?> kind, KubeObject owner) {
        return OwnerReference.EMPTY
                .withApiVersion(kind.apiVersion())
                .withKind(kind.name())
                .withName(owner.name())
                .withUid(owner.metadata().uid())
                .withController(true)
                .withBlockOwnerDeletion(true);
    }

    /** Whether {@code object} is on its way out. */
    public static boolean isDeleting(KubeObject object) {
        return object.metadata().hasDeletionTimestamp();
    }

    /** Index values: the uid of the controller, or one value a namespace for what nobody controls. */
    public static List<String> controllerIndex(KubeObject object) {
        return List.of(controllerOf(object).map(OwnerReference::uid).orElse(ORPHANS_OF + object.namespace()));
    }

    /** The value under which {@link #controllerIndex} keeps what nobody controls in {@code namespace}. */
    public static String orphansIn(String namespace) {
        return ORPHANS_OF + namespace;
    }

    /** {@code metadata} of a new object that {@code owner} controls, in its namespace. */
    public static ObjectMeta controlled(ObjectMeta metadata, Kind<?> kind, KubeObject owner) {
        return metadata.withNamespace(owner.namespace()).withOwnerReferences(List.of(controllerReference(kind, owner)));
    }
}

package dev.jarbor.controllers.common;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.select.Selector;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

    /**
     * Which owners of {@code kind} to look at after a change of something that they own: its controller, the one that it had
     * before, and where nobody controls it all that would like to have it.
     */
    public static <T extends KubeObject, O extends KubeObject> List<ObjectKey> concerned(
            Change<T> change, Kind<O> kind, Informer<O> owners, Function<O, Selector> selector) {
        T object = change.object();
        var keys = new ArrayList<ObjectKey>();
        if (change instanceof Change.Updated<T>(T before, T after)
                && !controllerOf(before).equals(controllerOf(after))) {
            controllerOf(before)
                    .flatMap(reference -> owner(reference, kind, object))
                    .ifPresent(keys::add);
        }
        Optional<OwnerReference> controller = controllerOf(object);
        if (controller.isPresent()) {
            controller.flatMap(reference -> owner(reference, kind, object)).ifPresent(keys::add);
        } else if (!isDeleting(object)) {
            owners.list(object.namespace()).stream()
                    .filter(owner ->
                            selector.apply(owner).matches(object.metadata().labels()))
                    .map(KubeObject::key)
                    .forEach(keys::add);
        }
        return keys;
    }

    private static Optional<ObjectKey> owner(OwnerReference reference, Kind<?> kind, KubeObject owned) {
        return reference.kind().equals(kind.name()) && reference.apiVersion().equals(kind.apiVersion())
                ? Optional.of(new ObjectKey(owned.namespace(), reference.name()))
                : Optional.empty();
    }
}

package dev.jarbor.controllers.common;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.Category;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which objects belong to an owner with a selector: it keeps what it controls and selects, adopts what it selects and
 * nobody controls, and releases what it controls and no longer selects.
 *
 * @param kind of what is claimed
 * @param ownerKind of who claims
 * @param finalizer what the claimed carries as long as it is claimed; "" for nothing
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet: non-template Pod
 *     acquisitions</a>
 */
public record Claims<T extends KubeObject, O extends KubeObject>(
        Api api, Kind<T> kind, Kind<O> ownerKind, String finalizer) {
    /** Without a finalizer. */
    public Claims(Api api, Kind<T> kind, Kind<O> ownerKind) {
        this(api, kind, ownerKind, "");
    }

    /** What an owner makes of one object. */
    public enum Decision {
        KEEP,
        ADOPT,
        RELEASE,
        IGNORE
    }

    /** The rule alone. */
    public static Decision decide(KubeObject owner, Selector selector, KubeObject object) {
        boolean selected = selector.matches(object.metadata().labels());
        Optional<OwnerReference> controller = Ownership.controllerOf(object);
        if (controller.isPresent()) {
            if (!controller.get().uid().equals(owner.metadata().uid())) {
                return Decision.IGNORE;
            }
            if (selected) {
                return Decision.KEEP;
            }
            return Ownership.isDeleting(owner) ? Decision.IGNORE : Decision.RELEASE;
        }
        boolean adoptable = selected
                && !Ownership.isDeleting(owner)
                && !Ownership.isDeleting(object)
                && object.namespace().equals(owner.namespace());
        return adoptable ? Decision.ADOPT : Decision.IGNORE;
    }

    /** Settles ownership of {@code candidates} and returns those that are {@code owner}'s from now on, in their order. */
    public List<T> settle(O owner, Selector selector, List<T> candidates) {
        var mine = new ArrayList<T>();
        boolean confirmed = false;
        for (T object : candidates) {
            switch (decide(owner, selector, object)) {
                case KEEP -> mine.add(object);
                case IGNORE -> {}
                case RELEASE -> release(owner, object);
                case ADOPT -> {
                    // The copy of the owner may be old: one that is gone must not take anything with it.
                    confirmed = confirmed || confirm(owner);
                    if (confirmed) {
                        adopt(owner, object).ifPresent(mine::add);
                    }
                }
            }
        }
        return List.copyOf(mine);
    }

    private boolean confirm(O owner) {
        return api.find(ownerKind, owner.key())
                .filter(live -> live.metadata().uid().equals(owner.metadata().uid()))
                .filter(live -> !Ownership.isDeleting(live))
                .isPresent();
    }

    private Optional<T> adopt(O owner, T object) {
        ObjectValue reference = Ownership.controllerReference(ownerKind, owner).value();
        return patch(object, reference, "finalizers");
    }

    private void release(O owner, T object) {
        ObjectValue reference = ObjectValue.builder()
                .put("$patch", "delete")
                .put("uid", owner.metadata().uid())
                .build();
        patch(object, reference, "$deleteFromPrimitiveList/finalizers");
    }

    /** Changes one owner reference; empty where the object is gone or another of its name has taken its place. */
    private Optional<T> patch(T object, ObjectValue reference, String finalizers) {
        var metadata = ObjectValue.builder()
                .put("uid", object.metadata().uid())
                .put("ownerReferences", ListValue.of(reference));
        if (!finalizer.isEmpty()) {
            metadata.put(finalizers, ListValue.ofStrings(List.of(finalizer)));
        }
        try {
            return Optional.of(
                    api.patch(kind, object.key(), Patch.strategic(ObjectValue.of("metadata", metadata.build()))));
        } catch (ApiException refused) {
            if (refused.isNotFound() || refused.category() == Category.INVALID || refused.isConflict()) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}

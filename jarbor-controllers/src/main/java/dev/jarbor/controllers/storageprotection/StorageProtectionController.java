package dev.jarbor.controllers.storageprotection;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.Optional;

/**
 * Takes away the finalizer by which admission protects claims, volumes and their attribute classes, once a deleted one is
 * used by nobody. Whether it is used is asked on the server: a copy may not have heard of the newest user.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection">Storage
 *     Object in Use Protection</a>
 */
public final class StorageProtectionController implements ControlLoop {
    private static final String NAME = "persistentvolumeclaim-protection-controller";
    private static final int WORKERS = 2;

    private static final Kind<GenericObject> CLAIMS =
            Kind.generic("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);
    private static final Kind<GenericObject> VOLUMES =
            Kind.generic("", "v1", "PersistentVolume", "persistentvolumes", false);
    private static final Kind<GenericObject> CLASSES =
            Kind.generic("storage.k8s.io", "v1", "VolumeAttributesClass", "volumeattributesclasses", false);

    private final Api api;
    private final Informers informers;
    private final Informer<GenericObject> classes;
    private final WorkQueue<Item> queue;

    private record Item(Kind<GenericObject> kind, ObjectKey key) {}

    public StorageProtectionController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.informers = informers;
        this.queue = new WorkQueue<>(NAME, runtime, WORKERS, this::reconcile);
        this.classes = informers.of(CLASSES);
        List.of(CLAIMS, VOLUMES, CLASSES).forEach(kind -> informers.of(kind).onChange(change -> changed(kind, change)));
        informers.of(Pod.KIND).onChange(this::podChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    @Override
    public void close() {
        queue.close();
    }

    private void changed(Kind<GenericObject> kind, Change<GenericObject> change) {
        if (isProtected(kind, change.object())) {
            queue.add(new Item(kind, change.object().key()));
        }
        if (!kind.equals(CLASSES)) {
            classes.list().stream()
                    .filter(one -> isProtected(CLASSES, one))
                    .forEach(one -> queue.add(new Item(CLASSES, one.key())));
        }
    }

    /** A pod that has gone may have been the last user of its claims. */
    private void podChanged(Change<Pod> change) {
        if (change instanceof Change.Deleted<Pod> || InUse.isShutDown(change.object())) {
            PodClaims.keys(change.object()).forEach(claim -> queue.add(new Item(CLAIMS, claim)));
        }
    }

    private static String finalizer(Kind<GenericObject> kind) {
        if (kind.equals(CLAIMS)) {
            return "kubernetes.io/pvc-protection";
        }
        return kind.equals(VOLUMES) ? "kubernetes.io/pv-protection" : "kubernetes.io/vac-protection";
    }

    /** Whether only the protection may still keep it. */
    private static boolean isProtected(Kind<GenericObject> kind, GenericObject object) {
        return Ownership.isDeleting(object) && object.metadata().finalizers().contains(finalizer(kind));
    }

    private Outcome reconcile(Item item) {
        Optional<GenericObject> found = api.find(item.kind(), item.key()).filter(one -> isProtected(item.kind(), one));
        if (found.isPresent() && !isUsed(item.kind(), found.get())) {
            release(item, found.get());
        }
        return Outcome.DONE;
    }

    private boolean isUsed(Kind<GenericObject> kind, GenericObject object) {
        if (kind.equals(CLAIMS)) {
            var claim = new PersistentVolumeClaim(object.value());
            return api.list(Pod.KIND, object.namespace(), Query.NONE).items().stream()
                    .anyMatch(pod -> InUse.uses(pod, claim));
        }
        if (kind.equals(VOLUMES)) {
            return InUse.isBound(object);
        }
        return List.of(CLAIMS, VOLUMES).stream()
                .flatMap(holders -> api.list(holders, "", Query.NONE).items().stream())
                .anyMatch(holder -> InUse.hasClass(holder, object.name()));
    }

    private void release(Item item, GenericObject object) {
        List<String> kept = object.metadata().finalizers().stream()
                .filter(name -> !name.equals(finalizer(item.kind())))
                .toList();
        ObjectValue metadata = ObjectValue.builder()
                .put("uid", object.metadata().uid())
                .put("resourceVersion", object.metadata().resourceVersion())
                .put("finalizers", ListValue.ofStrings(kept))
                .build();
        IfThere.write(
                () -> api.patch(item.kind(), item.key(), Patch.merge(ObjectValue.EMPTY.with("metadata", metadata))));
    }
}

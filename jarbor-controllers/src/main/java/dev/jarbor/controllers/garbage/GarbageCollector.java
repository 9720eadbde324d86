package dev.jarbor.controllers.garbage;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.garbage.OwnerGraph.Dependent;
import dev.jarbor.controllers.garbage.OwnerGraph.Item;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Deletes objects whose owners are all gone, and carries out deletions in the foreground and with orphans. What the copy
 * shows only raises a suspicion; before anything is deleted, the object and each missing owner are asked for on the
 * server, and the deletion holds only for the version that was judged.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage Collection</a>
 */
public final class GarbageCollector implements ControlLoop {
    private static final int WORKERS = 20;
    private static final String NAME = "garbage-collector-controller";

    private final Api api;
    private final Informers informers;
    private final EventRecorder events;
    private final List<ResourceDefinition> resources;
    private final WorkQueue<Item> queue;
    private final FollowedKinds followed;
    private final CustomOwners custom;
    private final AggregatedOwners aggregated;
    private final AbsentOwners absent = new AbsentOwners();
    private Optional<OwnerGraph> graph = Optional.empty();

    /** @param resources what the cluster serves, such as {@code Schemas.builtIn().resources()} */
    public GarbageCollector(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            List<ResourceDefinition> resources,
            MetricRegistry metrics) {
        this.api = api;
        this.informers = informers;
        this.events = events;
        this.resources = List.copyOf(resources);
        this.queue = new WorkQueue<>(NAME, runtime, WORKERS, this::reconcile);
        Counter errors = metrics.counter(
                "garbagecollector_controller_resources_sync_error_total",
                "Number of garbage collector resources sync errors");
        this.followed = new FollowedKinds(api, runtime, this::graph, queue::add, errors::increment);
        this.custom = new CustomOwners(runtime, followed);
        this.aggregated = new AggregatedOwners(api, informers, runtime, followed);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /**
     * Asks for its informers only here: it needs those of every kind, and the loops started before it need not wait until
     * all of them have caught up.
     */
    @Override
    public void start() {
        graph = Optional.of(new OwnerGraph(informers, resources, this::changed));
        informers.of(CustomResourceDefinition.KIND).onChange(custom::changed);
        informers.whenSynced(() -> {
            queue.start();
            aggregated.start();
        });
    }

    @Override
    public void close() {
        aggregated.close();
        followed.close();
        queue.close();
    }

    private OwnerGraph graph() {
        return graph.orElseThrow();
    }

    private void changed(Kind<GenericObject> kind, Change<GenericObject> change) {
        GenericObject object = change.object();
        if (change instanceof Change.Updated<GenericObject>(GenericObject before, GenericObject after)) {
            if (sameTies(before, after)) {
                return;
            }
            // Also those that it has been let go by.
            enqueueWaitingOwners(before);
        }
        boolean concerned = !(change instanceof Change.Deleted<GenericObject>) && isCandidate(object);
        if (concerned) {
            queue.add(new Item(kind, object.key()));
        }
        if (change instanceof Change.Added<GenericObject> && !object.namespace().isEmpty()) {
            // Only now it can be seen that it is not where they look for it.
            graph.ifPresent(known -> known.dependents(object.metadata().uid()).stream()
                    .filter(dependent -> !dependent.object().namespace().equals(object.namespace()))
                    .forEach(dependent -> queue.add(dependent.item())));
        }
        // Owners may wait for this dependent to go, or to block them no longer.
        enqueueWaitingOwners(object);
        if (change instanceof Change.Deleted<GenericObject>) {
            graph.ifPresent(known ->
                    known.dependents(object.metadata().uid()).forEach(dependent -> queue.add(dependent.item())));
        }
    }

    /** Most changes, as those of a status, leave owners and deletion as they were. */
    private static boolean sameTies(GenericObject before, GenericObject after) {
        ObjectMeta was = before.metadata();
        ObjectMeta is = after.metadata();
        return was.value().list("ownerReferences").equals(is.value().list("ownerReferences"))
                && was.value().list("finalizers").equals(is.value().list("finalizers"))
                && was.hasDeletionTimestamp() == is.hasDeletionTimestamp();
    }

    private static boolean isCandidate(GenericObject object) {
        return !object.metadata().ownerReferences().isEmpty() || isDeletingWithDependents(object);
    }

    private static boolean isDeletingWithDependents(GenericObject object) {
        List<String> finalizers = object.metadata().finalizers();
        return Ownership.isDeleting(object)
                && (finalizers.contains(Verdict.FOREGROUND) || finalizers.contains(Verdict.ORPHAN));
    }

    private static boolean isWaiting(GenericObject object) {
        return Ownership.isDeleting(object) && object.metadata().finalizers().contains(Verdict.FOREGROUND);
    }

    private void enqueueWaitingOwners(GenericObject object) {
        graph.ifPresent(known -> object.metadata()
                .ownerReferences()
                .forEach(reference -> known.owner(reference, object.namespace())
                        .filter(GarbageCollector::isWaiting)
                        .ifPresent(owner ->
                                known.kind(reference).ifPresent(kind -> queue.add(new Item(kind, owner.key()))))));
    }

    private Outcome reconcile(Item item) {
        if (!isSuspect(item)) {
            return Outcome.DONE;
        }
        Optional<GenericObject> live = api.find(item.kind(), item.key());
        if (live.isEmpty()) {
            return Outcome.DONE;
        }
        GenericObject object = live.get();
        String uid = object.metadata().uid();
        IfThere.write(() -> {
            switch (Verdict.of(object, owners(object), graph().hasDependents(uid))) {
                case Verdict.Keep keep -> {}
                case Verdict.DeleteDependents all -> deleteDependents(item, object);
                case Verdict.OrphanDependents all -> orphanDependents(item, object);
                case Verdict.Disown(List<String> uids) -> disown(item, object, uids);
                case Verdict.Delete(String propagation) -> delete(item, object, propagation);
            }
        });
        return Outcome.DONE;
    }

    /** Whether the copy leaves any doubt. Most objects have owners that are there; they cost no request. */
    private boolean isSuspect(Item item) {
        Optional<GenericObject> shown = graph().get(item);
        return shown.isPresent()
                && (isDeletingWithDependents(shown.get())
                        || shown.get().metadata().ownerReferences().stream()
                                .anyMatch(reference -> graph().owner(
                                                reference, shown.get().namespace())
                                        .filter(owner -> !isWaiting(owner))
                                        .isEmpty()));
    }

    private Map<String, Verdict.Owner> owners(GenericObject object) {
        var states = new TreeMap<String, Verdict.Owner>();
        for (OwnerReference reference : object.metadata().ownerReferences()) {
            states.put(reference.uid(), state(object, reference));
        }
        return states;
    }

    private Verdict.Owner state(GenericObject object, OwnerReference reference) {
        Optional<Kind<GenericObject>> known = graph().kind(reference);
        if (known.isEmpty()) {
            return Verdict.Owner.UNKNOWN;
        }
        Kind<GenericObject> kind = known.get();
        warnIfElsewhere(object, reference);
        if (kind.namespaced() && object.namespace().isEmpty()) {
            // A namespaced owner cannot be found from outside of namespaces, so nobody can say that it is gone.
            return Verdict.Owner.UNKNOWN;
        }
        var key = new ObjectKey(kind.namespaced() ? object.namespace() : "", reference.name());
        if (absent.has(reference, key.namespace())) {
            return Verdict.Owner.ABSENT;
        }
        boolean ofAnotherServer = aggregated.concerns(kind);
        Optional<GenericObject> owner =
                api.find(kind, key).filter(found -> found.metadata().uid().equals(reference.uid()));
        if (owner.isEmpty()) {
            if (ofAnotherServer && !aggregated.isServed(kind)) {
                return Verdict.Owner.UNKNOWN;
            }
            absent.add(reference, key.namespace());
            return Verdict.Owner.ABSENT;
        }
        return isWaiting(owner.get()) ? Verdict.Owner.WAITING : Verdict.Owner.SOLID;
    }

    /** An owner in a namespace can only own within that. */
    private void warnIfElsewhere(GenericObject object, OwnerReference reference) {
        if (graph().elsewhere(reference)
                .filter(owner ->
                        !owner.namespace().isEmpty() && !owner.namespace().equals(object.namespace()))
                .isPresent()) {
            warn(object, reference);
        }
    }

    private void warn(GenericObject object, OwnerReference reference) {
        events.warning(
                object,
                "OwnerRefInvalidNamespace",
                "ownerRef [" + reference.apiVersion() + "/" + reference.kind() + ", namespace: " + object.namespace()
                        + ", name: " + reference.name() + ", uid: " + reference.uid()
                        + "] does not exist in namespace \""
                        + object.namespace() + "\"");
    }

    /** Asks everything below to go; what blocks is waited for, and comes back here when it is gone. */
    private void deleteDependents(Item item, GenericObject object) {
        String uid = object.metadata().uid();
        List<Dependent> blocking = graph().dependents(uid).stream()
                .filter(dependent -> dependent.blocks(uid))
                .toList();
        if (blocking.isEmpty()) {
            removeFinalizer(item, object, Verdict.FOREGROUND);
            return;
        }
        unlockCycle(item, object, blocking);
        blocking.forEach(dependent -> queue.add(dependent.item()));
    }

    /** Objects that own each other would wait for each other for ever: one that waits itself blocks nobody any more. */
    private void unlockCycle(Item item, GenericObject object, List<Dependent> blocking) {
        boolean cycle = blocking.stream().anyMatch(dependent -> isWaiting(dependent.object()))
                && object.metadata().ownerReferences().stream()
                        .filter(OwnerReference::blockOwnerDeletion)
                        .anyMatch(reference -> graph().owner(reference, object.namespace())
                                .filter(GarbageCollector::isWaiting)
                                .isPresent());
        if (cycle) {
            patch(
                    item,
                    object,
                    "ownerReferences",
                    ListValue.of(object.metadata().ownerReferences().stream()
                            .map(reference ->
                                    reference.withBlockOwnerDeletion(false).value())
                            .toList()));
        }
    }

    private void orphanDependents(Item item, GenericObject object) {
        String uid = object.metadata().uid();
        for (Dependent dependent : graph().dependents(uid)) {
            api.find(dependent.item().kind(), dependent.item().key())
                    .ifPresent(live -> disown(dependent.item(), live, List.of(uid)));
        }
        removeFinalizer(item, object, Verdict.ORPHAN);
    }

    private void disown(Item item, GenericObject object, List<String> uids) {
        List<ObjectValue> kept = object.metadata().ownerReferences().stream()
                .filter(reference -> !uids.contains(reference.uid()))
                .map(OwnerReference::value)
                .toList();
        if (kept.size() < object.metadata().ownerReferences().size()) {
            patch(item, object, "ownerReferences", ListValue.of(kept));
        }
    }

    private void removeFinalizer(Item item, GenericObject object, String finalizer) {
        List<String> kept = object.metadata().finalizers().stream()
                .filter(name -> !name.equals(finalizer))
                .toList();
        patch(item, object, "finalizers", ListValue.ofStrings(kept));
    }

    /** Replaces one list of the metadata, if the object is still the version that was judged. */
    private void patch(Item item, GenericObject object, String field, ListValue list) {
        ObjectValue metadata = ObjectValue.builder()
                .put("uid", object.metadata().uid())
                .put("resourceVersion", object.metadata().resourceVersion())
                .put(field, list)
                .build();
        api.patch(item.kind(), item.key(), Patch.merge(ObjectValue.EMPTY.with("metadata", metadata)));
    }

    private void delete(Item item, GenericObject object, String propagation) {
        api.delete(
                item.kind(),
                item.key(),
                DeleteOptions.NONE
                        .ifUid(object.metadata().uid())
                        .ifResourceVersion(object.metadata().resourceVersion())
                        .propagation(propagation));
    }
}

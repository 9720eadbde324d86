package dev.jarbor.controllers.resourceclaim;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaim;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.api.resource.v1.ResourceClaimStatus;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
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
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the claims of devices that pods ask for by a template, reserves allocated claims for pods that were placed without the
 * scheduler, and releases claims whose pods are done.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
public final class ResourceClaimController implements ControlLoop {
    private static final String NAME = "resourceclaim-controller";
    private static final int WORKERS = 2;
    private static final String BY_OWNER = "uid of the controlling owner";

    private final Api api;
    private final Informers informers;
    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final Informer<ResourceClaim> claims;
    private final Informer<ResourceClaimTemplate> templates;
    private final ClaimMetrics metrics;
    private final WorkQueue<Item> queue;

    /** A pod or a claim. */
    private record Item(boolean pod, ObjectKey key) {}

    public ResourceClaimController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public ResourceClaimController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.informers = informers;
        this.events = events;
        this.pods = informers.of(Pod.KIND);
        this.claims = informers
                .of(ResourceClaim.KIND)
                .index(
                        BY_OWNER,
                        claim -> Ownership.controllerOf(claim).stream()
                                .map(OwnerReference::uid)
                                .toList());
        this.templates = informers.of(ResourceClaimTemplate.KIND);
        this.metrics = new ClaimMetrics(registry, claims::list);
        this.queue = new WorkQueue<>(NAME, runtime, WORKERS, this::reconcile);
        pods.onChange(this::podChanged);
        claims.onChange(change -> claimChanged(change.object()));
        templates.onChange(change -> templateChanged(change.object()));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        if (!PodClaims.mayHaveClaims(pod)) {
            return;
        }
        if (change instanceof Change.Deleted<Pod> || PodClaims.isDone(pod)) {
            PodClaims.names(pod).forEach(name -> queue.add(new Item(false, new ObjectKey(pod.namespace(), name))));
            // Those that were made for it too, of which it may not have been told.
            claims.by(BY_OWNER, pod.metadata().uid()).forEach(claim -> queue.add(new Item(false, claim.key())));
        } else {
            queue.add(new Item(true, pod.key()));
        }
    }

    private void claimChanged(ResourceClaim claim) {
        queue.add(new Item(false, claim.key()));
        pods.list(claim.namespace()).stream()
                .filter(pod -> pod.spec().hasResourceClaims())
                .filter(pod -> PodClaims.names(pod).contains(claim.name()))
                .forEach(pod -> queue.add(new Item(true, pod.key())));
    }

    private void templateChanged(ResourceClaimTemplate template) {
        pods.list(template.namespace()).stream()
                .filter(pod -> pod.spec().resourceClaims().stream()
                        .anyMatch(claim -> claim.resourceClaimTemplateName().equals(template.name())))
                .forEach(pod -> queue.add(new Item(true, pod.key())));
    }

    private Outcome reconcile(Item item) {
        if (item.pod()) {
            pods.get(item.key()).filter(PodClaims::wantsClaims).ifPresent(this::serve);
        } else {
            claims.get(item.key()).ifPresent(this::release);
        }
        return Outcome.DONE;
    }

    private void serve(Pod pod) {
        for (PodResourceClaim claim : pod.spec().resourceClaims()) {
            boolean known = pod.status().resourceClaimStatuses().stream()
                    .anyMatch(status -> status.name().equals(claim.name()));
            if (claim.hasResourceClaimTemplateName() && !known) {
                try {
                    tell(pod, claim, find(pod, claim).orElseGet(() -> make(pod, claim)));
                } catch (ApiException refused) {
                    events.warning(
                            pod,
                            "FailedResourceClaimCreation",
                            "PodResourceClaim " + claim.name() + ": " + refused.getMessage());
                    throw refused;
                }
            }
        }
        if (!pod.spec().nodeName().isEmpty()) {
            PodClaims.names(pod).forEach(name -> reserve(pod, new ObjectKey(pod.namespace(), name)));
        }
    }

    /** The claim of an earlier pass that was stopped before it told the pod; the copy may not show it yet. */
    private Optional<ResourceClaim> find(Pod pod, PodResourceClaim claim) {
        return PodClaims.made(
                pod,
                claim,
                api.list(ResourceClaim.KIND, pod.namespace(), Query.NONE).items());
    }

    private ResourceClaim make(Pod pod, PodResourceClaim claim) {
        ObjectKey key = PodClaims.templateOf(pod, claim);
        ResourceClaimTemplate template = templates.get(key).orElseGet(() -> api.get(ResourceClaimTemplate.KIND, key));
        ResourceClaim wanted = PodClaims.fromTemplate(pod, claim, template);
        boolean made = false;
        try {
            ResourceClaim created = api.create(ResourceClaim.KIND, wanted);
            made = true;
            return created;
        } finally {
            metrics.created(wanted, made);
        }
    }

    private void tell(Pod pod, PodResourceClaim claim, ResourceClaim made) {
        PodResourceClaimStatus status =
                PodResourceClaimStatus.EMPTY.withName(claim.name()).withResourceClaimName(made.name());
        ObjectValue patch =
                ObjectValue.of("status", ObjectValue.of("resourceClaimStatuses", ListValue.of(status.value())));
        api.patch(Pod.KIND, pod.key(), "status", Patch.strategic(patch));
    }

    /** For pods that were bound by somebody who knows nothing of claims; only what is allocated can be reserved. */
    private void reserve(Pod pod, ObjectKey key) {
        Optional<ResourceClaim> found =
                claims.get(key).filter(claim -> claim.status().hasAllocation());
        if (found.isEmpty()) {
            return;
        }
        ResourceClaim claim = found.get();
        boolean reserved = claim.status().reservedFor().stream()
                .anyMatch(user -> user.uid().equals(pod.metadata().uid()));
        if (!reserved) {
            var users = new ArrayList<>(claim.status().reservedFor());
            users.add(ResourceClaimConsumerReference.EMPTY
                    .withResource("pods")
                    .withName(pod.name())
                    .withUid(pod.metadata().uid()));
            api.updateStatus(ResourceClaim.KIND, claim.withStatus(claim.status().withReservedFor(users)));
        }
    }

    private void release(ResourceClaim claim) {
        // A pod that the copy does not know may be newer than the copy.
        Reservation reservation = Reservation.of(claim, key -> {
            Optional<Pod> known = pods.get(key);
            return known.isPresent() ? known : api.find(Pod.KIND, key);
        });
        ResourceClaim current = claim;
        if (reservation.changed() || reservation.deallocated()) {
            ResourceClaimStatus status = reservation.users().isEmpty()
                    ? claim.status().withoutReservedFor()
                    : claim.status().withReservedFor(reservation.users());
            if (reservation.deallocated()) {
                status = status.withoutAllocation().withoutDevices();
            }
            current = api.updateStatus(ResourceClaim.KIND, claim.withStatus(status));
        }
        if (reservation.unprotected()) {
            List<String> finalizers = current.metadata().finalizers().stream()
                    .filter(finalizer -> !finalizer.equals(Reservation.FINALIZER))
                    .toList();
            api.update(
                    ResourceClaim.KIND, current.withMetadata(current.metadata().withFinalizers(finalizers)));
        }
        if (reservation.deleted()) {
            delete(claim.key());
        }
    }

    private void delete(ObjectKey key) {
        IfThere.write(() -> api.delete(ResourceClaim.KIND, key));
    }
}

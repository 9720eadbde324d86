package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodExtendedResourceClaimStatus;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.api.resource.v1.ResourceClaimStatus;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Patch;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.cluster.DeviceCatalog;
import dev.jarbor.scheduler.devices.DevicesInUse;
import dev.jarbor.scheduler.devices.ExpressionCache;
import dev.jarbor.scheduler.devices.Slices;
import dev.jarbor.scheduler.plugins.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes {@link DevicePlan}s: what a claim gets, and that a pod uses it. Until the copies show what was decided, decisions
 * see it here, so that no device is promised twice.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4381-dra-structured-parameters">KEP-4381</a>
 */
public final class DeviceBinder implements DeviceCatalog {
    /** Keeps a claim while something is allocated for it. */
    static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    /** How often a write is tried that others were faster with. */
    private static final int MOST_TRIES = 5;

    private static final String SLICE = "resource.k8s.io/ResourceSlice";

    private final Api api;
    private final Runtime runtime;
    private final DeviceMetrics metrics;
    private final Informer<ResourceClaim> claims;
    private final Informer<DeviceClass> classes;
    private final Informer<ResourceSlice> slices;
    /** Rules that taint devices: one informer, or none where the cluster has no such rules. */
    private final List<Informer<DeviceTaintRule>> rules;
    /** What pods have been promised, until it is written or taken back. Bounded by the pods that are being bound. */
    private final Map<ObjectKey, DevicePlan> plans = new ConcurrentHashMap<>();
    /** Claims as they will be, for those that get their devices now. */
    private final Map<ObjectKey, ResourceClaim> promised = new ConcurrentHashMap<>();
    /** Claims as they were written, until the copy has them too. Bounded by the claims there are. */
    private final Map<ObjectKey, ResourceClaim> written = new ConcurrentHashMap<>();

    /** Claims that were made for pods that are being bound. */
    private final Map<ObjectKey, ObjectKey> made = new ConcurrentHashMap<>();

    private final ExpressionCache expressions = new ExpressionCache();
    private Optional<Slices> arranged = Optional.empty();
    private Optional<DevicesInUse> counted = Optional.empty();

    /**
     * @param tainted whether the cluster has rules that taint devices
     * @param profile the name of the scheduler, for its metrics
     */
    public DeviceBinder(
            Api api, Informers informers, Runtime runtime, boolean tainted, MetricRegistry registry, String profile) {
        this.metrics = new DeviceMetrics(registry, profile);
        this.api = api;
        this.runtime = runtime;
        this.claims = informers.of(ResourceClaim.KIND);
        this.classes = informers.of(DeviceClass.KIND);
        this.slices = informers.of(ResourceSlice.KIND);
        this.rules = tainted ? List.of(informers.of(DeviceTaintRule.KIND)) : List.of();
        claims.onChange(this::seen);
    }

    private void seen(Change<ResourceClaim> change) {
        ResourceClaim claim = change.object();
        if (change instanceof Change.Deleted<ResourceClaim>) {
            written.remove(claim.key());
        } else {
            written.computeIfPresent(claim.key(), (key, known) -> version(known) > version(claim) ? known : null);
        }
    }

    /** Calls {@code changed} whenever a pod may find its devices. */
    public void onChange(Consumer<ClusterEvent> changed) {
        claims.onChange(change -> changed.accept(ClusterEvent.of("resource.k8s.io/ResourceClaim", change)));
        classes.onChange(change -> changed.accept(ClusterEvent.of("resource.k8s.io/DeviceClass", change)));
        slices.onChange(change -> changed.accept(ClusterEvent.of(SLICE, change)));
        // A rule makes slices say something else.
        rules.forEach(informer -> informer.onChange(change -> changed.accept(new ClusterEvent(SLICE, "Update"))));
    }

    /** What was known of slices and claims is looked up again. */
    public void refresh() {
        arranged = Optional.empty();
        counted = Optional.empty();
    }

    @Override
    public Optional<ResourceClaim> claim(ObjectKey key) {
        Optional<ResourceClaim> seen = claims.get(key);
        ResourceClaim known = written.get(key);
        return seen.map(claim -> known != null && version(known) > version(claim) ? known : claim);
    }

    @Override
    public boolean isBeingAllocated(ResourceClaim claim) {
        return promised.containsKey(claim.key());
    }

    @Override
    public Optional<DeviceClass> deviceClass(String name) {
        return classes.get(ObjectKey.cluster(name));
    }

    @Override
    public Optional<DeviceClass> classOfResource(String resource) {
        return resource.indexOf('/') < 0 ? Optional.empty() : ExtendedResources.classOf(resource, classes.list());
    }

    @Override
    public Slices slices() {
        if (arranged.isEmpty()) {
            List<DeviceTaintRule> all =
                    rules.stream().flatMap(informer -> informer.list().stream()).toList();
            arranged = Optional.of(Slices.of(slices.list(), all));
        }
        return arranged.get();
    }

    @Override
    public DevicesInUse inUse() {
        if (counted.isEmpty()) {
            var current = new TreeMap<ObjectKey, ResourceClaim>();
            claims.list().forEach(seen -> current.put(seen.key(), seen));
            written.forEach((key, claim) ->
                    current.merge(key, claim, (seen, ours) -> version(ours) > version(seen) ? ours : seen));
            current.putAll(promised);
            counted = Optional.of(DevicesInUse.of(current.values().stream()
                    .filter(claim -> claim.status().hasAllocation())
                    .map(claim -> claim.status().allocation())
                    .toList()));
        }
        return counted.get();
    }

    @Override
    public ExpressionCache expressions() {
        return expressions;
    }

    /** Why {@code pod} cannot be tried at all yet; "" where it can. */
    public String objection(Pod pod) {
        return pod.spec().hasResourceClaims()
                ? DeviceClaims.of(pod, this::claim).trouble()
                : "";
    }

    /** Nobody else is to be promised these devices, until they are written or {@link #takeBack taken back}. */
    public void promise(Pod pod, DevicePlan plan) {
        if (plan.isEmpty()) {
            return;
        }
        plans.put(pod.key(), plan);
        for (DevicePlan.Step step : plan.steps()) {
            step.allocation()
                    .ifPresent(allocation -> promised.put(
                            step.claim().key(),
                            step.claim().withStatus(step.claim().status().withAllocation(allocation))));
        }
        refresh();
    }

    /**
     * Writes what {@code pod} was promised, if anything.
     *
     * @throws ApiException where that is refused
     * @throws IllegalStateException where somebody else was faster, in the reference's words
     */
    public void write(Pod pod) {
        DevicePlan plan = plans.get(pod.key());
        if (plan == null) {
            return;
        }
        for (DevicePlan.Step step : plan.steps()) {
            boolean isNew = step.claim().metadata().uid().isEmpty();
            ResourceClaim done = isNew ? make(pod, step, plan.extended()) : write(pod, step);
            written.put(done.key(), done);
            promised.remove(step.claim().key());
        }
        plans.remove(pod.key());
    }

    /** The claim for resources of the containers, of which the status of the pod tells the node. */
    private ResourceClaim make(Pod pod, DevicePlan.Step step, ExtendedResources extended) {
        ResourceClaim claim = create(step.claim());
        made.put(pod.key(), claim.key());
        ResourceClaim done = write(pod, new DevicePlan.Step(claim, step.allocation()));
        PodExtendedResourceClaimStatus status = PodExtendedResourceClaimStatus.EMPTY
                .withResourceClaimName(done.name())
                .withRequestMappings(extended.mappings());
        api.patch(
                Pod.KIND,
                pod.key(),
                "status",
                Patch.strategic(
                        ObjectValue.of("status", ObjectValue.of("extendedResourceClaimStatus", status.value()))));
        return done;
    }

    private ResourceClaim create(ResourceClaim wanted) {
        boolean done = false;
        try {
            ResourceClaim claim = api.create(
                    ResourceClaim.KIND, wanted.withMetadata(wanted.metadata().withoutName()));
            done = true;
            return claim;
        } finally {
            metrics.created(done);
        }
    }

    /** A pod has waited for drivers. */
    public void waited(DeviceWaits.Over over) {
        var drivers = new TreeSet<String>();
        over.attempt().claims().stream()
                .flatMap(key -> claim(key).stream())
                .flatMap(claim -> claim.status().allocation().devices().results().stream())
                .filter(DeviceRequestAllocationResult::hasBindingConditions)
                .forEach(result -> drivers.add(result.driver()));
        metrics.waited(over, drivers, runtime.now());
    }

    /** The claims of {@code pod} whose devices may be bound only when their drivers say so. */
    public List<ObjectKey> conditional(Pod pod) {
        Stream<ResourceClaim> own =
                Stream.ofNullable(made.get(pod.key())).flatMap(key -> Stream.ofNullable(written.get(key)));
        return Stream.concat(DeviceClaims.of(pod, this::claim).claims().stream(), own)
                .filter(DeviceWaits::isConditional)
                .map(ResourceClaim::key)
                .distinct()
                .toList();
    }

    private ResourceClaim write(Pod pod, DevicePlan.Step step) {
        ResourceClaim claim = step.claim();
        for (int attempt = 1; ; attempt++) {
            try {
                return write(pod, claim, step.allocation());
            } catch (ApiException refused) {
                if (!refused.isConflict() || attempt == MOST_TRIES) {
                    throw refused;
                }
                claim = api.get(ResourceClaim.KIND, claim.key());
            }
        }
    }

    private ResourceClaim write(Pod pod, ResourceClaim present, Optional<AllocationResult> allocation) {
        ResourceClaim claim = present;
        if (claim.metadata().hasDeletionTimestamp()) {
            throw new IllegalStateException("claim " + claim.key() + " got deleted in the meantime");
        }
        ResourceClaimStatus status = claim.status();
        if (allocation.isPresent()) {
            if (status.hasAllocation()) {
                throw new IllegalStateException("claim " + claim.key() + " got allocated elsewhere in the meantime");
            }
            if (!claim.metadata().finalizers().contains(FINALIZER)) {
                var finalizers = new ArrayList<>(claim.metadata().finalizers());
                finalizers.add(FINALIZER);
                claim = api.update(
                        ResourceClaim.KIND, claim.withMetadata(claim.metadata().withFinalizers(finalizers)));
            }
            status = status.withAllocation(allocation.get().withAllocationTimestamp(runtime.now()));
        }
        if (!DeviceClaims.isReservedFor(claim, pod)) {
            var users = new ArrayList<>(status.reservedFor());
            users.add(ResourceClaimConsumerReference.EMPTY
                    .withResource("pods")
                    .withName(pod.name())
                    .withUid(pod.metadata().uid()));
            status = status.withReservedFor(users);
        }
        return api.updateStatus(ResourceClaim.KIND, claim.withStatus(status));
    }

    /** The pod was not bound: what it was promised is free again, and what was written is no longer reserved for it. */
    public void takeBack(Pod pod) {
        ObjectKey own = made.get(pod.key());
        forget(pod.key());
        if (own != null) {
            written.remove(own);
            runtime.execute("delete " + own, () -> delete(own));
        }
        if (!pod.spec().hasResourceClaims()) {
            return;
        }
        for (ResourceClaim claim : DeviceClaims.of(pod, this::claim).claims()) {
            if (claim.status().hasAllocation() && DeviceClaims.isReservedFor(claim, pod)) {
                runtime.execute("release " + claim.key(), () -> release(claim, pod));
            }
        }
    }

    private void delete(ObjectKey claim) {
        try {
            ResourceClaim present = api.get(ResourceClaim.KIND, claim);
            // Nothing keeps it any more that could be given back.
            ResourceClaim freed = api.updateStatus(
                    ResourceClaim.KIND,
                    present.withStatus(present.status().withoutAllocation().withoutReservedFor()));
            List<String> others = freed.metadata().finalizers().stream()
                    .filter(finalizer -> !finalizer.equals(FINALIZER))
                    .toList();
            api.update(ResourceClaim.KIND, freed.withMetadata(freed.metadata().withFinalizers(others)));
            api.delete(ResourceClaim.KIND, claim);
        } catch (ApiException refused) {
            // It goes with its pod at the latest.
        }
    }

    /** The pod is gone, or bound. */
    public void forget(ObjectKey pod) {
        made.remove(pod);
        DevicePlan plan = plans.remove(pod);
        if (plan != null) {
            plan.steps().stream()
                    .filter(step -> step.allocation().isPresent())
                    .forEach(step -> promised.remove(step.claim().key()));
            refresh();
        }
    }

    /** One entry of the list goes by its key; the others may have changed. */
    private void release(ResourceClaim claim, Pod pod) {
        ObjectValue user = ObjectValue.EMPTY
                .with("$patch", "delete")
                .with("uid", pod.metadata().uid());
        ObjectValue patch = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("uid", claim.metadata().uid()))
                .with("status", ObjectValue.of("reservedFor", ListValue.of(user)));
        try {
            api.patch(ResourceClaim.KIND, claim.key(), "status", Patch.strategic(patch));
        } catch (ApiException refused) {
            // The next try of the pod finds the claim reserved for it, and the claim's own loop releases it when the
            // pod
            // is gone.
        }
    }

    /** Gives the devices of {@code claim} back, so that it can get others; not where somebody else uses them by now. */
    public void deallocate(ResourceClaim claim) {
        Optional<ResourceClaim> current = Optional.of(claim);
        for (int attempt = 1; attempt <= MOST_TRIES && current.isPresent(); attempt++) {
            ResourceClaim present = current.get();
            try {
                api.updateStatus(
                        ResourceClaim.KIND,
                        present.withStatus(present.status().withoutAllocation().withoutReservedFor()));
                return;
            } catch (ApiException refused) {
                if (!refused.isConflict() && !refused.isNotFound()) {
                    throw refused;
                }
                current = api.find(ResourceClaim.KIND, claim.key())
                        .filter(now -> now.status().hasAllocation())
                        .filter(now -> claim.status()
                                .reservedFor()
                                .containsAll(now.status().reservedFor()));
            }
        }
    }

    private static long version(ResourceClaim claim) {
        String version = claim.metadata().resourceVersion();
        return version.isEmpty() ? 0 : Long.parseLong(version);
    }
}

package dev.jarbor.node.devices;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourcePool;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1.ResourceSliceSpec;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A driver of devices on one simulated node: it publishes them in a pool with the node's name, and says of those that a
 * claim gets that they are ready. The slice is the node's and goes with it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#resourceslice">ResourceSlice</a>
 */
public final class SimulatedDriver implements AutoCloseable {
    private static final Duration NODE_WAIT = Duration.ofSeconds(1);

    private final Api api;
    private final Informers informers;
    private final Runtime runtime;
    private final String node;
    private final String driver;
    private final List<Device> devices;
    private final Informer<ResourceClaim> claims;
    private final WorkQueue<Optional<ObjectKey>> queue;

    /**
     * @param driver its name, such as {@code gpu.example.com}
     * @param devices what the node has, at most as many as one slice holds
     */
    public SimulatedDriver(
            Api api, Informers informers, Runtime runtime, String node, String driver, List<Device> devices) {
        this.api = api;
        this.informers = informers;
        this.runtime = runtime;
        this.node = node;
        this.driver = driver;
        this.devices = List.copyOf(devices);
        this.claims = informers.of(ResourceClaim.KIND);
        this.queue = new WorkQueue<>("devices of " + driver + " on " + node, runtime, 1, this::reconcile);
        claims.onChange(change -> queue.add(Optional.of(change.object().key())));
        queue.add(Optional.empty());
    }

    public void start() {
        informers.whenSynced(queue::start);
    }

    @Override
    public void close() {
        queue.close();
    }

    private Outcome reconcile(Optional<ObjectKey> claim) {
        if (claim.isEmpty()) {
            return publish();
        }
        claims.get(claim.get()).ifPresent(this::prepare);
        return Outcome.DONE;
    }

    private Outcome publish() {
        Optional<Node> present = api.find(Node.KIND, ObjectKey.cluster(node));
        if (present.isEmpty()) {
            return Outcome.again(NODE_WAIT);
        }
        String name = node + "-" + driver;
        Optional<ResourceSlice> before = api.find(ResourceSlice.KIND, ObjectKey.cluster(name));
        long generation = before.map(slice -> slice.spec().pool().generation()).orElse(1L);
        if (before.isEmpty()) {
            api.create(ResourceSlice.KIND, slice(name, present.get(), generation));
        } else if (!before.get().spec().devices().equals(devices)) {
            api.update(ResourceSlice.KIND, before.get().withSpec(spec(generation + 1)));
        }
        return Outcome.DONE;
    }

    private ResourceSlice slice(String name, Node owner, long generation) {
        ResourceSlice slice = ResourceSlice.named(name).withSpec(spec(generation));
        return slice.withMetadata(slice.metadata()
                .withOwnerReferences(List.of(OwnerReference.EMPTY
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(owner.name())
                        .withUid(owner.metadata().uid())
                        .withController(true))));
    }

    private ResourceSliceSpec spec(long generation) {
        return ResourceSliceSpec.EMPTY
                .withDriver(driver)
                .withNodeName(node)
                .withPool(ResourcePool.EMPTY
                        .withName(node)
                        .withGeneration(generation)
                        .withResourceSliceCount(1))
                .withDevices(devices);
    }

    private void prepare(ResourceClaim claim) {
        ResourceClaim prepared = Preparation.of(claim, driver, node, runtime.now());
        if (!prepared.equals(claim)) {
            api.updateStatus(ResourceClaim.KIND, prepared);
        }
    }
}

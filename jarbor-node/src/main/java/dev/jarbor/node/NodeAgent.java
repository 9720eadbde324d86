package dev.jarbor.node;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.Query;
import dev.jarbor.node.devices.PodDevices;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.node.runtime.SandboxRecord;
import dev.jarbor.node.volume.AttachableVolumes;
import dev.jarbor.node.volume.DiskStorage;
import dev.jarbor.node.volume.PodStorage;
import dev.jarbor.node.volume.ReferenceStorage;
import dev.jarbor.node.volume.RequestedTokens;
import dev.jarbor.runtime.Runtime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node: keeps its Node and Lease objects and runs its pods. Everything it knows comes from the API and from the
 * container runtime, so it may be stopped and started at any time: pods go on running meanwhile, and are adopted.
 *
 * <p>Start it after {@link Informers} exists; the informers may be started before or after.
 */
public final class NodeAgent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NodeAgent.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);

    private final Runtime runtime;
    private final NodeRegistration registration;
    private final NodeLease lease;
    private final PodLoop pods;
    private final AgentConnection connection;
    private final Informers informers;
    private final ContainerRuntime containers;
    private final PodStorage storage;
    private volatile boolean closed;

    public NodeAgent(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            ContainerRuntime containers,
            NodeSettings settings) {
        this.runtime = runtime;
        this.informers = informers;
        Informer<Pod> bound = informers.of(Pod.KIND, "", Query.fields("spec.nodeName=" + settings.name()));
        PodReferences references = new ApiReferences(api, informers.of(Service.KIND));
        this.containers = containers;
        this.storage = settings.dataFolder().isEmpty()
                ? new ReferenceStorage(references)
                : new DiskStorage(
                        Path.of(settings.dataFolder()),
                        references,
                        () -> VERSION.format(runtime.now()) + runtime.newSuffix(10));
        var tokens = new RequestedTokens(api, runtime);
        boolean simulated = settings.dataFolder().isEmpty();
        // Real drivers speak with an agent through sockets, which this one has not.
        var devices = new PodDevices(api, driver -> simulated);
        var inputs = new PodInputs(settings, references, tokens, devices);
        var attachable = new AttachableVolumes(api, references, settings.name());
        var actions = new PodActions(runtime, events, containers, storage, attachable, inputs);
        Informer<Node> own = informers.of(Node.KIND, "", Query.fields("metadata.name=" + settings.name()));
        this.registration = new NodeRegistration(api, own, runtime, containers, attachable, settings);
        this.lease = new NodeLease(api, runtime, settings.name());
        this.pods =
                new PodLoop(api, runtime, bound, containers, storage, attachable, tokens, actions, events, settings);
        this.connection = new AgentConnection(bound, containers);
    }

    /** Registers the node and begins to run its pods; returns at once. */
    public void start() {
        runtime.execute("node status", this::keepStatus);
        runtime.execute("node lease", this::keepLease);
        informers.whenSynced(pods::start);
    }

    /**
     * The same for one that goes on where another agent of this node is at this moment, as in the fork of a cluster: what that
     * one wrote stands, and the next signs of life come when it would have given them.
     */
    public void resume() {
        Instant now = runtime.now();
        Optional<Duration> pause = lease.takeOver()
                .map(next -> Duration.between(now, next))
                .filter(rest -> rest.isPositive() && rest.compareTo(NodeLease.RENEWAL) <= 0);
        if (pause.isEmpty()) {
            start();
            return;
        }
        registration.takeOver();
        runtime.schedule("node status", pause.get(), this::keepStatus);
        runtime.schedule("node lease", pause.get(), this::keepLease);
        informers.whenSynced(pods::start);
    }

    /** The way to this node's containers, for the API server. */
    public NodeConnection connection() {
        return connection;
    }

    /** Stops looking after the node. Its pods go on running. */
    @Override
    public void close() {
        closed = true;
        pods.close();
    }

    /**
     * Stops looking after the node and removes every pod of it from the machine, whatever the API says; calls {@code then}
     * once when nothing is left that could be removed.
     */
    public void drain(Runnable then) {
        close();
        List<SandboxRecord> sandboxes = containers.pods().stream()
                .flatMap(pod -> pod.sandboxes().stream())
                .toList();
        var left = new AtomicInteger(sandboxes.size() + 1);
        Reply<ContainerRuntime.Done> one = outcome -> {
            if (left.decrementAndGet() == 0) {
                storage.keepOnly(Set.of());
                then.run();
            }
        };
        sandboxes.forEach(sandbox -> containers.removeSandbox(sandbox.id(), one));
        one.ok(ContainerRuntime.Done.DONE);
    }

    private void keepStatus() {
        repeat("node status", NodeRegistration.LOOK, registration::keep, this::keepStatus);
    }

    private void keepLease() {
        repeat("node lease", NodeLease.RENEWAL, () -> lease.renew(registration::current), this::keepLease);
    }

    private void repeat(String name, Duration period, Runnable once, Runnable next) {
        if (closed) {
            return;
        }
        boolean again = false;
        try {
            once.run();
        } catch (ApiException | ContainerRuntimeException refused) {
            LOG.log(System.Logger.Level.DEBUG, "{0} will be tried again: {1}", name, refused.getMessage());
            again = true;
        } finally { // even a fault must not end the node's sign of life
            if (again) {
                runtime.schedule(name, RETRY, next);
            } else {
                runtime.beat(name, period, next);
            }
        }
    }
}

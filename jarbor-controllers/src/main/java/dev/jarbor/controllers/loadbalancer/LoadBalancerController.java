package dev.jarbor.controllers.loadbalancer;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.LoadBalancerIngress;
import dev.jarbor.api.core.v1.LoadBalancerStatus;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeAddress;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Managed;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Does for Services of type LoadBalancer what a cloud would do, with addresses of an {@link AddressPool}: the loop around
 * {@link Assignment}. The rules on the nodes that lead traffic for these addresses to pods are the service proxy's.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer">Type LoadBalancer</a>
 */
public final class LoadBalancerController implements ControlLoop {
    /** Keeps a Service until its address is taken back. */
    static final String FINALIZER = "service.kubernetes.io/load-balancer-cleanup";

    private static final String NAME = "service-lb-controller";
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";
    /** On nodes that the cluster autoscaler is about to take away. */
    private static final String LEAVING = "ToBeDeletedByClusterAutoscaler";

    private final Api api;
    private final EventRecorder events;
    private final AddressPool pool;
    private final Informer<Service> services;
    private final Informer<Node> nodes;
    private final Informers informers;
    /** What each Service was told last of why it has no address, so that it hears each reason once. */
    private final Map<ObjectKey, String> refused = new ConcurrentHashMap<>();

    /** Services that have changed since they were seen to. */
    private final Set<ObjectKey> changed = ConcurrentHashMap.newKeySet();

    private volatile boolean nodesChanged;
    private final BalancerMetrics metrics;
    private final Managed managed;

    /** Services compete for addresses, so one pass is over all of them. */
    private final WorkQueue<String> queue;

    /** @param events of the component {@code service-controller} */
    public LoadBalancerController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, AddressPool pool) {
        this(api, informers, runtime, events, pool, new MetricRegistry());
    }

    /** @param events of the component {@code service-controller} */
    public LoadBalancerController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            AddressPool pool,
            MetricRegistry registry) {
        this.managed = new Managed(registry, "cloud-controller-manager", "service");
        this.metrics = new BalancerMetrics(registry, runtime);
        this.api = api;
        this.events = events;
        this.pool = pool;
        this.informers = informers;
        this.services = informers.of(Service.KIND);
        this.nodes = informers.of(Node.KIND);
        this.queue = new WorkQueue<>(NAME, runtime, 1, key -> pass());
        services.onChange(this::serviceChanged);
        nodes.onChange(this::nodeChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        managed.started();
        informers.whenSynced(queue::start);
    }

    @Override
    public void close() {
        queue.close();
        managed.stopped();
    }

    private void serviceChanged(Change<Service> change) {
        Service service = change.object();
        if (change instanceof Change.Deleted<Service>) {
            refused.remove(service.key());
            changed.remove(service.key());
        }
        if (change instanceof Change.Updated<Service>(Service before, Service after)) {
            ServiceChange what = ServiceChange.of(before, after);
            if (what.matters()) {
                changed.add(service.key());
            }
            if (!what.reason().isEmpty()) {
                events.normal(service, what.reason(), what.message());
            }
        }
        if (Assignment.isWanted(service) || hasBalancer(service)) {
            queue.add(NAME);
        }
    }

    private void nodeChanged(Change<Node> change) {
        boolean same = change instanceof Change.Updated<Node>(Node before, Node after)
                && addresses(before).toList().equals(addresses(after).toList());
        if (!same) {
            nodesChanged = true;
            queue.add(NAME);
        }
    }

    /** By its mark alone: what somebody else says of a Service that asks for none is theirs. */
    private static boolean hasBalancer(Service service) {
        return service.metadata().finalizers().contains(FINALIZER);
    }

    private Outcome pass() {
        if (nodesChanged) {
            nodesChanged = false;
            metrics.nodes(this::seeToAll);
        } else {
            seeToAll();
        }
        return Outcome.DONE;
    }

    private void seeToAll() {
        List<Service> all = services.list();
        Assignment assignment = Assignment.of(all, pool, nodeAddresses());
        for (Service service : all) {
            if (Assignment.isWanted(service)) {
                ensure(service, assignment);
            } else if (hasBalancer(service)) {
                withdraw(service);
            }
        }
    }

    private List<String> nodeAddresses() {
        return nodes.list().stream()
                .flatMap(LoadBalancerController::addresses)
                .distinct()
                .limit(AddressPool.OfNodes.MOST)
                .toList();
    }

    /** Where traffic from outside reaches a node that takes it: its public address, else the one it has inside. */
    private static Stream<String> addresses(Node node) {
        boolean takes = !node.metadata().labels().containsKey(EXCLUDED)
                && node.spec().taints().stream().noneMatch(taint -> taint.key().equals(LEAVING))
                && node.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals("True"));
        return takes ? address(node, "ExternalIP").or(() -> address(node, "InternalIP")).stream() : Stream.empty();
    }

    private static Optional<String> address(Node node, String type) {
        return node.status().addresses().stream()
                .filter(address -> address.type().equals(type))
                .map(NodeAddress::address)
                .findFirst();
    }

    private void ensure(Service service, Assignment assignment) {
        List<String> wanted = assignment.addresses().getOrDefault(service.key(), List.of());
        Optional<String> refusal = Optional.ofNullable(assignment.refusals().get(service.key()));
        boolean guarded = service.metadata().finalizers().contains(FINALIZER);
        boolean told = refusal.equals(Optional.ofNullable(refused.get(service.key())));
        boolean mended = changed.remove(service.key());
        List<String> present = Assignment.present(service);
        if (guarded && told && !mended && wanted.equals(present)) {
            return;
        }
        metrics.synced();
        if (guarded && told && !mended && refusal.isEmpty() && !present.isEmpty()) {
            metrics.hosts(() -> report(service, wanted)); // only its nodes are others
            events.normal(service, "UpdatedLoadBalancer", "Updated load balancer with new hosts");
            return;
        }
        events.normal(service, "EnsuringLoadBalancer", "Ensuring load balancer");
        Service held = guarded ? service : guarded(service);
        if (nodes.list().stream()
                .flatMap(LoadBalancerController::addresses)
                .findAny()
                .isEmpty()) {
            events.warning(service, "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer");
        }
        report(held, wanted);
        if (refusal.isPresent()) {
            refused.put(service.key(), refusal.get());
            events.warning(
                    service,
                    "SyncLoadBalancerFailed",
                    "Error syncing load balancer: failed to ensure load balancer: " + refusal.get());
        } else {
            refused.remove(service.key());
            events.normal(service, "EnsuredLoadBalancer", "Ensured load balancer");
        }
    }

    private Service guarded(Service service) {
        var finalizers = new ArrayList<>(service.metadata().finalizers());
        finalizers.add(FINALIZER);
        return api.update(Service.KIND, service.withMetadata(service.metadata().withFinalizers(finalizers)));
    }

    private Service report(Service service, List<String> addresses) {
        if (addresses.equals(Assignment.present(service))) {
            return service;
        }
        LoadBalancerStatus balancer = addresses.isEmpty()
                ? LoadBalancerStatus.EMPTY
                : LoadBalancerStatus.EMPTY.withIngress(addresses.stream()
                        .map(ip -> LoadBalancerIngress.EMPTY.withIp(ip).withIpMode("VIP"))
                        .toList());
        return api.updateStatus(
                Service.KIND, service.withStatus(service.status().withLoadBalancer(balancer)));
    }

    private void withdraw(Service service) {
        events.normal(service, "DeletingLoadBalancer", "Deleting load balancer");
        try {
            Service cleared = report(service, List.of());
            List<String> others = cleared.metadata().finalizers().stream()
                    .filter(name -> !name.equals(FINALIZER))
                    .toList();
            if (!others.equals(cleared.metadata().finalizers())) {
                api.update(Service.KIND, cleared.withMetadata(cleared.metadata().withFinalizers(others)));
            }
        } catch (ApiException refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
        }
        refused.remove(service.key());
        events.normal(service, "DeletedLoadBalancer", "Deleted load balancer");
    }
}

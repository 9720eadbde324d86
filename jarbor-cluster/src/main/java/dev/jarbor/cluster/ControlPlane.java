package dev.jarbor.cluster;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KnownObjects;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.scheduler.PodResources;
import dev.jarbor.scheduler.Scheduler;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.Fence;
import dev.jarbor.server.auth.Tokens;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * API server, controllers and scheduler on one store and one runtime: a cluster without nodes, certificates or sockets.
 * Works the same on the live and on the simulated runtime.
 */
public final class ControlPlane implements AutoCloseable {
    private static final String CONTROLLERS = "kube-controller-manager";
    private static final String SCHEDULER = "kube-scheduler";

    /** What agents of nodes are called, to whom the fields belong that they write. */
    static final String NODE_AGENT = "kubelet";

    private final Runtime runtime;
    private final ApiServer server;
    private final Api api;
    private final SharedInformers informers;
    private Life life = new Life();
    /** Those of control loops and scheduler, unless they stand for election. */
    private SharedInformers ofLoops;

    private final NodeDirectory nodes;
    private Settings settings;
    private final ControllerChoice controllers;
    private final QueueMetrics queues;
    private final boolean scheduling;
    private final List<Duty.Workers> workers = new ArrayList<>();
    private final List<Duty> duties = new ArrayList<>();

    /**
     * @param server started: its first objects are there
     * @param nodes where the server looks for its nodes; filled as they start
     * @param certificateAuthority PEM that pods get to check the API server by; "" where it has no certificate
     */
    ControlPlane(ApiServer server, NodeDirectory nodes, Runtime runtime, String certificateAuthority) {
        this(server, nodes, runtime, Settings.of(certificateAuthority), ControllerChoice.EVERYTHING, true, false);
    }

    /**
     * @param settings what the control loops are told of their cluster
     * @param controllers which of them run
     * @param scheduling whether pods are
     * @param elected whether control loops and scheduler work only while this server leads: where several share a store
     * @throws dev.jarbor.cluster.options.WrongOption when a loop is named that there is not
     */
    public ControlPlane(
            ApiServer server,
            NodeDirectory nodes,
            Runtime runtime,
            Settings settings,
            ControllerChoice controllers,
            boolean scheduling,
            boolean elected) {
        this(server, nodes, runtime, settings, controllers, scheduling, elected, KnownObjects.NONE);
    }

    /**
     * The same, on a state that another one has left.
     *
     * @param known what that one's informers knew of it
     */
    public ControlPlane(
            ApiServer server,
            NodeDirectory nodes,
            Runtime runtime,
            Settings settings,
            ControllerChoice controllers,
            boolean scheduling,
            boolean elected,
            KnownObjects known) {
        this.runtime = runtime;
        this.server = server;
        this.nodes = nodes;
        this.api = server.as(User.ADMIN);
        this.informers = new SharedInformers(api, runtime, known);
        this.ofLoops = new SharedInformers(as(CONTROLLERS), runtime, known);
        var tokens =
                new Tokens(server.settings().authentication().serviceAccounts().key());
        this.settings = settings.withResources(served(server)).withTokens(tokens::sign);
        this.controllers = controllers;
        this.queues = new QueueMetrics(server.metrics());
        this.scheduling = scheduling;
        if (elected) {
            // For the names alone: each term has loops of its own.
            loops(api, new SharedInformers(api, runtime));
            duties.add(new Duty(CONTROLLERS, CONTROLLERS, as(CONTROLLERS), runtime, this::loopsOfTheirOwn));
            if (scheduling) {
                duties.add(new Duty(SCHEDULER, Scheduler.NAME, as(SCHEDULER), runtime, this::schedulerOfItsOwn));
            }
            server.metrics()
                    .gauge(
                            "leader_election_master_status",
                            "Whether this server does the work of a Lease: 1 where it leads, 0 where it stands by.",
                            List.of("name"),
                            sink -> duties.forEach(duty -> sink.tell(duty.leading() ? 1 : 0, duty.name())));
        } else {
            workers.add(everything());
        }
    }

    /** Controllers watch what there is: a version that is switched off has nothing to tell. */
    private static List<ResourceDefinition> served(ApiServer server) {
        return server.registry().builtIn().served().stream()
                .map(ServedResource::definition)
                .toList();
    }

    private List<ControlLoop> loops(Api api, Informers informers) {
        List<ControlLoop> all = Controllers.all(api, informers, runtime, settings, server.metrics());
        controllers.check(all.stream().map(ControlLoop::name).toList());
        return all.stream()
                .filter(loop -> controllers.runs(loop.name(), loop.onByDefault()))
                .toList();
    }

    private Scheduler scheduler(Api api, Informers informers) {
        PodResources.tell(informers, server.resourceSeries());
        return new Scheduler(
                api,
                informers,
                runtime,
                new ApiEventRecorder(api, runtime, Scheduler.NAME),
                settings.serves(DeviceTaintRule.KIND),
                server.metrics());
    }

    /** Control loops and scheduler that know nothing yet. */
    private Duty.Workers everything() {
        life = new Life();
        Duty.Workers all = new Loops(queues, loops(life.of(as(CONTROLLERS)), ofLoops));
        return new WithInformers(
                scheduling ? new Both(all, new Scheduling(scheduler(life.of(as(SCHEDULER)), ofLoops))) : all, ofLoops);
    }

    private record Both(Duty.Workers first, Duty.Workers second) implements Duty.Workers {
        @Override
        public void start() {
            first.start();
            second.start();
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /**
     * Ends control loops and scheduler where they are and starts others, as if their process had been started again.
     *
     * @throws IllegalStateException where they stand for election: whoever takes their lease has that effect
     */
    public void restartLoops() {
        endLoops();
        settings = settings.withResumed(false);
        ofLoops = new SharedInformers(as(CONTROLLERS), runtime);
        Duty.Workers fresh = everything();
        workers.add(fresh);
        fresh.start();
    }

    /** Ends them where they are, until {@link #restartLoops}. */
    public void endLoops() {
        if (!duties.isEmpty()) {
            throw new IllegalStateException("these control loops begin anew with each term");
        }
        workers.forEach(Duty.Workers::close);
        workers.clear();
        life.end();
    }

    private Duty.Workers loopsOfTheirOwn(Lease held) {
        Api api = server.as(User.ADMIN, CONTROLLERS, Fence.of(held));
        Informers own = since(held, api);
        return new WithInformers(new Loops(queues, loops(api, own)), own);
    }

    private Duty.Workers schedulerOfItsOwn(Lease held) {
        Api api = server.as(User.ADMIN, SCHEDULER, Fence.of(held));
        Informers own = since(held, api);
        return new WithInformers(new Scheduling(scheduler(api, own)), own);
    }

    /** What others wrote before they lost the Lease, the workers of this term see before they write. */
    private Informers since(Lease held, Api api) {
        return new SharedInformers(api, runtime, held.metadata().resourceVersion());
    }

    private record Loops(QueueMetrics queues, List<ControlLoop> loops) implements Duty.Workers {
        @Override
        public void start() {
            queues.watch(loops);
            loops.forEach(ControlLoop::start);
        }

        @Override
        public void close() {
            loops.forEach(ControlLoop::close);
            queues.forget(loops);
        }
    }

    private record Scheduling(Scheduler scheduler) implements Duty.Workers {
        @Override
        public void start() {
            scheduler.start();
        }

        @Override
        public void close() {
            scheduler.close();
        }
    }

    /** Workers and the informers that only they use. */
    private record WithInformers(Duty.Workers workers, Informers informers) implements Duty.Workers {
        @Override
        public void start() {
            workers.start();
            informers.start();
        }

        @Override
        public void close() {
            workers.close();
            informers.close();
        }
    }

    /** Starts the loops, or standing for election, and the informers of everything made so far. */
    public void startLoops() {
        workers.forEach(Duty.Workers::start);
        duties.forEach(Duty::start);
        informers.start();
    }

    /**
     * What the informers of this cluster hold of kinds of which that is all that there is now: what another one that goes on from
     * here may begin with.
     */
    public KnownObjects known() {
        Snapshot now = server.store().snapshot();
        String version = Long.toString(now.revision());
        return informers
                .known(version, (kind, objects) -> isAll(now, kind, objects))
                .and(ofLoops.known(version, (kind, objects) -> isAll(now, kind, objects)));
    }

    private boolean isAll(Snapshot now, Kind<?> kind, Collection<? extends KubeObject> objects) {
        return server.registry()
                .find(kind.group(), kind.version(), kind.plural())
                .filter(resource -> now.consistsOf(
                        resource.storage(),
                        objects.stream().map(KubeObject::value).toList()))
                .isPresent();
    }

    /** Whether this server is the one whose control loops work. */
    boolean leading() {
        return duties.isEmpty() || duties.getFirst().leading();
    }

    Runtime runtime() {
        return runtime;
    }

    ApiServer server() {
        return server;
    }

    /** The API as the cluster's administrator sees it. */
    public Api api() {
        return api;
    }

    /** The API as one of the cluster's own programs uses it; what it writes belongs to {@code program}. */
    public Api as(String program) {
        return server.as(User.ADMIN, program);
    }

    public Informers informers() {
        return informers;
    }

    NodeDirectory nodes() {
        return nodes;
    }

    @Override
    public void close() {
        duties.forEach(Duty::close);
        workers.forEach(Duty.Workers::close);
        informers.close();
        server.close();
    }
}

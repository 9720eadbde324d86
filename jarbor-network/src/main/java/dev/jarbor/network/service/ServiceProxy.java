package dev.jarbor.network.service;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Keeps one node's Service rules in force: what kube-proxy does. A first change is applied at once, changes that follow
 * within {@link #SHORTEST_PERIOD} together. What fails is tried again with growing delay, and everything is looked at
 * again after {@link #CHECK_PERIOD}, also when some other program has flushed the rules.
 */
public final class ServiceProxy implements AutoCloseable {
    /** The least time between two changes of the rules. */
    public static final Duration SHORTEST_PERIOD = Duration.ofMillis(100);

    /** How long flushed rules stay away at most. */
    public static final Duration CHECK_PERIOD = Duration.ofSeconds(30);

    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String BY_SERVICE = "service";
    private static final ObjectKey EVERYTHING = ObjectKey.cluster("rules");

    private final Informers informers;
    private final Runtime runtime;
    private final RuleApplier applier;
    private final ProxySettings settings;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informer<Pod> pods;
    private final Controller controller;
    private volatile State state;

    public ServiceProxy(Informers informers, Runtime runtime, RuleApplier applier, ProxySettings settings) {
        this.informers = informers;
        this.runtime = runtime;
        this.applier = applier;
        this.settings = settings;
        this.state = new State(Instant.MIN, Instant.MIN, RuleSet.empty(settings.pods()), 0);
        this.controller = new Controller("service-proxy", runtime, 1, key -> sync());
        this.services = informers.of(Service.KIND).onChange(this::changed);
        this.slices = informers
                .of(EndpointSlice.KIND)
                .index(BY_SERVICE, ServiceProxy::serviceOf)
                .onChange(this::changed);
        this.pods = informers
                .of(Pod.KIND, "", Query.fields("spec.nodeName=" + settings.node()))
                .onChange(this::changed);
    }

    /** Begins once the informers are synced; rules of an earlier run stay in force until then. */
    public void start() {
        informers.whenSynced(() -> {
            controller.enqueue(EVERYTHING);
            controller.start();
        });
    }

    /** What was done so far. */
    public State state() {
        return state;
    }

    private static List<String> serviceOf(EndpointSlice slice) {
        String service = slice.metadata().labels().getOrDefault(SERVICE_LABEL, "");
        return service.isEmpty() ? List.of() : List.of(slice.namespace() + "/" + service);
    }

    private void changed(Change<? extends KubeObject> change) {
        controller.enqueue(EVERYTHING, Duration.between(runtime.now(), state.lastSync.plus(SHORTEST_PERIOD)));
    }

    private Outcome sync() {
        // Set first: it also bounds how long a failure waits for its next try.
        controller.enqueue(EVERYTHING, CHECK_PERIOD);
        RuleSet wanted = ServiceRules.of(
                settings, services.list(), service -> slices.by(BY_SERVICE, service.toString()), pods.list());
        Instant now = runtime.now();
        State before = state;
        boolean check = !before.lastCheck.plus(CHECK_PERIOD).isAfter(now);
        boolean same = before.changes > 0 && before.rules.equals(wanted) && (!check || applier.intact());
        if (!same) {
            applier.apply(wanted);
        }
        state = new State(
                now, check || !same ? now : before.lastCheck, wanted, same ? before.changes : before.changes + 1);
        return Outcome.DONE;
    }

    /** Stops; the rules stay in force, so that connections survive a restart. */
    @Override
    public void close() {
        controller.close();
    }

    /**
     * What a proxy has done.
     *
     * @param lastSync when rules and cluster were last brought to agree; {@link Instant#MIN} for never
     * @param lastCheck when the rules were last seen in the kernel; {@link Instant#MIN} for never
     * @param rules what is in force
     * @param changes how often they were put in force
     */
    public record State(Instant lastSync, Instant lastCheck, RuleSet rules, long changes) {}
}

package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Settings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.store.Commit;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers on one store under virtual time, whose loops take over from each other: none acts twice. */
class TakeoverTest {
    private static final int REPLICAS = 2;
    private static final ObjectKey LEASE = new ObjectKey("kube-system", "kube-controller-manager");
    /** Longer than a lease lasts: by then another leads. */
    private static final Duration LONG = Duration.ofSeconds(40);

    private final MemoryStore shared = new MemoryStore();
    private SimulatedRuntime runtime = new SimulatedRuntime(1);

    /** A server, its loops and its way to the store. */
    private record Server(TroubledStore store, ApiServer api, ControlPlane plane) {}

    private Server server() {
        var store = new TroubledStore(shared);
        var api = new ApiServer(store, runtime, ServerSettings.DEFAULT);
        api.start();
        var plane = new ControlPlane(
                api, new NodeDirectory(), runtime, Settings.of(""), ControllerChoice.EVERYTHING, true, true);
        plane.startLoops();
        runtime.advance(Duration.ofSeconds(5));
        return new Server(store, api, plane);
    }

    @AfterEach
    void stop() {
        // Not the planes: they would wait for their leases to be handed back.
        runtime.close();
    }

    private static void deploy(Api api) {
        String manifest = """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: web}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: i}]}
                """.formatted(REPLICAS);
        api.call(ApiRequest.of(
                Verb.CREATE,
                new ResourcePath("apps", "v1", "replicasets", "default", "", ""),
                Query.NONE,
                SimulatedControlPlane.yaml(manifest)));
    }

    private static boolean makesPod(Transaction transaction) {
        return transaction.writes().getFirst() instanceof Transaction.Put put
                && put.resource().equals("pods")
                && put.expectedRevision() == Transaction.ABSENT;
    }

    /** A commit by which somebody else comes to hold the Lease. */
    private boolean takesLease(Transaction transaction) {
        String now = holder();
        return transaction.writes().getFirst() instanceof Transaction.Put put
                && put.key().equals(LEASE)
                && !Lease.KIND.read(put.object()).spec().holderIdentity().equals(now);
    }

    private String holder() {
        return shared.snapshot()
                .get("leases.coordination.k8s.io", LEASE)
                .map(lease -> Lease.KIND.read(lease).spec().holderIdentity())
                .orElse("");
    }

    private static List<ObjectValue> born(Watch pods) {
        return pods.poll(1000).stream()
                .filter(StoreEvent.Created.class::isInstance)
                .map(StoreEvent::object)
                .toList();
    }

    /** What its metrics say of the control loops. */
    private static int leads(Server server) {
        String name = "leader_election_master_status{name=\"kube-controller-manager\"} ";
        return server.plane()
                .server()
                .metrics()
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToInt(line -> Integer.parseInt(line.substring(name.length())))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatALeaderThatWasStoppedHadUnderWayIsRefusedWhenAnotherLeads(long seed) {
        runtime = SimulatedRuntime.shuffled(seed);
        Server one = server();
        String first = holder();
        Server other = server();
        assertThat(holder()).as("seed %d", seed).isNotEmpty().isEqualTo(first);
        Watch pods = shared.watch("pods", shared.snapshot().revision(), () -> {});
        one.store().stopWithin(TakeoverTest::makesPod);
        deploy(other.plane().api());
        runtime.advance(LONG);
        assertThat(one.store().stopped()).isTrue();
        assertThat(other.plane().leading()).isTrue();

        Commit late = one.store().goOn();
        runtime.advance(LONG);

        assertThat(late)
                .isInstanceOfSatisfying(
                        Commit.Conflict.class,
                        conflict -> assertThat(conflict.write().key()).isEqualTo(LEASE));
        assertThat(holder()).isNotEqualTo(first);
        assertThat(born(pods)).as("seed %d", seed).hasSize(REPLICAS);
        assertThat(leads(other)).isEqualTo(1);
        assertThat(leads(one)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatTheOldLeaderDidInTheLastMomentTheNewOneSeesBeforeItActs(long seed) {
        runtime = SimulatedRuntime.shuffled(seed);
        Server one = server();
        Server other = server();
        Watch pods = shared.watch("pods", shared.snapshot().revision(), () -> {});
        var late = new ArrayList<Commit>();
        one.store().stopWithin(TakeoverTest::makesPod);
        other.store().before(this::takesLease, () -> late.add(one.store().goOn()));
        deploy(other.plane().api());
        runtime.advance(LONG.multipliedBy(2));

        assertThat(late).as("seed %d", seed).singleElement().isInstanceOf(Commit.Done.class);
        assertThat(other.plane().leading()).isTrue();
        assertThat(born(pods)).as("seed %d", seed).hasSize(REPLICAS);
    }
}

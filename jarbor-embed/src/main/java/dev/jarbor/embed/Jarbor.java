package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.client.Api;
import dev.jarbor.client.KnownObjects;
import dev.jarbor.client.Query;
import dev.jarbor.cluster.AuthoritySigning;
import dev.jarbor.cluster.ControlPlane;
import dev.jarbor.cluster.NodeDirectory;
import dev.jarbor.cluster.SimulatedStorage;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Settings;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SharedRuntime;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.access.AuthorizationMode;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.http.Door;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A cluster in this JVM: the API server, all control loops, the scheduler, and nodes that simulate their pods. It needs no
 * rights, no network and no files; any number of them live side by side. Closed, it leaves no thread and no port.
 *
 * <p>There are three ways in: {@link #api} for Jarbor's own client, {@link #door} for the HTTP of any client without a
 * socket, {@link #https} for any client with one. All of them may be used by any thread.
 */
public final class Jarbor implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(1);

    private final JarborSettings settings;
    private final Origin origin;
    private final LiveRuntime outside;
    private final Runtime runtime;
    private final ClusterTime time;
    private final Recorder recorder;
    private final Disturbance disturbance;
    private final Behaviours behaviours;
    private final Faults faults;
    private final ApiServer server;
    private final NodeDirectory directory = new NodeDirectory();
    private final ControlPlane plane;
    private final Machines machines;
    private final String token;
    private long forks;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<CertificateAuthority> authority = Optional.empty();
    private Optional<Https> https = Optional.empty();
    private Optional<Door> door = Optional.empty();

    /**
     * What a cluster begins with.
     *
     * @param snapshot its objects; none for a new cluster
     * @param lost which of its nodes are off
     * @param resumed whether a cluster with the same settings was there at this very moment, so that nothing is news
     * @param known what its informers knew
     */
    private record Origin(
            Snapshot snapshot, Behaviours behaviours, Set<String> lost, boolean resumed, KnownObjects known) {
        static Origin of(Snapshot snapshot) {
            return new Origin(snapshot, new Behaviours(), Set.of(), false, KnownObjects.NONE);
        }

        static Origin of(Checkpoint point) {
            return new Origin(point.snapshot(), point.behaviours(), point.lost(), true, point.known());
        }
    }

    private Jarbor(JarborSettings settings, Origin origin) {
        this.settings = settings;
        this.origin = origin;
        this.behaviours = origin.behaviours();
        this.outside = new LiveRuntime();
        this.token = outside.newUid();
        if (settings.mode() == TimeMode.REAL) {
            this.runtime = outside;
            this.time = new Times.Real(outside);
        } else {
            var shared = new SharedRuntime(
                    new SimulatedRuntime(settings.seed(), settings.start()), outside, settings.patience());
            this.runtime = shared;
            this.time = new Times.Simulated(shared);
        }
        this.recorder = new Recorder(new MemoryStore(origin.snapshot(), MemoryStore.DEFAULT_WINDOW), runtime);
        this.disturbance = new Disturbance(runtime);
        this.server = new ApiServer(recorder, runtime, serverSettings(), directory);
        server.interfere(disturbance);
        runtime.turn(() -> {
            if (origin.resumed()) {
                server.resume();
            } else {
                server.start();
            }
            return server;
        });
        this.plane = new ControlPlane(
                server,
                directory,
                runtime,
                Settings.of("")
                        .withSigning(new AuthoritySigning(this::authority, CertificateAuthority.LIFE))
                        .withResumed(origin.resumed()),
                ControllerChoice.EVERYTHING,
                true,
                false,
                origin.known());
        this.machines = new Machines(plane, directory, runtime, behaviours);
        this.faults = new Faults(runtime, machines, plane, disturbance, recorder);
    }

    private ServerSettings serverSettings() {
        AuthenticationSettings authentication = AuthenticationSettings.DEFAULT
                .withStaticToken(token, User.ADMIN)
                .withClientAuthorities(() -> List.of(authority().certificate()));
        ServerSettings plain = ServerSettings.DEFAULT
                .withAuthentication(authentication)
                .withAdmission(settings.admission())
                .withFeatures(settings.features())
                .withApis(settings.apis());
        ServerSettings all = settings.metrics() ? plain.withResourceMetrics() : plain;
        return settings.rbac()
                ? all
                : all.withAuthorization(new AuthorizationSettings(List.of(AuthorizationMode.ALWAYS_ALLOW)));
    }

    /** A cluster as {@link JarborSettings#DEFAULT} describes it. */
    public static Jarbor start() {
        return start(JarborSettings.DEFAULT);
    }

    /** Starts a cluster; returns when its nodes are Ready and pods can be created in the namespace {@code default}. */
    public static Jarbor start(JarborSettings settings) {
        return begun(new Jarbor(settings, Origin.of(Snapshot.EMPTY)));
    }

    /**
     * A new cluster that goes on from where this one is at this moment, apart from it from now on: the same objects, time,
     * nodes and behaviour of images; no faults. It costs about as much as its components do: the objects are shared.
     */
    public Jarbor fork() {
        return from(checkpoint());
    }

    /** Where this cluster is at this moment: any number of others may go on from there, also when it is closed. */
    public Checkpoint checkpoint() {
        return runtime.turn(() -> new Checkpoint(
                settings.withStart(runtime.now()).withSeed(settings.seed() * 31 + ++forks),
                recorder.snapshot(),
                behaviours,
                machines.lost(),
                plane.known()));
    }

    /** A cluster that goes on from {@code point}; all that do have the same seed. See {@link #fork}. */
    public static Jarbor from(Checkpoint point) {
        return begun(new Jarbor(point.settings(), Origin.of(point)));
    }

    /** Writes all objects, and the time, to a file for {@link #load}. */
    public void save(Path file) throws IOException {
        Saved saved = runtime.turn(() -> new Saved(runtime.now(), recorder.snapshot()));
        saved.write(file);
    }

    /**
     * A cluster that goes on from where a saved one was. Of its nodes those are there that the settings name.
     *
     * @throws IOException where the file cannot be read, or is no saved cluster
     */
    public static Jarbor load(Path file, JarborSettings settings) throws IOException {
        Saved saved = Saved.read(file);
        return begun(new Jarbor(settings.withStart(saved.time()), Origin.of(saved.snapshot())));
    }

    /**
     * A cluster with a copy of what is in another, which is only read: its objects, and simulated nodes in place of its own.
     * Of objects that the API server makes itself the copy has its own.
     *
     * @param source any cluster, such as an {@link dev.jarbor.client.http.HttpApi}
     */
    public static Jarbor copyOf(Api source, JarborSettings settings) {
        Copied copied = Copied.from(source, settings.apis());
        return begun(new Jarbor(settings.withNodes(copied.nodes()), Origin.of(copied.snapshot())));
    }

    private static Jarbor begun(Jarbor cluster) {
        try {
            cluster.begin();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    private void begin() {
        boolean fresh = origin.snapshot().revision() == 0;
        runtime.turn(() -> {
            settings.nodes().forEach(this::begin);
            if (fresh) {
                SimulatedStorage.publishClass(plane);
            }
            machines.serveVolumes();
            plane.startLoops();
            return machines;
        });
        if (fresh && !time.until(this::ready, STARTING)) {
            throw new IllegalStateException("the cluster is not ready after " + STARTING.toSeconds() + " s");
        }
        if (settings.mode() == TimeMode.AUTO && runtime instanceof SharedRuntime shared) {
            shared.follow(settings.pace());
        }
    }

    private void begin(SimulatedNode node) {
        boolean on = !origin.lost().contains(node.name());
        if (on && origin.resumed()) {
            machines.resume(node, origin.known());
        } else {
            machines.add(node, on);
        }
    }

    private boolean ready() {
        List<Node> nodes = api().list(Node.KIND, "", Query.NONE).items();
        return nodes.size() >= settings.nodes().size()
                && nodes.stream().allMatch(Jarbor::isReady)
                && api().find(ServiceAccount.KIND, new ObjectKey("default", "default"))
                        .isPresent();
    }

    private static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(NodeCondition::status)
                .anyMatch("True"::equals);
    }

    public JarborSettings settings() {
        return settings;
    }

    /** The API as the administrator sees it. */
    public Api api() {
        return plane.api();
    }

    /** The API as {@code user} sees it. */
    public Api as(User user) {
        return server.as(user);
    }

    /**
     * The API as {@code user} sees it.
     *
     * @param agent what the program that asks is called, as a User-Agent header names it
     */
    public Api as(User user, String agent) {
        return server.as(user, agent);
    }

    /** The cluster's time, and how to make it pass. */
    public ClusterTime time() {
        return time;
    }

    /** How containers behave. */
    public Behaviours behaviour() {
        return behaviours;
    }

    /** What goes wrong. */
    public Faults faults() {
        return faults;
    }

    /** All objects as they are at this moment. */
    public Snapshot snapshot() {
        return recorder.snapshot();
    }

    Machines machines() {
        return machines;
    }

    /** For what runs beside the cluster's own loops, in its time. */
    Runtime runtime() {
        return runtime;
    }

    /** What has happened so far. */
    public Trace trace() {
        return runtime.turn(() -> recorder.trace(settings.seed()));
    }

    /**
     * Calls {@code look} after every write of anybody, on whichever thread wrote: the place for what must hold at every
     * moment. It may read the cluster and must not write.
     */
    public void afterEachWrite(Consumer<Snapshot> look) {
        recorder.afterWrite(() -> look.accept(recorder.snapshot()));
    }

    /**
     * Asks what listens behind a Service, as from within the cluster.
     *
     * @param url such as {@code http://web.shop:8080/healthz}; the namespace is {@code default} where it is left out
     * @throws IOException when there is no answer
     */
    public Door.Answer http(String method, String url, byte[] body) throws IOException {
        return door().call(new Door.Request(method, ServiceUrl.parse(url).proxyPath(), new TreeMap<>(), body)
                .with("authorization", "Bearer " + token));
    }

    /** The same, to read something. */
    public Door.Answer http(String url) throws IOException {
        return http("GET", url, new byte[0]);
    }

    /** The way in for HTTP clients of this JVM, without a socket; made when it is first asked for, closed with the cluster. */
    public synchronized Door door() {
        if (door.isEmpty()) {
            door = Optional.of(Door.open(server, directory));
        }
        return door.get();
    }

    /** A bearer token of the administrator, for {@link #door} and {@link #https}. */
    public String token() {
        return token;
    }

    /** The HTTPS port of this cluster; opened when it is first asked for, closed with the cluster. */
    public synchronized Https https() {
        if (https.isEmpty()) {
            https = Optional.of(Https.listen(server, directory, authority(), token));
        }
        return https.get();
    }

    /** Made when it is first needed: a cluster without sockets has nothing to prove. */
    private synchronized CertificateAuthority authority() {
        if (authority.isEmpty()) {
            authority = Optional.of(CertificateAuthority.create("jarbor", outside));
        }
        return authority.get();
    }

    /** Stops everything; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        synchronized (this) {
            https.ifPresent(Https::close);
            door.ifPresent(Door::close);
        }
        runtime.turn(() -> {
            machines.close();
            plane.close();
            return recorder;
        });
        recorder.close();
        runtime.close();
        outside.close();
    }
}

package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.cluster.AuthoritySigning;
import dev.jarbor.cluster.ControlPlane;
import dev.jarbor.cluster.NodeDirectory;
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
import dev.jarbor.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cluster in this JVM: the API server, all control loops, the scheduler, and nodes that simulate their pods. It needs no
 * rights, no network and no files; any number of them live side by side. Closed, it leaves no thread and no port.
 *
 * <p>There are three ways in: {@link #api} for Jarbor's own client, {@link #door} for the HTTP of any client without a
 * socket, {@link #https} for any client with one. All of them may be used by any thread.
 */
public final class Jarbor implements AutoCloseable {
    private static final Duration STARTING = Duration.ofSeconds(60);

    private final JarborSettings settings;
    private final LiveRuntime outside;
    private final Runtime runtime;
    private final ClusterTime time;
    private final Store store;
    private final ApiServer server;
    private final NodeDirectory directory = new NodeDirectory();
    private final ControlPlane plane;
    private final Machines machines;
    private final Door door;
    private final String token;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<CertificateAuthority> authority = Optional.empty();
    private Optional<Https> https = Optional.empty();

    private Jarbor(JarborSettings settings) {
        this.settings = settings;
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
        this.store = new MemoryStore();
        this.server = new ApiServer(store, runtime, serverSettings(), directory);
        runtime.turn(() -> {
            server.start();
            return server;
        });
        this.plane = new ControlPlane(
                server,
                directory,
                runtime,
                Settings.of("").withSigning(new AuthoritySigning(this::authority, CertificateAuthority.LIFE)),
                ControllerChoice.EVERYTHING,
                true,
                false);
        this.machines = new Machines(plane, directory, runtime);
        this.door = Door.open(server, directory);
    }

    private ServerSettings serverSettings() {
        AuthenticationSettings authentication = AuthenticationSettings.DEFAULT
                .withStaticToken(token, User.ADMIN)
                .withClientAuthorities(() -> List.of(authority().certificate()));
        ServerSettings all = ServerSettings.DEFAULT
                .withAuthentication(authentication)
                .withAdmission(settings.admission())
                .withFeatures(settings.features())
                .withApis(settings.apis());
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
        var cluster = new Jarbor(settings);
        try {
            cluster.begin();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    private void begin() {
        runtime.turn(() -> {
            settings.nodes().forEach(machines::add);
            plane.startLoops();
            return machines;
        });
        if (!time.until(this::ready, STARTING)) {
            throw new IllegalStateException("the cluster is not ready after " + STARTING.toSeconds() + " s");
        }
        if (settings.mode() == TimeMode.AUTO && runtime instanceof SharedRuntime shared) {
            shared.follow(settings.pace());
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

    /** The way in for HTTP clients of this JVM, without a socket. */
    public Door door() {
        return door;
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
        }
        door.close();
        runtime.turn(() -> {
            machines.close();
            plane.close();
            return store;
        });
        store.close();
        runtime.close();
        outside.close();
    }
}

package dev.jarbor.cluster;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.nodeipam.PodRanges;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.NetworkSettings;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.aggregation.FrontProxy;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.http.HttpFace;
import dev.jarbor.server.http.HttpSettings;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cluster on this machine: certificates, control plane, HTTPS, nodes, in that order. Everything it starts it also stops,
 * in the opposite order.
 */
public final class Cluster implements AutoCloseable {
    private final ClusterSettings settings;
    private final Runtime runtime;
    private final Certificates certificates;
    private final Backing backing;
    private final ControlPlane plane;
    private final HttpFace https;
    private final Nodes nodes;
    private final Presence presence;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Cluster(
            ClusterSettings settings,
            Runtime runtime,
            Certificates certificates,
            Backing backing,
            ControlPlane plane,
            HttpFace https,
            Nodes nodes,
            Presence presence) {
        this.settings = settings;
        this.runtime = runtime;
        this.certificates = certificates;
        this.backing = backing;
        this.plane = plane;
        this.https = https;
        this.nodes = nodes;
        this.presence = presence;
    }

    /**
     * Starts a cluster; returns when its API is ready and its nodes have begun to register.
     *
     * @throws CannotStart in one line, with nothing left running
     */
    public static Cluster start(ClusterSettings settings, Runtime runtime) {
        Machine machine = Machine.here();
        Nodes nodes = machine.nodes(settings);
        boolean reachableFromPods = nodes instanceof ContainerNode;
        String bind = reachableFromPods ? "0.0.0.0" : "127.0.0.1";
        String advertised = reachableFromPods ? machine.address() : "127.0.0.1";
        int port = Ports.free(Ports.address(bind), settings.port());
        Backing backing = Backing.open(settings.store(), settings.encryption(), settings.folder(), runtime);
        Future<Certificates> making = Certificates.making(
                backing.authority(),
                ClusterSettings.SERVICE_ADDRESS,
                List.of(machine.name(), machine.address()),
                runtime);
        var directory = new NodeDirectory();
        var server = new ApiServer(
                backing.store(),
                runtime,
                backing.keys()
                        .apply(ServerSettings.DEFAULT
                                .withResourceMetrics()
                                .withNetwork(NetworkSettings.DEFAULT
                                        .withServiceCidr(ClusterSettings.SERVICE_CIDR)
                                        .withPublicHost(advertised)
                                        .withPublicPort(port))
                                .withAuthentication(AuthenticationSettings.DEFAULT.withClientAuthorities(
                                        () -> Certificates.made(making).clientAuthorities()))),
                directory,
                FrontProxy.presenting(() -> Certificates.made(making).frontProxy()));
        server.start();
        Certificates certificates = Certificates.made(making);
        var plane = new ControlPlane(
                server,
                directory,
                runtime,
                loops(settings, certificates, port, reachableFromPods),
                ControllerChoice.EVERYTHING,
                true,
                backing.shared());
        HttpFace https;
        try {
            https = HttpFace.start(
                    plane.server(),
                    plane.nodes(),
                    HttpSettings.of(Ports.address(bind), port, certificates.serverContext())
                            .withChecks(backing.encryption().checks()));
        } catch (RuntimeException failure) {
            plane.close();
            nodes.close();
            backing.close();
            throw new CannotStart(
                    "the API cannot listen on " + bind + ":" + port + ": " + failure.getMessage(), failure);
        }
        var cluster = new Cluster(
                settings,
                runtime,
                certificates,
                backing,
                plane,
                https,
                nodes,
                new Presence(plane.as("kube-apiserver"), runtime, backing.shared(), advertised, port));
        try {
            cluster.presence.start();
            new ExtensionServers(plane.as("kube-apiserver"))
                    .publish(certificates.authorityPem(), ExtensionServers.ownProxy(certificates.clientAuthorities()));
            nodes.start(plane);
            plane.startLoops();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** What the loops are told: addresses of pods only where they are real, since simulated nodes have their own. */
    private static Settings loops(ClusterSettings settings, Certificates certificates, int port, boolean real) {
        Settings loops = Settings.of(certificates.authorityPem())
                .withSigning(new AuthoritySigning(certificates.authority(), CertificateAuthority.LIFE))
                .withLoadBalancers(LoadBalancerPool.of(settings.loadBalancerPool(), port));
        return real
                ? loops.withPodRanges(PodRanges.of(ClusterSettings.CLUSTER_CIDR, ClusterSettings.POD_PREFIX))
                : loops;
    }

    /** The API as the administrator sees it, without a network between. */
    public Api api() {
        return plane.api();
    }

    /** How the API server reaches the nodes of this process. */
    NodeDirectory nodes() {
        return plane.nodes();
    }

    public String url() {
        return "https://127.0.0.1:" + https.port();
    }

    /** Whether every node that there shall be is there and Ready. */
    public boolean nodesReady() {
        List<Node> found = plane.api().list(Node.KIND, "", Query.NONE).items();
        return found.size() >= nodes.count() && found.stream().allMatch(Cluster::isReady);
    }

    private static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(NodeCondition::status)
                .anyMatch("True"::equals);
    }

    /** Writes access for administrators and what runs here into the data folder. */
    public Running announce() {
        try {
            DataFolder.writeAtomically(
                    settings.folder().kubeconfig(), Yaml.text(kubeconfig().value()));
        } catch (IOException failure) {
            throw new CannotStart(
                    "cannot write " + settings.folder().kubeconfig() + ": " + failure.getMessage(), failure);
        }
        var running = new Running(
                ProcessHandle.current().pid(),
                url(),
                nodes.inWords(),
                runtime.now().toString());
        settings.folder().announce(running);
        return running;
    }

    /** Access with the administrator's certificate, as context {@code jarbor}. */
    public KubeConfig kubeconfig() {
        Credential admin = certificates.admin();
        return KubeConfig.empty(settings.folder().root())
                .withCluster(
                        "jarbor",
                        URI.create(url()),
                        certificates.authorityPem(),
                        admin.certificatePem(),
                        admin.kubeconfigKeyPem())
                .withCurrentContext("jarbor");
    }

    /** Removes what a stopped cluster of {@code folder} left outside of it: containers, network, rules, control groups. */
    public static void removeFromMachine(DataFolder folder) {
        ContainerNode.removeFromMachine(folder);
    }

    /** Stops everything; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        presence.close();
        nodes.close();
        https.close();
        plane.close();
        backing.close();
        settings.folder().withdraw();
    }
}

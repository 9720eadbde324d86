package dev.jarbor.cluster;

import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.cni.PodNetwork;
import dev.jarbor.network.cni.PodNetworkSettings;
import dev.jarbor.network.dns.ClusterDns;
import dev.jarbor.network.dns.DnsService;
import dev.jarbor.network.dns.DnsSettings;
import dev.jarbor.network.host.HostException;
import dev.jarbor.network.nft.NftApplier;
import dev.jarbor.network.service.ProxySettings;
import dev.jarbor.network.service.RuleApplier;
import dev.jarbor.network.service.ServiceProxy;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.cri.Containerd;
import dev.jarbor.node.cri.ContainerdSettings;
import dev.jarbor.node.cri.CriContainers;
import dev.jarbor.node.cri.CriSettings;
import dev.jarbor.node.localvolume.LocalVolumes;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * This machine as a node: its own containerd, the pod network, Service rules, cluster DNS and the agent, in that order.
 * Closed in good order it leaves nothing on the machine, and pods are started anew next time; after a crash the next one finds the
 * containers as they are and goes on with them.
 */
final class ContainerNode implements Nodes {
    private static final System.Logger LOG = System.getLogger(ContainerNode.class.getName());
    private static final Path RUN = Path.of("/run/jarbor");
    private static final int DNS_PORT = 53;
    private static final long PATIENCE_SECONDS = 60;

    private final ClusterSettings settings;
    private final Machine machine;
    /** What has been started, latest first: closing goes the way back. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    ContainerNode(ClusterSettings settings, Machine machine) {
        this.settings = settings;
        this.machine = machine;
    }

    @Override
    public void start(ControlPlane plane) {
        Runtime runtime = plane.runtime();
        DataFolder folder = settings.folder();
        try {
            takeMachine();
            PodNetwork network = network(folder);
            network.install();
            undo.push(network::remove);
            Containerd containerd = Containerd.start(containerd(folder), runtime);
            undo.push(containerd::stop);
            var containers =
                    new CriContainers(runtime, new CriSettings(containerd.socket(), machine.name(), "/jarbor"));
            undo.push(containers::close);
            undo.push(() -> removePods(containers));
            startServices(plane);
            startAgent(plane, containers);
            LocalStorage.publish(plane);
            LocalVolumes storage = LocalStorage.start(
                    plane,
                    machine.name()::equals,
                    VolumeFolders.on(folder.node().resolve("volumes")));
            undo.push(storage::close);
        } catch (IOException | ContainerRuntimeException | HostException failure) {
            throw new CannotStart("this machine cannot be a node: " + failure.getMessage(), failure);
        }
    }

    /** Addresses and rules are the machine's: a second cluster with containers would take them from the first. */
    private void takeMachine() throws IOException {
        Files.createDirectories(RUN);
        FileChannel lock =
                FileChannel.open(RUN.resolve("machine.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        undo.push(() -> release(lock));
        if (lock.tryLock() == null) {
            throw new CannotStart(
                    "another cluster with real containers runs on this machine; stop it with `jarbor down`"
                            + " and its --data, or use --nodes sim=1");
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "cannot release the machine's lock", failure);
        }
    }

    private void startServices(ControlPlane plane) {
        RuleApplier rules = new NftApplier();
        undo.push(rules::remove);
        var proxy = new ServiceProxy(
                plane.informers(),
                plane.runtime(),
                rules,
                new ProxySettings(machine.name(), "", cidr(ClusterSettings.CLUSTER_CIDR)));
        undo.push(proxy::close);
        proxy.start();
        var dns = new ClusterDns(
                plane.informers(),
                plane.runtime(),
                DnsSettings.of(
                        List.of(cidr(ClusterSettings.CLUSTER_CIDR), cidr(ClusterSettings.SERVICE_CIDR)),
                        List.of(new InetSocketAddress(ClusterSettings.DNS_ADDRESS, DNS_PORT))));
        undo.push(dns::close);
        dns.start();
        var service = new DnsService(plane.api(), plane.informers(), plane.runtime(), dnsAddress());
        undo.push(service::close);
        service.start();
    }

    private void startAgent(ControlPlane plane, CriContainers containers) throws IOException {
        NodeSettings node = dev.jarbor.node.cri.Machine.settings(
                machine.name(),
                machine.address(),
                settings.folder().node().resolve("pods"),
                List.of(ClusterSettings.DNS_ADDRESS),
                ClusterSettings.DOMAIN);
        Api api = plane.as(ControlPlane.NODE_AGENT);
        var agent = new NodeAgent(
                api,
                plane.informers(),
                plane.runtime(),
                new ApiEventRecorder(api, plane.runtime(), "kubelet", machine.name()),
                containers,
                node);
        undo.push(() -> {
            await(agent::drain);
            agent.close();
        });
        plane.nodes().put(machine.name(), agent.connection());
        agent.start();
    }

    private static PodNetwork network(DataFolder folder) {
        return new PodNetwork(PodNetworkSettings.routed(
                cidr(ClusterSettings.POD_CIDR),
                cidr(ClusterSettings.SERVICE_CIDR),
                cniConfiguration(folder),
                folder.node().resolve("cni").resolve("addresses"),
                List.of(dnsAddress())));
    }

    private static Cidr cidr(String text) {
        return Cidr.of(text);
    }

    private static Ipv4 dnsAddress() {
        return Ipv4.of(ClusterSettings.DNS_ADDRESS);
    }

    private static ContainerdSettings containerd(DataFolder folder) {
        return new ContainerdSettings(
                folder.node().resolve("containerd"),
                runFolder(folder),
                cniConfiguration(folder),
                List.of(folder.node().resolve("certs.d"), Path.of("/etc/containerd/certs.d")));
    }

    private static Path cniConfiguration(DataFolder folder) {
        return folder.node().resolve("cni").resolve("net.d");
    }

    /** Short, because a socket's path is limited, and one for each data folder. */
    private static Path runFolder(DataFolder folder) {
        return RUN.resolve(Integer.toHexString(folder.root().toString().hashCode()));
    }

    /** What no agent looks after any more. */
    private static void removePods(CriContainers containers) {
        for (PodRecord pod : containers.pods()) {
            for (SandboxRecord sandbox : pod.sandboxes()) {
                await(done -> containers.stopSandbox(sandbox.id(), outcome -> done.run()));
                await(done -> containers.removeSandbox(sandbox.id(), outcome -> done.run()));
            }
        }
    }

    /** An operation that answers later, waited for: nothing else is left to do when a node goes. */
    private static void await(Consumer<Runnable> operation) {
        var answered = new CountDownLatch(1);
        operation.accept(answered::countDown);
        try {
            if (!answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "pods did not stop within {0} s", PATIENCE_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public String inWords() {
        return "1 node with containerd (" + machine.name() + ")";
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    /** Removes what is left of a cluster that did not end by itself. */
    static void removeFromMachine(DataFolder folder) {
        if (!Machine.isRoot() || !Files.isDirectory(folder.node())) {
            return;
        }
        try (Runtime runtime = new LiveRuntime()) {
            Containerd containerd = Containerd.start(containerd(folder), runtime);
            try (var containers = new CriContainers(
                    runtime, new CriSettings(containerd.socket(), Machine.here().name(), "/jarbor"))) {
                removePods(containers);
            }
            containerd.stop();
        }
        new NftApplier().remove();
        network(folder).remove();
    }
}

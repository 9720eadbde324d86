package dev.jarbor.network.dns;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.network.Ipv4;
import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Service under which clients know cluster DNS: {@code kube-system/kube-dns}, without a selector. Its one endpoint is
 * its own address, which every node answers by itself; so the Service looks alive and the rules leave it alone.
 */
public final class DnsService implements AutoCloseable {
    /** The name that all clusters share, whatever program answers. */
    public static final ObjectKey KEY = new ObjectKey("kube-system", "kube-dns");

    private static final ObjectKey SLICE = new ObjectKey("kube-system", "kube-dns-node");
    private static final int PORT = 53;

    private final Api api;
    private final Informers informers;
    private final Ipv4 address;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Controller controller;

    public DnsService(Api api, Informers informers, Runtime runtime, Ipv4 address) {
        this.api = api;
        this.informers = informers;
        this.address = address;
        this.controller = new Controller("dns-service", runtime, 1, key -> reconcile());
        this.services = informers
                .of(Service.KIND)
                .onChange(change -> changed(change.object().key()));
        this.slices = informers
                .of(EndpointSlice.KIND)
                .onChange(change -> changed(change.object().key()));
    }

    /** Creates what is missing once the informers are synced, and whenever it is deleted. */
    public void start() {
        informers.whenSynced(() -> {
            controller.enqueue(KEY);
            controller.start();
        });
    }

    private void changed(ObjectKey key) {
        if (key.equals(KEY) || key.equals(SLICE)) {
            controller.enqueue(KEY);
        }
    }

    /** Only what is absent is written: an administrator may have put another DNS in its place. */
    private Outcome reconcile() {
        if (services.get(KEY).isEmpty() && api.find(Service.KIND, KEY).isEmpty()) {
            api.create(Service.KIND, service(address));
        }
        boolean ours = api.find(Service.KIND, KEY)
                .filter(service -> service.spec().clusterIP().equals(address.toString()))
                .filter(service -> service.spec().selector().isEmpty())
                .isPresent();
        if (ours
                && slices.get(SLICE).isEmpty()
                && api.find(EndpointSlice.KIND, SLICE).isEmpty()) {
            api.create(EndpointSlice.KIND, slice(address));
        }
        return Outcome.DONE;
    }

    private static Service service(Ipv4 address) {
        Service named = Service.named(KEY.namespace(), KEY.name());
        return named.withMetadata(named.metadata()
                        .withLabels(new TreeMap<>(Map.of(
                                "k8s-app", "kube-dns",
                                "kubernetes.io/cluster-service", "true",
                                "kubernetes.io/name", "CoreDNS"))))
                .withSpec(ServiceSpec.EMPTY
                        .withType("ClusterIP")
                        .withClusterIP(address.toString())
                        .withClusterIPs(List.of(address.toString()))
                        .withPorts(List.of(port("dns", "UDP"), port("dns-tcp", "TCP"))));
    }

    private static ServicePort port(String name, String protocol) {
        return ServicePort.EMPTY
                .withName(name)
                .withProtocol(protocol)
                .withPort(PORT)
                .withTargetPort(IntOrString.of(PORT));
    }

    private static EndpointSlice slice(Ipv4 address) {
        EndpointSlice named = EndpointSlice.named(SLICE.namespace(), SLICE.name());
        return named.withMetadata(named.metadata()
                        .withLabels(new TreeMap<>(Map.of(
                                ClusterZone.SERVICE_LABEL,
                                KEY.name(),
                                "endpointslice.kubernetes.io/managed-by",
                                "jarbor-dns"))))
                .withAddressType("IPv4")
                .withEndpoints(List.of(Endpoint.EMPTY
                        .withAddresses(List.of(address.toString()))
                        .withConditions(EndpointConditions.EMPTY.withReady(true))))
                .withPorts(List.of(
                        EndpointPort.EMPTY.withName("dns").withProtocol("UDP").withPort(PORT),
                        EndpointPort.EMPTY
                                .withName("dns-tcp")
                                .withProtocol("TCP")
                                .withPort(PORT)));
    }

    @Override
    public void close() {
        controller.close();
    }
}

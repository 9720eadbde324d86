package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.PortStream;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.outbound.Dialer;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.SocketLine;
import dev.jarbor.server.proxy.ProxyName;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reaches Services and pods by what the store knows of them: one of the ready endpoints, through the node that runs the
 * pod where there is a connection to it, else by dialling its address. So it needs neither a proxy of Services on this
 * machine nor a real network.
 */
public final class StoredServices implements ServiceResolver {
    private static final String SLICES = "endpointslices.discovery.k8s.io";
    private static final int AGENT_PORT = 10250;
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Store store;
    private final Runtime runtime;
    private final NodeConnections nodes;

    StoredServices(Store store, Runtime runtime, NodeConnections nodes) {
        this.store = store;
        this.runtime = runtime;
        this.nodes = nodes;
    }

    /** @param pod the name of the pod in the Service's namespace, "" where the endpoint is none */
    private record Endpoint(String address, int port, String pod) {}

    @Override
    public Dialer resolve(String namespace, String name, int port) throws IOException {
        Snapshot now = store.snapshot();
        ObjectValue service = now.get("services", new ObjectKey(namespace, name))
                .orElseThrow(() -> new IOException("service " + GoText.quote(name) + " not found"));
        ObjectValue spec = service.object("spec");
        if (spec.string("type").equals("ExternalName")) {
            String host = spec.string("externalName");
            return patience -> SocketLine.dial(host, port, patience);
        }
        ObjectValue served = spec.list("ports").objects().stream()
                .filter(candidate -> candidate.integer("port") == port)
                .findFirst()
                .orElseThrow(
                        () -> new IOException("no service port " + port + " found for service " + GoText.quote(name)));
        List<Endpoint> ready = ready(now, namespace, name, served.string("name"));
        if (ready.isEmpty()) {
            throw new IOException("no endpoints available for service " + GoText.quote(name));
        }
        return endpoint(now, namespace, ready.get(runtime.random().nextInt(ready.size())))
                .dialer();
    }

    /**
     * A place that requests are passed on to.
     *
     * @param host {@code address:port}
     */
    public record Place(String host, Dialer dialer) {}

    /**
     * The pod that a proxy URL names.
     *
     * @throws ApiException where there is none, or none that can be reached
     */
    public Place pod(String namespace, ProxyName asked) {
        ObjectValue pod = store.snapshot()
                .get("pods", new ObjectKey(namespace, asked.name()))
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), asked.name()));
        int port = asked.port().isEmpty() ? firstPort(pod, asked.usualPort()) : number("pod", asked);
        String address = pod.object("status").string("podIP");
        if (!isOfThePodNetwork(address)) {
            throw ApiException.badRequest("address not allowed");
        }
        return new Place(address + ":" + port, pod(pod, port));
    }

    /** Whoever writes a pod's status does not get this machine's own addresses proxied. */
    private static boolean isOfThePodNetwork(String address) {
        if (!address.matches("[0-9a-fA-F.:]+")) {
            return false;
        }
        try {
            InetAddress parsed = InetAddress.getByName(address);
            return !parsed.isLoopbackAddress()
                    && !parsed.isLinkLocalAddress()
                    && !parsed.isMulticastAddress()
                    && !parsed.isAnyLocalAddress();
        } catch (UnknownHostException malformed) {
            return false;
        }
    }

    private static int firstPort(ObjectValue pod, int otherwise) {
        return pod.object("spec").list("containers").objects().stream()
                .flatMap(container -> container.list("ports").objects().stream().limit(1))
                .map(port -> (int) port.integer("containerPort"))
                .findFirst()
                .orElse(otherwise);
    }

    /**
     * One of the endpoints of the Service that a proxy URL names, by the number or the name of its port.
     *
     * @throws ApiException where there is none
     */
    public Place service(String namespace, ProxyName asked) {
        String name = asked.name();
        Snapshot now = store.snapshot();
        ObjectValue service = now.get("services", new ObjectKey(namespace, name))
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "services"), name));
        List<Endpoint> ready = ready(now, namespace, name, portName(service, asked.port()));
        if (ready.isEmpty()) {
            throw ApiException.serviceUnavailable("no endpoints available for service " + GoText.quote(name));
        }
        return endpoint(now, namespace, ready.get(runtime.random().nextInt(ready.size())));
    }

    private static String portName(ObjectValue service, String port) {
        if (!port.matches("[0-9]{1,5}")) {
            return port;
        }
        return service.object("spec").list("ports").objects().stream()
                .filter(candidate -> candidate.integer("port") == Integer.parseInt(port))
                .map(candidate -> candidate.string("name"))
                .findFirst()
                .orElseThrow(() -> ApiException.serviceUnavailable("no service port " + port + " found for service "
                        + GoText.quote(Metadata.of(service).string("name"))));
    }

    /**
     * The node that a proxy URL names; without a port its agent.
     *
     * @throws ApiException where there is none, or it has no address
     */
    public Place node(ProxyName asked) {
        ObjectValue node = store.snapshot()
                .get("nodes", ObjectKey.cluster(asked.name()))
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "nodes"), asked.name()));
        ObjectValue status = node.object("status");
        long agent = status.object("daemonEndpoints").object("kubeletEndpoint").integer("Port");
        int usual = agent == 0 ? AGENT_PORT : (int) agent;
        int port = asked.port().isEmpty() ? usual : number("node", asked);
        String address = status.list("addresses").objects().stream()
                .filter(candidate -> candidate.string("type").equals("InternalIP"))
                .map(candidate -> candidate.string("address"))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest("address not allowed"));
        return new Place(address + ":" + port, patience -> SocketLine.dial(address, port, patience));
    }

    private static int number(String kind, ProxyName asked) {
        String port = asked.port();
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw ApiException.badRequest("invalid " + kind + " request " + GoText.quote(asked.name() + ":" + port));
        }
        return Integer.parseInt(port);
    }

    private Place endpoint(Snapshot now, String namespace, Endpoint chosen) {
        Optional<ObjectValue> pod =
                chosen.pod().isEmpty() ? Optional.empty() : now.get("pods", new ObjectKey(namespace, chosen.pod()));
        Dialer dialer = pod.map(found -> pod(found, chosen.port()))
                .orElse(patience -> SocketLine.dial(chosen.address(), chosen.port(), patience));
        return new Place(chosen.address() + ":" + chosen.port(), dialer);
    }

    private Dialer pod(ObjectValue pod, int port) {
        return patience -> {
            String node = pod.object("spec").string("nodeName");
            Optional<NodeConnection> connection = node.isEmpty() ? Optional.empty() : nodes.to(node);
            String address = pod.object("status").string("podIP");
            if (connection.isEmpty()) {
                return SocketLine.dial(address, port, patience);
            }
            ObjectKey key = Metadata.key(pod);
            String uid = Metadata.of(pod).string("uid");
            try {
                return new Forwarded(connection.get().portForward(key.namespace(), key.name(), uid, port));
            } catch (ApiException refused) {
                throw new IOException(refused.status().message(), refused);
            }
        };
    }

    private static List<Endpoint> ready(Snapshot now, String namespace, String service, String port) {
        var ready = new ArrayList<Endpoint>();
        for (ObjectValue slice : now.in(SLICES, namespace).values()) {
            if (Metadata.of(slice).object("labels").string(SERVICE_NAME).equals(service)) {
                slice.list("ports").objects().stream()
                        .filter(candidate -> candidate.string("name").equals(port))
                        .findFirst()
                        .ifPresent(found -> slice.list("endpoints").objects().stream()
                                .filter(StoredServices::isReady)
                                .forEach(endpoint -> ready.add(endpoint(
                                        endpoint,
                                        endpoint.list("addresses").strings().getFirst(),
                                        (int) found.integer("port")))));
            }
        }
        return ready.isEmpty() ? listed(now, namespace, service, port) : ready;
    }

    private static boolean isReady(ObjectValue endpoint) {
        ObjectValue conditions = endpoint.object("conditions");
        return !endpoint.list("addresses").isEmpty() && (!conditions.has("ready") || conditions.bool("ready"));
    }

    /** What somebody wrote into an Endpoints object that no slice mirrors. */
    private static List<Endpoint> listed(Snapshot now, String namespace, String service, String port) {
        var listed = new ArrayList<Endpoint>();
        ObjectValue endpoints =
                now.get("endpoints", new ObjectKey(namespace, service)).orElse(ObjectValue.EMPTY);
        for (ObjectValue subset : endpoints.list("subsets").objects()) {
            for (ObjectValue candidate : subset.list("ports").objects()) {
                if (candidate.string("name").equals(port)) {
                    subset.list("addresses")
                            .objects()
                            .forEach(address -> listed.add(
                                    endpoint(address, address.string("ip"), (int) candidate.integer("port"))));
                }
            }
        }
        return listed;
    }

    private static Endpoint endpoint(ObjectValue endpoint, String address, int port) {
        ObjectValue target = endpoint.object("targetRef");
        return new Endpoint(address, port, target.string("kind").equals("Pod") ? target.string("name") : "");
    }

    /** A connection that the pod's node has made. */
    private record Forwarded(PortStream stream) implements Line {
        @Override
        public InputStream input() {
            return stream.input();
        }

        @Override
        public OutputStream output() {
            return stream.output();
        }

        @Override
        public void patience(Duration patience) {
            // the node's streams know no time-out; whoever calls closes them when the time is over
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}

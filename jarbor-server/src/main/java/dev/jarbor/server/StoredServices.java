package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.PortStream;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.outbound.Dialer;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.SocketLine;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reaches Services and pods by what the store knows of them: one of the ready endpoints, through the node that runs the
 * pod where there is a connection to it, else by dialling its address. So it needs neither a proxy of Services on this
 * machine nor a real network.
 */
final class StoredServices implements ServiceResolver {
    private static final String SLICES = "endpointslices.discovery.k8s.io";
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
        Endpoint chosen = ready.get(runtime.random().nextInt(ready.size()));
        Optional<ObjectValue> pod =
                chosen.pod().isEmpty() ? Optional.empty() : now.get("pods", new ObjectKey(namespace, chosen.pod()));
        return pod.map(found -> pod(found, chosen.port()))
                .orElse(patience -> SocketLine.dial(chosen.address(), chosen.port(), patience));
    }

    /** A way to {@code port} of {@code pod}. */
    Dialer pod(ObjectValue pod, int port) {
        return patience -> {
            String node = pod.object("spec").string("nodeName");
            Optional<NodeConnection> connection = node.isEmpty() ? Optional.empty() : nodes.to(node);
            String address = pod.object("status").string("podIP");
            if (connection.isEmpty()) {
                return SocketLine.dial(address, port, patience);
            }
            try {
                ObjectKey key = Metadata.key(pod);
                String uid = Metadata.of(pod).string("uid");
                return new Forwarded(connection.get().portForward(key.namespace(), key.name(), uid, port));
            } catch (IOException closed) {
                // a server that listens on the pod's address alone is not found on its loopback
                if (address.isEmpty()) {
                    throw closed;
                }
                return SocketLine.dial(address, port, patience);
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

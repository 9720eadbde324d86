package dev.jarbor.cluster;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Settings;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.Behaviour;
import dev.jarbor.node.simulated.Load;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole cluster of simulated nodes under virtual time, with one namespace, {@code shop}: API server, control loops, scheduler
 * and node agents. Containers of an image called {@code done} exit well after a second, those of {@code broken} badly; those
 * of {@code stubborn} do not stop before they are killed.
 */
final class SimulatedCluster {
    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final ApiServer server;
    final ControlPlane plane;
    private final NodeDirectory directory = new NodeDirectory();
    private final Map<String, NodeAgent> agents = new TreeMap<>();

    SimulatedCluster(int nodes) {
        this(nodes, Load.share(0.5));
    }

    SimulatedCluster(int nodes, Load load) {
        this(nodes, load, RuntimeConfig.DEFAULT, ControllerChoice.EVERYTHING);
    }

    /**
     * @param apis what is served
     * @param loops which of them run
     */
    SimulatedCluster(int nodes, Load load, RuntimeConfig apis, ControllerChoice loops) {
        server = new ApiServer(
                new MemoryStore(),
                runtime,
                ServerSettings.DEFAULT.withResourceMetrics().withApis(apis),
                directory);
        server.start();
        plane = new ControlPlane(server, directory, runtime, Settings.of("certificate"), loops, true, false);
        for (int index = 0; index < nodes; index++) {
            node("node-" + index, index, load);
        }
        plane.startLoops();
        create("v1/namespaces", "metadata: {name: shop}");
        pass(30);
    }

    private void node(String name, int index, Load load) {
        var containers = new SimulatedContainers(
                runtime,
                SimulationSettings.of(SimulatedAddresses.pods(index)).withBehaviours(SimulatedCluster::behaviour));
        containers.load(load);
        Api api = plane.as(ControlPlane.NODE_AGENT);
        var agent = new NodeAgent(
                api,
                plane.informers(),
                runtime,
                new ApiEventRecorder(api, runtime, "kubelet", name),
                containers,
                NodeSettings.simulated(name, SimulatedAddresses.machine(index)));
        directory.put(name, agent.connection());
        agents.put(name, agent);
        agent.start();
    }

    /** Nothing is heard of that node any more. */
    void lose(String node) {
        NodeAgent lost = agents.remove(node);
        if (lost != null) {
            directory.remove(node);
            lost.close();
        }
    }

    /** The metrics of this cluster, a line each. */
    String metrics() {
        return server.metrics().text();
    }

    private static Behaviour behaviour(String image) {
        if (image.contains("done")) {
            return Behaviour.exits(Duration.ofSeconds(1), 0);
        }
        if (image.contains("stubborn")) {
            return Behaviour.SERVES.withStops(Duration.ofHours(1));
        }
        return image.contains("broken") ? Behaviour.exits(Duration.ofSeconds(1), 1) : Behaviour.SERVES;
    }

    /** Lets so many seconds pass. */
    void pass(long seconds) {
        runtime.advance(Duration.ofSeconds(seconds));
    }

    ObjectValue create(String path, String yaml) {
        return call(Verb.CREATE, path, Query.NONE, yaml(yaml));
    }

    ObjectValue get(String path) {
        return call(Verb.GET, path, Query.NONE, ObjectValue.EMPTY);
    }

    ObjectValue update(String path, ObjectValue object) {
        return call(Verb.UPDATE, path, Query.NONE, object);
    }

    /** A merge patch. */
    ObjectValue patch(String path, String yaml) {
        return patch(path, yaml, PatchType.MERGE);
    }

    ObjectValue patch(String path, String yaml, PatchType type) {
        return plane.api().call(new ApiRequest(Verb.PATCH, path(path), Query.NONE, yaml(yaml), type));
    }

    List<ObjectValue> list(String path) {
        return list(path, "");
    }

    List<ObjectValue> list(String path, String labels) {
        Query query = labels.isEmpty() ? Query.NONE : Query.labels(labels);
        return call(Verb.LIST, path, query, ObjectValue.EMPTY).list("items").objects();
    }

    List<String> names(String path) {
        return list(path).stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    void delete(String path) {
        delete(path, "{}");
    }

    /** @param options of the deletion, in JSON with single quotes */
    void delete(String path, String options) {
        call(Verb.DELETE, path, Query.NONE, Json.object(options.replace('\'', '"')));
    }

    void deleteCollection(String path, String labels) {
        call(Verb.DELETECOLLECTION, path, Query.labels(labels), ObjectValue.EMPTY);
    }

    /** What the events say, as {@code Reason: message}. */
    List<String> told() {
        return list("v1/events").stream()
                .map(event -> event.string("reason") + ": " + event.string("message"))
                .toList();
    }

    private ObjectValue call(Verb verb, String path, Query query, Value body) {
        return plane.api().call(ApiRequest.of(verb, path(path), query, body));
    }

    static ObjectValue yaml(String text) {
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    /**
     * {@code v1/pods/web/status} and {@code apps/v1/deployments/web}, in the namespace {@code shop}; what has no namespace, and
     * lists over all of them, with a slash before.
     */
    private static ResourcePath path(String text) {
        boolean whole = text.startsWith("/") || text.startsWith("v1/namespaces") || text.startsWith("v1/nodes");
        String[] parts = (text.replaceFirst("^/", "") + "////").split("/", -1);
        boolean core = parts[0].equals("v1");
        int at = core ? 0 : 1;
        return new ResourcePath(
                core ? "" : parts[0], parts[at], parts[at + 1], whole ? "" : "shop", parts[at + 2], parts[at + 3]);
    }

    /** A container in YAML that runs {@code image}. */
    static String pod(String image) {
        return "{containers: [{name: main, image: '" + image + ":1'}]}";
    }

    /** A template in YAML for pods labelled {@code app=APP}. */
    static String template(String app, String image) {
        return "{metadata: {labels: {app: " + app + "}}, spec: " + pod(image) + "}";
    }
}

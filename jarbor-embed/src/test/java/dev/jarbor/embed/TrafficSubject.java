package dev.jarbor.embed;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Services in front of the pods of others, whose selectors and ports change, and which come and go: no slice ever names a pod
 * that was not, or an address or a node that was not its pod's, and in the end a Service's slices have exactly its pods, each
 * once, and its Endpoints say the same.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
final class TrafficSubject implements Subject {
    private static final String SLICES = "endpointslices.discovery.k8s.io";
    private static final int MOST = 100;
    private static final List<String> SERVICES = List.of("front", "side");
    private static final List<String> APPS = List.of("web", "db", "agent", "cache");

    private final Jarbor cluster;
    /** What was seen of pods: their names, addresses and nodes, by uid. */
    private final Map<String, Set<String>> seen = new HashMap<>();

    TrafficSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        create("front", "web", 80);
        create("side", "agent", 81);
    }

    private void create(String name, String app, int port) {
        cluster.api().create(Service.KIND, new Service(Json.object("""
                {"metadata":{"name":"%s","namespace":"default"},"spec":%s}
                """.formatted(name, spec(app, port)))));
    }

    private static String spec(String app, int port) {
        return "{\"selector\":{\"app\":\"%s\"},\"ports\":[{\"name\":\"p%d\",\"port\":%d}]}".formatted(app, port, port);
    }

    @Override
    public void act(RandomGenerator chance) {
        String name = SERVICES.get(chance.nextInt(SERVICES.size()));
        String app = APPS.get(chance.nextInt(APPS.size()));
        int port = 80 + chance.nextInt(3);
        if (Moment.of(cluster).find("services", name).isEmpty()) {
            create(name, app, port);
        } else if (chance.nextInt(4) == 0) {
            cluster.api().delete(Service.KIND, Subject.key(name));
        } else {
            String spec = "{\"spec\":{\"selector\":{\"app\":\"%s\"},\"publishNotReadyAddresses\":%s}}"
                    .formatted(app, chance.nextInt(4) == 0);
            Subject.patch(cluster.api(), Service.KIND, name, spec);
        }
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (!before.same(now, "pods")) {
            now.all("pods").forEach(this::note);
        }
        if (before.same(now, SLICES)) {
            return;
        }
        for (ObjectValue slice : slices(now)) {
            List<ObjectValue> endpoints = slice.list("endpoints").objects();
            findings.require(endpoints.size() <= MOST, Moment.name(slice) + " has " + endpoints.size() + " endpoints");
            var pods = new HashSet<String>();
            for (ObjectValue endpoint : endpoints) {
                String uid = endpoint.object("targetRef").string("uid");
                findings.require(pods.add(uid), Moment.name(slice) + " has a pod twice: " + endpoint);
                findings.require(
                        seen.getOrDefault(uid, Set.of()).containsAll(facts(endpoint)),
                        Moment.name(slice) + " tells of a pod what was never so: " + endpoint);
            }
        }
    }

    private static List<ObjectValue> slices(Moment now) {
        return now.all(SLICES).stream()
                .filter(slice -> SERVICES.contains(service(slice)))
                .toList();
    }

    private void note(ObjectValue pod) {
        Set<String> facts = seen.computeIfAbsent(Moment.uid(pod), uid -> new HashSet<>());
        facts.add(Moment.name(pod));
        facts.add(pod.object("spec").string("nodeName"));
        addresses(pod).forEach(facts::add);
    }

    private static List<String> addresses(ObjectValue pod) {
        return pod.object("status").list("podIPs").objects().stream()
                .map(address -> address.string("ip"))
                .toList();
    }

    private static List<String> facts(ObjectValue endpoint) {
        var facts = new ArrayList<String>(endpoint.list("addresses").strings());
        facts.add(endpoint.object("targetRef").string("name"));
        facts.add(endpoint.string("nodeName"));
        return facts;
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        for (ObjectValue slice : slices(now)) {
            if (now.find("services", service(slice)).isEmpty()) {
                return Optional.of("a slice is left of " + service(slice));
            }
        }
        return now.all("services").stream()
                .filter(service -> SERVICES.contains(Moment.name(service)))
                .filter(service -> !expected(service, now).equals(sliced(service, now))
                        || !new TreeSet<>(expected(service, now)).equals(new TreeSet<>(told(service, now))))
                .map(service -> Moment.name(service) + " does not settle at " + expected(service, now) + ": "
                        + sliced(service, now) + " and " + told(service, now))
                .findFirst();
    }

    private static String service(ObjectValue slice) {
        return slice.object("metadata").object("labels").string("kubernetes.io/service-name");
    }

    /** The ready pods that it selects, with the port: sorted. */
    private static List<String> expected(ObjectValue service, Moment now) {
        long port = service.object("spec").list("ports").objects().getFirst().integer("port");
        return now.pods(service.object("spec").object("selector").string("app")).stream()
                .filter(Moment::serves)
                .map(pod -> Moment.name(pod) + " " + addresses(pod).getFirst() + ":" + port)
                .sorted()
                .toList();
    }

    private static List<String> sliced(ObjectValue service, Moment now) {
        return slices(now).stream()
                .filter(slice -> service(slice).equals(Moment.name(service)))
                .flatMap(slice -> targets(
                        slice,
                        slice.list("endpoints").objects().stream()
                                .filter(endpoint ->
                                        endpoint.object("conditions").bool("ready"))
                                .map(endpoint -> endpoint.with(
                                        "ip",
                                        endpoint.list("addresses").strings().getFirst()))
                                .toList())
                        .stream())
                .sorted()
                .toList();
    }

    private static List<String> told(ObjectValue service, Moment now) {
        return now.find("endpoints", Moment.name(service)).stream()
                .flatMap(endpoints -> endpoints.list("subsets").objects().stream())
                .flatMap(subset -> targets(subset, subset.list("addresses").objects()).stream())
                .toList();
    }

    /** @param within has the ports */
    private static List<String> targets(ObjectValue within, Collection<ObjectValue> endpoints) {
        return endpoints.stream()
                .flatMap(endpoint -> within.list("ports").objects().stream()
                        .map(port -> endpoint.object("targetRef").string("name") + " " + endpoint.string("ip") + ":"
                                + port.integer("port")))
                .toList();
    }
}

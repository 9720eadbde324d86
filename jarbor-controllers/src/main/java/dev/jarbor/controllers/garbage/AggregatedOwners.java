package dev.jarbor.controllers.garbage;

import dev.jarbor.api.Kind;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.VersionOrder;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Follows the kinds that other API servers behind this one serve. Each group is asked what it has when one of its APIServices
 * changes, and every half minute, as the reference asks for everything that is served.
 *
 * <p>A version that nobody answers for is taken to have what it had: its objects are not gone, only out of reach. What they own,
 * and who owns them, is judged when they can be asked for again. A kind is forgotten only when its server says that there is
 * no such kind, or when its APIService is deleted; and nothing is deleted for that.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/">Kubernetes
 *     API Aggregation Layer</a>
 */
final class AggregatedOwners implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    /** A server may take long to refuse; the others need not wait for it. */
    private static final int WORKERS = 5;

    private final Api api;
    private final Informer<APIService> services;
    private final FollowedKinds kinds;
    private final WorkQueue<String> groups;
    /** What each version of a group said when it last answered, by group; groups that had other servers once are kept. */
    private final Map<String, SequencedMap<String, List<ResourceDefinition>>> said = new ConcurrentSkipListMap<>();

    AggregatedOwners(Api api, Informers informers, Runtime runtime, FollowedKinds kinds) {
        this.api = api;
        this.kinds = kinds;
        this.services = informers.of(APIService.KIND);
        this.groups = new WorkQueue<>("garbage-collector: groups of other servers", runtime, WORKERS, this::look);
        services.onChange(this::changed);
    }

    void start() {
        groups.start();
    }

    private void changed(Change<APIService> change) {
        boolean another = change.object().spec().hasService()
                || (change instanceof Change.Updated<APIService>(APIService before, APIService after)
                        && before.spec().hasService());
        if (another) {
            groups.add(change.object().spec().group());
        }
    }

    private Outcome look(String group) {
        List<APIService> behind = services.list().stream()
                .filter(service ->
                        service.spec().hasService() && service.spec().group().equals(group))
                .sorted(Comparator.comparingInt(
                                (APIService service) -> -service.spec().versionPriority())
                        .thenComparing(service -> service.spec().version(), VersionOrder.VERSIONS))
                .toList();
        SequencedMap<String, List<ResourceDefinition>> before = said.getOrDefault(group, new LinkedHashMap<>());
        var now = new LinkedHashMap<String, List<ResourceDefinition>>();
        for (APIService service : behind) {
            String version = service.spec().version();
            List<ResourceDefinition> answer = ask(service);
            now.put(version, answer.isEmpty() ? before.getOrDefault(version, List.of()) : answer);
        }
        said.put(group, now);
        Map<String, ServedKind> served = kinds(now);
        var gone = new TreeSet<>(kinds(before).keySet());
        gone.removeAll(served.keySet());
        gone.forEach(kinds::forget);
        served.values().forEach(kind -> kinds.follow(kind, "aggregated"));
        return behind.isEmpty() ? Outcome.DONE : Outcome.beat(LOOK_AGAIN);
    }

    /** Whether another server answers for {@code kind}, or once did. */
    boolean concerns(Kind<?> kind) {
        return said.containsKey(kind.group());
    }

    /** Whether {@code kind} is served at this moment: only then does it mean something that an object is not found. */
    boolean isServed(Kind<?> kind) {
        return api.resources(kind.group(), kind.version()).stream()
                .anyMatch(resource -> resource.plural().equals(kind.plural()));
    }

    private static Map<String, ServedKind> kinds(SequencedMap<String, List<ResourceDefinition>> versions) {
        return ServedKind.among(
                versions.values().stream().flatMap(Collection::stream).toList());
    }

    /** What is served in that version; nothing where nobody answers. */
    private List<ResourceDefinition> ask(APIService service) {
        boolean available = service.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Available")
                        && condition.status().equals("True"));
        if (!available) {
            return List.of();
        }
        try {
            return api.resources(service.spec().group(), service.spec().version());
        } catch (ApiException unreachable) {
            return List.of();
        }
    }

    @Override
    public void close() {
        groups.close();
    }
}

package dev.jarbor.server.http;

import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Snapshot;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * What the face counts, under the reference's names, labels and types.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class Metrics {
    private static final List<Double> SECONDS =
            list(0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60);
    private static final List<Double> BYTES = list(1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9);
    private static final List<Double> EVENT_BYTES = list(1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072);
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT");
    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> CONNECTED = Set.of("exec", "attach", "portforward", "proxy", "log");

    private final MetricRegistry registry;
    private final Counter requests;
    private final Histogram durations;
    private final Histogram sizes;
    private final Counter longRunning;
    private final Counter inFlight;
    private final Counter watchEvents;
    private final Histogram watchBytes;

    Metrics(ApiServer server, ServerVersion version) {
        registry = new MetricRegistry(server.metrics());
        server.store().observe(new StoreMetrics(registry, SECONDS));
        requests = registry.counter(
                "apiserver_request_total",
                "Requests answered.",
                "code",
                "component",
                "dry_run",
                "group",
                "resource",
                "scope",
                "subresource",
                "verb",
                "version");
        durations = registry.histogram(
                "apiserver_request_duration_seconds",
                "Time from a request to the end of its answer.",
                SECONDS,
                "component",
                "dry_run",
                "group",
                "resource",
                "scope",
                "subresource",
                "verb",
                "version");
        sizes = registry.histogram(
                "apiserver_response_sizes",
                "Bytes of answers, before compression.",
                BYTES,
                "component",
                "group",
                "resource",
                "scope",
                "subresource",
                "verb",
                "version");
        longRunning = registry.level(
                "apiserver_longrunning_requests",
                "Watches and connections at work.",
                "component",
                "group",
                "resource",
                "scope",
                "subresource",
                "verb",
                "version");
        inFlight = registry.level("apiserver_current_inflight_requests", "Requests at work.", "request_kind");
        inFlight.add(0, "mutating");
        inFlight.add(0, "readOnly");
        watchEvents = registry.counter(
                "apiserver_watch_events_total", "Events sent to watches.", "group", "resource", "version");
        watchBytes = registry.histogram(
                "apiserver_watch_events_sizes",
                "Bytes of events sent to watches.",
                EVENT_BYTES,
                "group",
                "resource",
                "version");
        gauges(server, version);
    }

    private void gauges(ApiServer server, ServerVersion version) {
        registry.gauge(
                "apiserver_storage_objects", "Objects stored.", List.of("resource"), sink -> objects(server, sink));
        registry.gauge(
                "apiserver_storage_revision",
                "The latest revision of the store.",
                List.of(),
                sink -> sink.tell((double) server.store().snapshot().revision()));
        registry.gauge(
                "jarbor_store_lag_revisions",
                "By how many revisions this server was behind its store.",
                List.of(),
                sink -> sink.tell((double) server.store().health().lag()));
        space(server);
        registry.gauge(
                "kubernetes_build_info",
                "Always 1; the labels say what runs.",
                List.of(
                        "build_date",
                        "compiler",
                        "git_commit",
                        "git_tree_state",
                        "git_version",
                        "go_version",
                        "major",
                        "minor",
                        "platform"),
                sink -> sink.tell(
                        1,
                        version.buildDate(),
                        "javac",
                        "",
                        "clean",
                        version.gitVersion(),
                        "",
                        version.major(),
                        version.minor(),
                        version.platform()));
        var runtime = ManagementFactory.getRuntimeMXBean();
        registry.gauge(
                "process_start_time_seconds",
                "When the process started, in seconds since 1970.",
                List.of(),
                sink -> sink.tell(runtime.getStartTime() / 1000.0));
        registry.gauge(
                "process_virtual_memory_bytes",
                "Memory that the virtual machine has set aside.",
                List.of(),
                sink -> sink.tell((double) committed()));
    }

    private void space(ApiServer server) {
        registry.gauge(
                "apiserver_storage_size_bytes",
                "Bytes that the store has set aside.",
                List.of("storage_cluster_id"),
                sink -> {
                    long size = server.store().health().space().size();
                    if (size > 0) {
                        sink.tell((double) size, "etcd-0");
                    }
                });
        registry.gauge("jarbor_store_used_bytes", "Bytes of those that hold something.", List.of(), sink -> {
            long used = server.store().health().space().used();
            if (used > 0) {
                sink.tell((double) used);
            }
        });
        registry.gauge(
                "jarbor_store_alarms",
                "1 for each alarm of the store; it takes no writes until its keepers have seen to it.",
                List.of("alarm"),
                sink -> server.store().health().space().alarms().forEach(alarm -> sink.tell(1, alarm)));
    }

    private static long committed() {
        var memory = ManagementFactory.getMemoryMXBean();
        return memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
    }

    private static void objects(ApiServer server, Gauge.Sink sink) {
        Snapshot now = server.store().snapshot();
        server.registry().served().stream()
                .filter(ServedResource::isStored)
                .map(ServedResource::storage)
                .distinct()
                .sorted()
                .forEach(storage -> sink.tell(now.all(storage).size(), storage));
    }

    /** For other parts that count. */
    MetricRegistry registry() {
        return registry;
    }

    /** One request at work until closed. */
    interface AtWork extends AutoCloseable {
        @Override
        void close();
    }

    AtWork begin(RequestHead head, RequestTarget target) {
        if (isLong(head, target)) {
            String[] labels = labels(head, target);
            longRunning.increment(labels);
            return () -> longRunning.add(-1, labels);
        }
        String kind = CHANGING.contains(head.method()) ? "mutating" : "readOnly";
        inFlight.increment(kind);
        return () -> inFlight.add(-1, kind);
    }

    /** Whether a request lasts as long as its client likes. */
    static boolean isLong(RequestHead head, RequestTarget target) {
        return target instanceof RequestTarget.Resource resource
                && (isWatch(head, resource)
                        || CONNECTED.contains(first(resource.path().subresource())));
    }

    static boolean isWatch(RequestHead head, RequestTarget.Resource target) {
        return RequestTarget.verb(head.method(), target, head.query().bool("watch"))
                .filter(verb -> verb == Verb.WATCH)
                .isPresent();
    }

    void answered(RequestHead head, RequestTarget target, int code, long bytes, long nanos) {
        String[] what = labels(head, target);
        String dry = head.parameter("dryRun").contains("All") ? "All" : "";
        requests.increment(Integer.toString(code), what[0], dry, what[1], what[2], what[3], what[4], what[5], what[6]);
        if (!isLong(head, target)) {
            durations.observe(nanos / 1e9, what[0], dry, what[1], what[2], what[3], what[4], what[5], what[6]);
        }
        if (bytes > 0 && target instanceof RequestTarget.Resource) {
            sizes.observe((double) bytes, what);
        }
    }

    void sent(ResourcePath path, long bytes) {
        watchEvents.increment(path.group(), path.plural(), path.version());
        watchBytes.observe((double) bytes, path.group(), path.plural(), path.version());
    }

    /** Component, group, resource, scope, subresource, verb and version. */
    private static String[] labels(RequestHead head, RequestTarget target) {
        return switch (target) {
            case RequestTarget.NonResource(String path) ->
                new String[] {"", "", "", "", known(path), METHODS.contains(head.method()) ? head.method() : "other", ""
                };
            case RequestTarget.Resource resource -> {
                ResourcePath path = resource.path();
                String scope =
                        !path.name().isEmpty() ? "resource" : path.namespace().isEmpty() ? "cluster" : "namespace";
                yield new String[] {
                    "apiserver",
                    path.group(),
                    path.plural(),
                    scope,
                    first(path.subresource()),
                    verb(head, resource),
                    path.version()
                };
            }
        };
    }

    /** Only paths that everybody has: others are without number. */
    private static String known(String path) {
        String first = path.length() > 1 ? path.substring(1) : "";
        String root = first.contains("/") ? first.substring(0, first.indexOf('/')) : first;
        return Set.of("healthz", "livez", "readyz", "metrics", "version").contains(root) ? "/" + root : "";
    }

    private static String first(String subresource) {
        int slash = subresource.indexOf('/');
        return slash < 0 ? subresource : subresource.substring(0, slash);
    }

    private static String verb(RequestHead head, RequestTarget.Resource target) {
        if (Set.of("exec", "attach", "portforward", "proxy")
                .contains(first(target.path().subresource()))) {
            return "CONNECT";
        }
        return RequestTarget.verb(head.method(), target, head.query().bool("watch"))
                .map(verb -> switch (verb) {
                    case GET, LIST, WATCH, DELETECOLLECTION -> verb.name();
                    case CREATE -> "POST";
                    case UPDATE -> "PUT";
                    case DELETE -> "DELETE";
                    case PATCH ->
                        head.header("content-type").toLowerCase(Locale.ROOT).startsWith("application/apply-patch")
                                ? "APPLY"
                                : "PATCH";
                })
                .orElse("other");
    }

    private static List<Double> list(double... numbers) {
        return DoubleStream.of(numbers).boxed().toList();
    }
}

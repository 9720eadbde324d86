package dev.jarbor.server.http;

import dev.jarbor.client.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests under the reference's metric names, and prints them in the Prometheus text format. The number of series
 * is bounded by {@link #MOST_SERIES}: what comes after that counts as {@code other}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class Metrics {
    private static final int MOST_SERIES = 4000;
    private static final List<Double> BUCKETS =
            List.of(0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0);

    private final Map<String, LongAdder> totals = new ConcurrentSkipListMap<>();
    private final Map<String, Histogram> durations = new ConcurrentSkipListMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();

    /** One request at work until closed. */
    interface InFlight extends AutoCloseable {
        @Override
        void close();
    }

    InFlight inFlight() {
        inFlight.incrementAndGet();
        return inFlight::decrementAndGet;
    }

    void answered(RequestHead head, RequestTarget target, int code, long nanos) {
        String labels = labels(head, target);
        bounded(totals, labels + ",code=\"" + code + "\"", LongAdder::new).increment();
        bounded(durations, labels, Histogram::new).observe(nanos / 1e9);
    }

    private static <T> T bounded(Map<String, T> series, String labels, java.util.function.Supplier<T> make) {
        T known = series.get(labels);
        if (known != null) {
            return known;
        }
        String key = series.size() < MOST_SERIES ? labels : "verb=\"OTHER\",group=\"\",version=\"\",resource=\"\"";
        return series.computeIfAbsent(key, absent -> make.get());
    }

    private static String labels(RequestHead head, RequestTarget target) {
        return switch (target) {
            case RequestTarget.NonResource ignored -> series(head.method(), "", "", "", "");
            case RequestTarget.Resource resource -> {
                boolean watching = resource.watch() || head.query().bool("watch");
                Verb verb =
                        RequestTarget.verb(head.method(), resource, watching).orElse(Verb.GET);
                String subresource = resource.path().subresource();
                int slash = subresource.indexOf('/');
                yield series(
                        verbLabel(head, verb),
                        resource.path().group(),
                        resource.path().version(),
                        resource.path().plural(),
                        slash < 0 ? subresource : subresource.substring(0, slash));
            }
        };
    }

    private static String verbLabel(RequestHead head, Verb verb) {
        return switch (verb) {
            case GET, LIST, WATCH, DELETECOLLECTION -> verb.name();
            case CREATE, UPDATE, PATCH, DELETE -> head.method();
        };
    }

    private static String series(String verb, String group, String version, String resource, String subresource) {
        return "verb=\"" + escaped(verb) + "\",group=\"" + escaped(group) + "\",version=\"" + escaped(version)
                + "\",resource=\"" + escaped(resource) + "\",subresource=\"" + escaped(subresource) + "\"";
    }

    private static String escaped(String value) {
        String bounded = value.length() > 100 ? value.substring(0, 100) : value;
        return bounded.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    String text() {
        var text = new StringBuilder();
        head(text, "apiserver_request_total", "counter", "Requests answered, by verb, resource and HTTP code.");
        totals.forEach((labels, count) -> line(text, "apiserver_request_total", labels, Long.toString(count.sum())));
        head(text, "apiserver_request_duration_seconds", "histogram", "Time from a request to the end of its answer.");
        durations.forEach((labels, histogram) -> histogram.print(text, labels));
        head(text, "apiserver_current_inflight_requests", "gauge", "Requests at work, watches included.");
        text.append("apiserver_current_inflight_requests ")
                .append(inFlight.get())
                .append('\n');
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, String value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static final class Histogram {
        private final List<LongAdder> counts =
                BUCKETS.stream().map(bound -> new LongAdder()).toList();
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void observe(double seconds) {
            for (int i = 0; i < BUCKETS.size(); i++) {
                if (seconds <= BUCKETS.get(i)) {
                    counts.get(i).increment();
                }
            }
            count.increment();
            nanos.add((long) (seconds * 1e9));
        }

        void print(StringBuilder text, String labels) {
            String name = "apiserver_request_duration_seconds";
            for (int i = 0; i < BUCKETS.size(); i++) {
                line(
                        text,
                        name + "_bucket",
                        labels + ",le=\"" + BUCKETS.get(i) + "\"",
                        "" + counts.get(i).sum());
            }
            line(text, name + "_bucket", labels + ",le=\"+Inf\"", "" + count.sum());
            line(text, name + "_sum", labels, String.format(Locale.ROOT, "%.6f", nanos.sum() / 1e9));
            line(text, name + "_count", labels, "" + count.sum());
        }
    }
}

package dev.jarbor.server.metrics;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * All metrics of a server. They are made when it is assembled and printed sorted by name.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format">Text-based format</a>
 */
public final class MetricRegistry {
    /** The media type of {@link #text}. */
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    private final ConcurrentSkipListMap<String, Metric> metrics = new ConcurrentSkipListMap<>();

    private final Optional<MetricRegistry> base;

    public MetricRegistry() {
        this.base = Optional.empty();
    }

    /** @param base whose metrics are printed along with those of this one */
    public MetricRegistry(MetricRegistry base) {
        this.base = Optional.of(base);
    }

    public Counter counter(String name, String help, String... labels) {
        return add(new Counter(name, "counter", help, List.of(labels)));
    }

    /** A number that its owner moves up and down. */
    public Counter level(String name, String help, String... labels) {
        return add(new Counter(name, "gauge", help, List.of(labels)));
    }

    public void gauge(String name, String help, List<String> labels, Consumer<Gauge.Sink> read) {
        add(new Gauge(name, help, List.copyOf(labels), read));
    }

    /** @param bounds of the buckets, rising; the last one is always followed by infinity */
    public Histogram histogram(String name, String help, List<Double> bounds, String... labels) {
        return add(new Histogram(name, help, List.copyOf(bounds), List.of(labels)));
    }

    private <M extends Metric> M add(M metric) {
        if (metrics.putIfAbsent(metric.name(), metric) != null) {
            throw new IllegalStateException("two metrics are called " + metric.name());
        }
        return metric;
    }

    /** Everything in the Prometheus text format. */
    public String text() {
        var all = new TreeMap<>(metrics);
        base.ifPresent(more -> all.putAll(more.metrics));
        var text = new StringBuilder();
        all.values().forEach(metric -> {
            text.append("# HELP ")
                    .append(metric.name())
                    .append(' ')
                    .append(metric.help())
                    .append('\n');
            text.append("# TYPE ")
                    .append(metric.name())
                    .append(' ')
                    .append(metric.type())
                    .append('\n');
            metric.print(text);
        });
        return text.toString();
    }

    /** Whole numbers without a fraction, as Prometheus prints them. */
    static String number(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}

package dev.jarbor.runtime.metrics;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of a process, printed sorted by name. Who asks for a metric that is there already, as a loop does that was started
 * anew, goes on with that one.
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

    /** A number that is read when somebody asks; from now on from {@code read}, even where another one was read before. */
    public void gauge(String name, String help, List<String> labels, Consumer<Gauge.Sink> read) {
        var gauge = new Gauge(name, help, List.copyOf(labels), read);
        alike(gauge, metrics.put(name, gauge));
    }

    /** @param bounds of the buckets, rising; the last one is always followed by infinity */
    public Histogram histogram(String name, String help, List<Double> bounds, String... labels) {
        return add(new Histogram(name, help, List.copyOf(bounds), List.of(labels)));
    }

    private <M extends Metric> M add(M metric) {
        return alike(metric, metrics.putIfAbsent(metric.name(), metric));
    }

    /** The metric that was there before, which has to be of the same kind, or {@code metric} where there was none. */
    @SuppressWarnings("unchecked")
    private static <M extends Metric> M alike(M metric, @Nullable Metric before) {
        if (before == null) {
            return metric;
        }
        if (!before.getClass().equals(metric.getClass()) || !before.help().equals(metric.help())) {
            throw new IllegalStateException("two metrics are called " + metric.name());
        }
        return (M) before;
    }

    /** The bounds of {@code count} buckets, each {@code factor} times the one before. */
    public static List<Double> exponential(double first, double factor, int count) {
        return DoubleStream.iterate(first, bound -> bound * factor)
                .limit(count)
                .boxed()
                .toList();
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

    /** As Prometheus prints them: whole numbers without a fraction, very small ones with an exponent of two digits. */
    static String number(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 21) {
            return exact.toPlainString();
        }
        String mantissa = exact.movePointLeft(exponent).toPlainString();
        String digits = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + digits;
    }
}

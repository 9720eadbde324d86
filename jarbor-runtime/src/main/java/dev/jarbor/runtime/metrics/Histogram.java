package dev.jarbor.runtime.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How often values fell below certain bounds. */
public final class Histogram implements Metric {
    private final String name;
    private final String help;
    private final double[] bounds;
    private final Series<Buckets> series;

    Histogram(String name, String help, List<Double> bounds, List<String> labels) {
        this.name = name;
        this.help = help;
        this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
        this.series = new Series<>(labels, () -> new Buckets(bounds.size()));
        if (labels.isEmpty()) {
            // There is only this one, so it is known that nothing has been observed yet.
            series.of(List.of());
        }
    }

    /** @param values of the labels, in their order */
    public void observe(double value, String... values) {
        observe(value, series.of(List.of(values)));
    }

    private void observe(double value, Buckets buckets) {
        int at = 0;
        while (at < bounds.length && value > bounds[at]) {
            at++;
        }
        buckets.counts.get(at).increment();
        if (value != 0) {
            buckets.sum.add(value);
        }
    }

    /**
     * One series, for those who count in it often; it is there when something has been counted in it.
     *
     * @param values of the labels, in their order
     */
    public Line line(String... values) {
        return new Line(List.of(values));
    }

    /** One series of this histogram. */
    public final class Line {
        private final List<String> values;
        private volatile @Nullable Buckets buckets;

        private Line(List<String> values) {
            this.values = values;
        }

        public void observe(double value) {
            Buckets known = buckets;
            if (known == null) {
                known = series.of(values);
                buckets = known;
            }
            Histogram.this.observe(value, known);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return "histogram";
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public void print(StringBuilder text) {
        series.all().forEach((labels, buckets) -> {
            String before = labels.isEmpty() ? "le=\"" : labels + ",le=\"";
            long below = 0;
            for (int i = 0; i < bounds.length; i++) {
                below += buckets.counts.get(i).sum();
                Metric.line(
                        text, name + "_bucket", before + MetricRegistry.number(bounds[i]) + "\"", Long.toString(below));
            }
            below += buckets.counts.getLast().sum();
            Metric.line(text, name + "_bucket", before + "+Inf\"", Long.toString(below));
            Metric.line(text, name + "_sum", labels, MetricRegistry.number(buckets.sum.sum()));
            Metric.line(text, name + "_count", labels, Long.toString(below));
        });
    }

    /** One count a bound, and one for what lies beyond all of them. */
    private static final class Buckets {
        private final List<LongAdder> counts = new ArrayList<>();
        private final DoubleAdder sum = new DoubleAdder();

        Buckets(int bounds) {
            for (int i = 0; i <= bounds; i++) {
                counts.add(new LongAdder());
            }
        }
    }
}

package dev.jarbor.runtime.metrics;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A number that only grows, or that goes up and down with what it counts. */
public final class Counter implements Metric {
    private final String name;
    private final String type;
    private final String help;
    private final Series<LongAdder> series;

    Counter(String name, String type, String help, List<String> labels) {
        this.name = name;
        this.type = type;
        this.help = help;
        this.series = new Series<>(labels, LongAdder::new);
        if (labels.isEmpty()) {
            // There is only this one, so it is known to be nought before anything has been counted.
            series.of(List.of());
        }
    }

    /** @param values of the labels, in their order */
    public void add(long amount, String... values) {
        series.of(List.of(values)).add(amount);
    }

    /** @param values of the labels, in their order */
    public void increment(String... values) {
        add(1, values);
    }

    /**
     * One series, for those who count in it often; it is there when something has been counted in it.
     *
     * @param values of the labels, in their order
     */
    public Line line(String... values) {
        return new Line(List.of(values));
    }

    /** One series of this counter. */
    public final class Line {
        private final List<String> values;
        private volatile @Nullable LongAdder count;

        private Line(List<String> values) {
            this.values = values;
        }

        public void increment() {
            LongAdder known = count;
            if (known == null) {
                known = series.of(values);
                count = known;
            }
            known.increment();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public void print(StringBuilder text) {
        series.all().forEach((labels, count) -> Metric.line(text, name, labels, Long.toString(count.sum())));
    }
}

package dev.jarbor.runtime.metrics;

import java.util.List;
import java.util.function.Consumer;

/** Numbers that are read when somebody asks for them. */
public final class Gauge implements Metric {
    /** Takes what there is to tell. */
    public interface Sink {
        /** @param values of the labels, in their order */
        void tell(double number, String... values);
    }

    private final String name;
    private final String help;
    private final List<String> labels;
    private final Consumer<Sink> read;

    Gauge(String name, String help, List<String> labels, Consumer<Sink> read) {
        this.name = name;
        this.help = help;
        this.labels = labels;
        this.read = read;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return "gauge";
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public void print(StringBuilder text) {
        read.accept((number, values) ->
                Metric.line(text, name, Series.labels(labels, List.of(values)), MetricRegistry.number(number)));
    }
}

package dev.jarbor.runtime.metrics;

/** One metric: how it is printed. */
sealed interface Metric permits Counter, Gauge, Histogram {
    String name();

    /** The word of the {@code # TYPE} line. */
    String type();

    String help();

    void print(StringBuilder text);

    static void line(StringBuilder text, String name, String labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }
}

package dev.jarbor.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured values of one thing, and their minimum, median and maximum as one printed row. */
final class Figures {
    private final String name;
    private final String unit;
    private final List<Double> values = new ArrayList<>();

    Figures(String name, String unit) {
        this.name = name;
        this.unit = unit;
    }

    void add(double value) {
        values.add(value);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    String row() {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%-48s %8.0f %8.0f %8.0f  %s (min, median, max of %d)",
                name,
                sorted.getFirst(),
                median(),
                sorted.getLast(),
                unit,
                sorted.size());
    }
}

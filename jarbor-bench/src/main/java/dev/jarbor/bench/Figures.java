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

    /** The measured values in the order they were added. */
    List<Double> values() {
        return List.copyOf(values);
    }

    String row() {
        if (values.isEmpty()) {
            return String.format(Locale.ROOT, "%-44s not measured", name);
        }
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%-44s %7.0f %7.0f %7.0f  %s (min, median, max of %d)",
                name,
                sorted.getFirst(),
                sorted.get(sorted.size() / 2),
                sorted.getLast(),
                unit,
                sorted.size());
    }
}

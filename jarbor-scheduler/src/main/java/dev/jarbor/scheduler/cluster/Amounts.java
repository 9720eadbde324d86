package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.Quantity;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * Amounts of resources by name, in the scheduler's units: thousandths of a core for {@code cpu}, whole units (bytes,
 * devices) for everything else.
 */
public record Amounts(SortedMap<String, Long> byName) {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";

    /** What every pod uses and every node has. */
    public static final List<String> COMPUTE = List.of(CPU, MEMORY);

    public static final Amounts NONE = new Amounts(new TreeMap<>());

    public Amounts {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    public static Amounts of(Map<String, Quantity> quantities) {
        var amounts = new TreeMap<String, Long>();
        quantities.forEach(
                (name, quantity) -> amounts.put(name, name.equals(CPU) ? quantity.milliValue() : quantity.longValue()));
        return new Amounts(amounts);
    }

    public long get(String name) {
        return byName.getOrDefault(name, 0L);
    }

    public Amounts plus(Amounts other) {
        return combine(other, Long::sum);
    }

    Amounts minus(Amounts other) {
        return combine(other, (mine, theirs) -> mine - theirs);
    }

    private Amounts combine(Amounts other, LongBinaryOperator operator) {
        if (other.byName.isEmpty()) {
            return this;
        }
        var combined = new TreeMap<>(byName);
        other.byName.forEach(
                (name, amount) -> combined.put(name, operator.applyAsLong(combined.getOrDefault(name, 0L), amount)));
        return new Amounts(combined);
    }
}

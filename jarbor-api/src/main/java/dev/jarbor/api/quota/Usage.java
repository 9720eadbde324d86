package dev.jarbor.api.quota;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How much of what: exact amounts by the name of what is counted, such as {@code pods} or {@code requests.cpu}, in the
 * names' order.
 */
public record Usage(SortedMap<String, Quantity> amounts) {
    public static final Usage NONE = new Usage(new TreeMap<>());

    public Usage {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    public static Usage of(String name, long amount) {
        return NONE.with(name, Quantity.of(amount));
    }

    /** What an object such as {@code status.used} or {@code resources.requests} says. */
    public static Usage read(ObjectValue value) {
        var amounts = new TreeMap<String, Quantity>();
        value.forEach((name, amount) -> amounts.put(name, Quantity.read(amount)));
        return new Usage(amounts);
    }

    /** What stands in an object for it. */
    public ObjectValue value() {
        var value = ObjectValue.builder();
        amounts.forEach((name, amount) -> value.put(name, amount.value()));
        return value.build();
    }

    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    public boolean has(String name) {
        return amounts.containsKey(name);
    }

    /** The amount of {@code name}; zero where nothing is said. */
    public Quantity of(String name) {
        return amounts.getOrDefault(name, Quantity.ZERO);
    }

    public List<String> names() {
        return List.copyOf(amounts.keySet());
    }

    public Usage with(String name, Quantity amount) {
        var changed = new TreeMap<>(amounts);
        changed.put(name, amount);
        return new Usage(changed);
    }

    public Usage plus(Usage other) {
        var sum = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
        return new Usage(sum);
    }

    /** The greater of both, name by name. */
    public Usage max(Usage other) {
        var most = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> most.merge(name, amount, Quantity::max));
        return new Usage(most);
    }

    /** What is more here than in {@code other}; what is less counts as zero. */
    public Usage above(Usage other) {
        var rest = new TreeMap<String, Quantity>();
        amounts.forEach((name, amount) -> {
            Quantity difference = amount.subtract(other.of(name));
            rest.put(name, difference.signum() < 0 ? Quantity.ZERO : difference);
        });
        return new Usage(rest);
    }

    /** Only the amounts of {@code names}. */
    public Usage only(Collection<String> names) {
        var kept = new TreeMap<>(amounts);
        kept.keySet().retainAll(names);
        return new Usage(kept);
    }

    public Usage withoutZeros() {
        var kept = new TreeMap<>(amounts);
        kept.values().removeIf(Quantity::isZero);
        return new Usage(kept);
    }

    /** The names of which there is more here than {@code limit} allows; what it does not name is free. */
    public List<String> above(Collection<String> names, Usage limit) {
        return names.stream()
                .filter(name -> has(name) && limit.has(name) && of(name).compareTo(limit.of(name)) > 0)
                .toList();
    }

    /** The names of negative amounts. */
    public List<String> negative() {
        return amounts.entrySet().stream()
                .filter(entry -> entry.getValue().signum() < 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@code cpu=1,pods=2}, as the reference's messages say it. */
    @Override
    public String toString() {
        return amounts.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}

package dev.jarbor.cel.program;

import dev.jarbor.cel.value.Meter;
import java.util.Map;
import java.util.Optional;

/** What the variables of an expression stand for in one evaluation. */
@FunctionalInterface
public interface Variables {
    /** The value of {@code name}; empty where it has none, which fails the evaluation. */
    Optional<Object> lookup(String name, Meter meter);

    /** Variables with values that are there already. */
    static Variables of(Map<String, ?> values) {
        return (name, meter) -> Optional.ofNullable(values.get(name));
    }
}

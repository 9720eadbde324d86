package dev.jarbor.cel.value;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An object that an expression made, such as {@code Object.spec{replicas: 3}}.
 *
 * @param fields the fields that were given, by their names in JSON
 */
public record MadeObject(String typeName, Map<Object, Object> fields) implements Struct {
    public MadeObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public Optional<Object> field(String name, Meter meter) {
        return Optional.ofNullable(fields.get(name));
    }
}

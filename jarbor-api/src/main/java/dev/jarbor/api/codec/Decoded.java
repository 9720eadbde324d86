package dev.jarbor.api.codec;

import dev.jarbor.api.value.Value;
import java.util.List;

/**
 * A decoded value, and what strict field validation holds against the document it came from.
 *
 * @param value the value; of a name given twice, the last one holds
 * @param duplicates the findings as the reference words them, such as {@code duplicate field "spec.replicas"} (JSON) or
 *     {@code line 5: key "replicas" already set in map} (YAML); at most a hundred, none twice
 */
public record Decoded(Value value, List<String> duplicates) {
    public Decoded {
        duplicates = List.copyOf(duplicates);
    }
}

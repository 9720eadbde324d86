package dev.jarbor.api.codec;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fields that an object may have which is of no served kind, such as a configuration file. What else it has is named as
 * strict decoding names it.
 */
public final class KnownFields {
    /** A name is known with what is known below it; below a name with nothing, everything is. */
    private final Map<String, KnownFields> below = new TreeMap<>();

    private KnownFields() {}

    /** @param paths such as {@code resources.providers.kms.name}; lists count for nothing in them */
    public static KnownFields of(String... paths) {
        var all = new KnownFields();
        for (String path : paths) {
            KnownFields here = all;
            for (String name : path.split("\\.", -1)) {
                here = here.below.computeIfAbsent(name, absent -> new KnownFields());
            }
        }
        return all;
    }

    /**
     * Refuses an object with fields that are not known.
     *
     * @throws IllegalArgumentException naming them all
     */
    public void require(ObjectValue object) {
        var unknown = new ArrayList<String>();
        collect(object, "", unknown);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("strict decoding error: " + String.join(", ", unknown));
        }
    }

    private void collect(Value value, String path, List<String> unknown) {
        if (value instanceof ListValue items) {
            int index = 0;
            for (Value item : items) {
                collect(item, path + "[" + index++ + "]", unknown);
            }
        }
        if (below.isEmpty() || !(value instanceof ObjectValue object)) {
            return;
        }
        object.forEach((name, part) -> {
            String at = path.isEmpty() ? name : path + "." + name;
            KnownFields known = below.get(name);
            if (known == null) {
                unknown.add("unknown field \"" + at + "\"");
            } else {
                known.collect(part, at, unknown);
            }
        });
    }
}

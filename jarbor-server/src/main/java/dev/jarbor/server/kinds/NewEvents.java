package dev.jarbor.server.kinds;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Conversion;
import java.util.List;

/** events.k8s.io/v1 calls some fields of core/v1 events by other names. */
final class NewEvents implements Conversion {
    /** Names in events.k8s.io/v1, and in core/v1. */
    private static final List<List<String>> NAMES = List.of(
            List.of("regarding", "involvedObject"),
            List.of("note", "message"),
            List.of("deprecatedSource", "source"),
            List.of("deprecatedFirstTimestamp", "firstTimestamp"),
            List.of("deprecatedLastTimestamp", "lastTimestamp"),
            List.of("deprecatedCount", "count"),
            List.of("reportingController", "reportingComponent"));

    @Override
    public ObjectValue fromStored(ObjectValue object) {
        ObjectValue shown = object;
        for (List<String> pair : NAMES) {
            shown = renamed(shown, pair.get(1), pair.get(0));
        }
        return shown;
    }

    @Override
    public ObjectValue toStored(ObjectValue object) {
        ObjectValue stored = object;
        for (List<String> pair : NAMES) {
            stored = renamed(stored, pair.get(0), pair.get(1));
        }
        return stored;
    }

    private static ObjectValue renamed(ObjectValue object, String from, String to) {
        return object.has(from) ? object.without(from).with(to, object.valueOrNull(from)) : object;
    }
}

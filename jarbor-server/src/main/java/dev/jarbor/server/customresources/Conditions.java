package dev.jarbor.server.customresources;

import dev.jarbor.api.Fields;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The conditions in the status of a CustomResourceDefinition. */
final class Conditions {
    private Conditions() {}

    /** The status without the condition {@code type}. */
    static ObjectValue without(ObjectValue status, String type) {
        List<Value> others = status.list("conditions").stream()
                .filter(condition -> !(condition instanceof ObjectValue known
                        && known.string("type").equals(type)))
                .toList();
        return others.size() == status.list("conditions").size()
                ? status
                : status.with("conditions", ListValue.of(others));
    }

    /** The status with a condition set; its time of transition moves only when its truth changes. */
    static ObjectValue with(ObjectValue status, String type, String truth, String reason, String message, Instant now) {
        var conditions = new ArrayList<Value>(status.list("conditions").items());
        ObjectValue fresh = ObjectValue.builder()
                .put("type", type)
                .put("status", truth)
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", Fields.ofInstant(now))
                .build();
        for (int i = 0; i < conditions.size(); i++) {
            ObjectValue known = (ObjectValue) conditions.get(i);
            if (known.string("type").equals(type)) {
                boolean moved = !known.string("status").equals(truth);
                conditions.set(
                        i, moved ? fresh : fresh.with("lastTransitionTime", known.valueOrNull("lastTransitionTime")));
                return status.with("conditions", ListValue.of(conditions));
            }
        }
        conditions.add(fresh);
        return status.with("conditions", ListValue.of(conditions));
    }
}

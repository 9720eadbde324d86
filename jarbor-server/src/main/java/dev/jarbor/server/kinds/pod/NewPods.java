package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import java.util.List;
import java.util.Optional;

/** What the server makes of a pod when it is created. */
final class NewPods {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private NewPods() {}

    static ObjectValue of(ObjectValue pod) {
        ObjectValue metadata = pod.object("metadata");
        ObjectValue spec = DisabledFields.dropped(pod.object("spec"));
        spec = selecting(spec, metadata.object("labels"));
        spec = appArmor(spec, metadata.object("annotations"));
        return pod.with("spec", spec).with("status", status(spec));
    }

    private static ObjectValue status(ObjectValue spec) {
        ObjectValue status = ObjectValue.EMPTY.with("phase", "Pending").with("qosClass", Quality.of(spec));
        if (spec.list("schedulingGates").isEmpty()) {
            return status;
        }
        ObjectValue gated = ObjectValue.builder()
                .put("type", "PodScheduled")
                .put("status", "False")
                .put("reason", "SchedulingGated")
                .put("message", "Scheduling is blocked due to non-empty scheduling gates")
                .build();
        return status.with("conditions", ListValue.of(gated));
    }

    /** Label keys become expressions of the selectors that they belong to. */
    private static ObjectValue selecting(ObjectValue spec, ObjectValue labels) {
        ObjectValue spread =
                Edits.each(spec, "topologySpreadConstraints", constraint -> MatchLabelKeys.merged(constraint, labels));
        return Edits.inside(spread, "affinity", affinity -> {
            ObjectValue merged = affinity;
            for (String kind : List.of("podAffinity", "podAntiAffinity")) {
                merged = Edits.inside(merged, kind, terms -> {
                    ObjectValue preferred = Edits.each(
                            terms,
                            PREFERRED,
                            weighted -> Edits.inside(
                                    weighted, "podAffinityTerm", term -> MatchLabelKeys.merged(term, labels)));
                    return Edits.each(preferred, REQUIRED, term -> MatchLabelKeys.merged(term, labels));
                });
            }
            return merged;
        });
    }

    /** An AppArmor annotation of old sets the field of its container, unless the pod says the same already. */
    private static ObjectValue appArmor(ObjectValue spec, ObjectValue annotations) {
        if (spec.object("os").string("name").equals("windows")
                || annotations.names().stream().noneMatch(key -> key.startsWith(Profiles.APP_ARMOR_CONTAINER))) {
            return spec;
        }
        Value pod = spec.object("securityContext").valueOrNull("appArmorProfile");
        ObjectValue changed = spec;
        for (String list : List.of("initContainers", "containers")) {
            changed = Edits.each(
                    changed,
                    list,
                    container -> appArmorField(container, annotations)
                            .filter(profile -> !profile.equals(pod))
                            .map(profile -> container.update(
                                    "securityContext", security -> security.with("appArmorProfile", profile)))
                            .orElse(container));
        }
        return changed;
    }

    private static Optional<ObjectValue> appArmorField(ObjectValue container, ObjectValue annotations) {
        String key = Profiles.APP_ARMOR_CONTAINER + container.string("name");
        if (!annotations.has(key) || container.object("securityContext").has("appArmorProfile")) {
            return Optional.empty();
        }
        return Profiles.appArmorField(annotations.string(key)).filter(NewPods::isSound);
    }

    private static boolean isSound(ObjectValue profile) {
        var checks = new Checks();
        Profiles.appArmor(ObjectValue.of("appArmorProfile", profile), FieldPath.NONE, checks);
        return checks.isEmpty();
    }
}

package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of nodes and what else a cluster itself is made of. */
final class Cluster {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Cluster() {}

    /** Nodes: what is allocatable is what there is, unless the node says less. */
    static final class Nodes implements Strategy {
        @Override
        public boolean isBornWithStatus() {
            return true;
        }

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue capacity = object.object("status").object("capacity");
            boolean open = !capacity.isEmpty() && !object.object("status").has("allocatable");
            return open ? object.update("status", status -> status.with("allocatable", capacity)) : object;
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            List<ObjectValue> taints = object.object("spec").list("taints").objects();
            for (int i = 0; i < taints.size(); i++) {
                FieldPath here = SPEC.child("taints").index(i);
                checks.required(taints.get(i), "key", here);
                checks.oneOf(taints.get(i), "effect", here, "NoSchedule", "PreferNoSchedule", "NoExecute");
            }
            return checks.errors();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            ObjectValue old = before.object("spec");
            ObjectValue spec = after.object("spec");
            for (String field : List.of("podCIDR", "podCIDRs", "providerID")) {
                boolean set = old.has(field) && !old.valueOrNull(field).equals(spec.valueOrNull(field));
                if (set) {
                    return List.of(FieldError.forbidden(
                            SPEC.child(field), "node updates may not change " + field + " except from \"\" to valid"));
                }
            }
            return List.of();
        }
    }

    static Strategy runtimeClasses() {
        return Simple.defaulting(object -> object)
                .checking((object, checks) -> {
                    if (checks.required(object, "handler", FieldPath.NONE)) {
                        checks.dnsLabel(object.string("handler"), FieldPath.of("handler"));
                    }
                })
                .keeping((before, after, checks) -> checks.immutable(before, after, "handler", FieldPath.NONE));
    }
}

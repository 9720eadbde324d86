package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of namespaces, nodes and what else a cluster itself is made of. */
final class Cluster {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Cluster() {}

    /**
     * Namespaces: a deleted one stays, Terminating, until its content is gone and the finalizer of its spec with it.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/">Namespaces</a>
     */
    static final class Namespaces implements Strategy {
        private static final String NAME_LABEL = "kubernetes.io/metadata.name";

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue filled = always(object, "status", status -> text(status, "phase", "Active"));
            String name = object.object("metadata").string("name");
            boolean labelled = object.object("metadata")
                    .object("labels")
                    .string(NAME_LABEL)
                    .equals(name);
            return name.isEmpty() || labelled
                    ? filled
                    : filled.update(
                            "metadata", metadata -> metadata.update("labels", labels -> labels.with(NAME_LABEL, name)));
        }

        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            return object.with("status", ObjectValue.EMPTY.with("phase", "Active"))
                    .update(
                            "spec",
                            spec -> spec.list("finalizers").strings().contains("kubernetes")
                                    ? spec
                                    : spec.with(
                                            "finalizers",
                                            spec.list("finalizers").with(Value.of("kubernetes"))));
        }

        @Override
        public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
            // Finalizers of the spec change through the finalize subresource alone.
            return Edits.keep(before, after, "spec");
        }

        @Override
        public ObjectValue onDeletionMark(ObjectValue object) {
            return object.update("status", status -> status.with("phase", "Terminating"));
        }

        @Override
        public boolean holdsDeletion(ObjectValue object) {
            return !object.object("spec").list("finalizers").isEmpty();
        }
    }

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

    static Strategy priorityClasses() {
        return Simple.defaulting(object -> text(object, "preemptionPolicy", "PreemptLowerPriority"))
                .checking((object, checks) -> {
                    String name = object.object("metadata").string("name");
                    boolean system = name.equals("system-cluster-critical") || name.equals("system-node-critical");
                    if (name.startsWith("system-") && !system) {
                        checks.add(FieldError.forbidden(
                                FieldPath.of("metadata", "name"),
                                "priority class names with 'system-' prefix are reserved for system use only"));
                    }
                    if (object.integer("value") > 1_000_000_000 && !system) {
                        checks.add(FieldError.forbidden(
                                FieldPath.of("value"),
                                "maximum allowed value of a user defined priority is 1000000000"));
                    }
                    checks.oneOf(object, "preemptionPolicy", FieldPath.NONE, "Never", "PreemptLowerPriority");
                })
                .keeping((before, after, checks) -> {
                    if (before.integer("value") != after.integer("value")) {
                        checks.add(FieldError.invalid(FieldPath.of("value"), after.integer("value"), Checks.IMMUTABLE));
                    }
                    checks.immutable(before, after, "preemptionPolicy", FieldPath.NONE);
                });
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

    static Strategy leases() {
        return Simple.defaulting(object -> object).checking((object, checks) -> {
            ObjectValue spec = object.object("spec");
            checks.positive(spec, "leaseDurationSeconds", SPEC);
            checks.notNegative(spec, "leaseTransitions", SPEC);
        });
    }

    static Strategy signingRequests() {
        List<Value> defaults = List.of(Value.of("digital signature"), Value.of("key encipherment"));
        return Simple.defaulting(object -> Edits.inside(
                        object,
                        "spec",
                        spec -> spec.list("usages").isEmpty() ? spec.with("usages", ListValue.of(defaults)) : spec))
                .checking((object, checks) -> {
                    ObjectValue spec = object.object("spec");
                    checks.required(spec, "request", SPEC);
                    checks.required(spec, "signerName", SPEC);
                })
                .keeping((before, after, checks) -> {
                    if (!before.object("spec").equals(after.object("spec"))) {
                        checks.add(FieldError.invalid(SPEC, after.object("spec"), Checks.IMMUTABLE));
                    }
                });
    }
}

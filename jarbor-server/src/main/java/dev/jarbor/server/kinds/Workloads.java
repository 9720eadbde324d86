package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.Edits.absent;
import static dev.jarbor.server.kinds.Edits.always;
import static dev.jarbor.server.kinds.Edits.each;
import static dev.jarbor.server.kinds.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of the kinds that keep a number of pods running. */
final class Workloads {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Workloads() {}

    /** Deployments: defaults of apps/v1. */
    static final class Deployments implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return always(object, "spec", spec -> {
                spec = absent(spec, "replicas", 1);
                spec = absent(spec, "revisionHistoryLimit", 10);
                spec = absent(spec, "progressDeadlineSeconds", 600);
                spec = always(spec, "strategy", Deployments::strategy);
                return PodDefaults.template(spec);
            });
        }

        private static ObjectValue strategy(ObjectValue strategy) {
            strategy = text(strategy, "type", "RollingUpdate");
            return strategy.string("type").equals("RollingUpdate")
                    ? always(
                            strategy,
                            "rollingUpdate",
                            rolling -> absent(
                                    absent(rolling, "maxUnavailable", Value.of("25%")), "maxSurge", Value.of("25%")))
                    : strategy;
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            checks.notNegative(spec, "replicas", SPEC);
            checks.notNegative(spec, "minReadySeconds", SPEC);
            checks.notNegative(spec, "revisionHistoryLimit", SPEC);
            checks.notNegative(spec, "progressDeadlineSeconds", SPEC);
            checks.selectsTemplate(spec);
            PodChecks.template(spec, checks, "Always");
            ObjectValue strategy = spec.object("strategy");
            checks.oneOf(strategy, "type", SPEC.child("strategy"), "Recreate", "RollingUpdate");
            if (strategy.string("type").equals("Recreate") && strategy.has("rollingUpdate")) {
                checks.add(FieldError.forbidden(
                        SPEC.child("strategy", "rollingUpdate"),
                        "may not be specified when strategy `type` is 'Recreate'"));
            }
            if (spec.integer("progressDeadlineSeconds") <= spec.integer("minReadySeconds")) {
                checks.add(FieldError.invalid(
                        SPEC.child("progressDeadlineSeconds"),
                        spec.integer("progressDeadlineSeconds"),
                        "must be greater than minReadySeconds"));
            }
            ObjectValue rolling = strategy.object("rollingUpdate");
            if (isZero(rolling.valueOrNull("maxSurge")) && isZero(rolling.valueOrNull("maxUnavailable"))) {
                checks.add(FieldError.invalid(
                        SPEC.child("strategy", "rollingUpdate", "maxUnavailable"),
                        rolling.valueOrNull("maxUnavailable"),
                        "may not be 0 when `maxSurge` is 0"));
            }
            return checks.errors();
        }

        private static boolean isZero(Value amount) {
            return amount.toString().equals("0") || amount.toString().equals("0%");
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            return selectorKept(before, after);
        }
    }

    /** ReplicaSets: defaults of apps/v1. */
    static final class ReplicaSets implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return always(object, "spec", spec -> PodDefaults.template(absent(spec, "replicas", 1)));
        }

        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            return object.with("status", ObjectValue.EMPTY.with("replicas", 0));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            checks.notNegative(spec, "replicas", SPEC);
            checks.notNegative(spec, "minReadySeconds", SPEC);
            checks.selectsTemplate(spec);
            PodChecks.template(spec, checks, "Always");
            return checks.errors();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            return selectorKept(before, after);
        }
    }

    /** StatefulSets: defaults of apps/v1. */
    static final class StatefulSets implements Strategy {
        private static final List<String> MUTABLE = List.of(
                "replicas",
                "ordinals",
                "template",
                "updateStrategy",
                "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds");

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return always(object, "spec", spec -> {
                spec = text(spec, "podManagementPolicy", "OrderedReady");
                spec = always(spec, "updateStrategy", StatefulSets::strategy);
                spec = always(
                        spec,
                        "persistentVolumeClaimRetentionPolicy",
                        policy -> text(text(policy, "whenDeleted", "Retain"), "whenScaled", "Retain"));
                spec = absent(spec, "replicas", 1);
                spec = absent(spec, "revisionHistoryLimit", 10);
                spec = each(spec, "volumeClaimTemplates", StatefulSets::claim);
                return PodDefaults.template(spec);
            });
        }

        private static ObjectValue strategy(ObjectValue strategy) {
            boolean given = !strategy.string("type").isEmpty();
            strategy = text(strategy, "type", "RollingUpdate");
            if (!strategy.string("type").equals("RollingUpdate") || (given && !strategy.has("rollingUpdate"))) {
                return strategy;
            }
            return always(strategy, "rollingUpdate", rolling -> absent(rolling, "partition", 0));
        }

        private static ObjectValue claim(ObjectValue claim) {
            claim = text(text(claim, "apiVersion", "v1"), "kind", "PersistentVolumeClaim");
            claim = always(claim, "spec", spec -> text(spec, "volumeMode", "Filesystem"));
            return always(claim, "status", status -> text(status, "phase", "Pending"));
        }

        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            return object.with(
                    "status", ObjectValue.EMPTY.with("availableReplicas", 0).with("replicas", 0));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            checks.notNegative(spec, "replicas", SPEC);
            checks.selectsTemplate(spec);
            checks.oneOf(spec, "podManagementPolicy", SPEC, "OrderedReady", "Parallel");
            checks.oneOf(
                    spec.object("updateStrategy"), "type", SPEC.child("updateStrategy"), "OnDelete", "RollingUpdate");
            PodChecks.template(withClaimVolumes(spec), checks, "Always");
            return checks.errors();
        }

        /** Mounts may name the claims that each pod gets; for the check they are volumes like any other. */
        private static ObjectValue withClaimVolumes(ObjectValue spec) {
            ObjectValue podSpec = spec.object("template").object("spec");
            var volumes = podSpec.list("volumes");
            for (ObjectValue claim : spec.list("volumeClaimTemplates").objects()) {
                String name = claim.object("metadata").string("name");
                boolean known = volumes.objects().stream()
                        .anyMatch(volume -> volume.string("name").equals(name));
                if (!known) {
                    volumes = volumes.with(ObjectValue.EMPTY.with("name", name).with("emptyDir", ObjectValue.EMPTY));
                }
            }
            Value all = volumes;
            return volumes.isEmpty()
                    ? spec
                    : spec.update("template", template -> template.update("spec", inner -> inner.with("volumes", all)));
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            ObjectValue old = before.object("spec");
            ObjectValue spec = after.object("spec");
            for (String field : MUTABLE) {
                spec = Edits.keep(old, spec, field);
            }
            return old.equals(spec)
                    ? List.of()
                    : List.of(FieldError.forbidden(
                            SPEC,
                            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                                    + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'"
                                    + " and 'minReadySeconds' are forbidden"));
        }
    }

    /** DaemonSets: defaults of apps/v1. */
    static final class DaemonSets implements Strategy {
        private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return always(object, "spec", spec -> {
                spec = always(spec, "updateStrategy", DaemonSets::strategy);
                return PodDefaults.template(absent(spec, "revisionHistoryLimit", 10));
            });
        }

        private static ObjectValue strategy(ObjectValue strategy) {
            strategy = text(strategy, "type", "RollingUpdate");
            return strategy.string("type").equals("RollingUpdate")
                    ? always(
                            strategy,
                            "rollingUpdate",
                            rolling -> absent(absent(rolling, "maxUnavailable", 1), "maxSurge", 0))
                    : strategy;
        }

        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            ObjectValue status = ObjectValue.EMPTY
                    .with("currentNumberScheduled", 0)
                    .with("desiredNumberScheduled", 0)
                    .with("numberMisscheduled", 0)
                    .with("numberReady", 0);
            // Counts the templates of the set; it is part of the hash under which revisions are kept.
            return object.with("status", status)
                    .update(
                            "metadata",
                            metadata -> metadata.update(
                                    "annotations", annotations -> text(annotations, TEMPLATE_GENERATION, "1")));
        }

        @Override
        public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
            String known = before.object("metadata").object("annotations").string(TEMPLATE_GENERATION);
            Value template = before.object("spec").valueOrNull("template");
            boolean same = template.equals(after.object("spec").valueOrNull("template"));
            String next = same || known.isEmpty() ? known : Long.toString(Long.parseLong(known) + 1);
            return next.isEmpty()
                    ? after
                    : after.update(
                            "metadata",
                            metadata -> metadata.update(
                                    "annotations", annotations -> annotations.with(TEMPLATE_GENERATION, next)));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            checks.notNegative(spec, "minReadySeconds", SPEC);
            checks.selectsTemplate(spec);
            checks.oneOf(
                    spec.object("updateStrategy"), "type", SPEC.child("updateStrategy"), "RollingUpdate", "OnDelete");
            PodChecks.template(spec, checks, "Always");
            return checks.errors();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            return selectorKept(before, after);
        }
    }

    /** Replication controllers: selector and labels come from the template. */
    static final class ReplicationControllers implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue labels =
                    object.object("spec").object("template").object("metadata").object("labels");
            ObjectValue filled = always(object, "spec", spec -> {
                spec = absent(spec, "replicas", 1);
                spec = spec.object("selector").isEmpty() && !labels.isEmpty() ? spec.with("selector", labels) : spec;
                return PodDefaults.template(spec);
            });
            boolean bare = filled.object("metadata").object("labels").isEmpty() && !labels.isEmpty();
            return bare ? filled.update("metadata", metadata -> metadata.with("labels", labels)) : filled;
        }

        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            return object.with("status", ObjectValue.EMPTY.with("replicas", 0));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            checks.notNegative(spec, "replicas", SPEC);
            ObjectValue selector = spec.object("selector");
            if (selector.isEmpty()) {
                checks.add(FieldError.required(SPEC.child("selector"), ""));
            }
            ObjectValue labels = spec.object("template").object("metadata").object("labels");
            boolean selects = selector.names().stream()
                    .allMatch(name -> selector.valueOrNull(name).equals(labels.valueOrNull(name)));
            if (!selects) {
                checks.add(FieldError.invalid(
                        SPEC.child("template", "metadata", "labels"),
                        labels,
                        "`selector` does not match template `labels`"));
            }
            PodChecks.template(spec, checks, "Always");
            return checks.errors();
        }
    }

    private static List<FieldError> selectorKept(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.immutable(before.object("spec"), after.object("spec"), "selector", SPEC);
        return checks.errors();
    }
}

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
import java.util.ArrayList;
import java.util.List;

/** The rules of Jobs and CronJobs. */
final class Batch {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Batch() {}

    /**
     * Jobs: the selector is made from the job's own uid, so that two jobs never share pods.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
     */
    static final class Jobs implements Strategy {
        private static final String UID = "batch.kubernetes.io/controller-uid";
        private static final String NAME = "batch.kubernetes.io/job-name";

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue labels =
                    object.object("spec").object("template").object("metadata").object("labels");
            ObjectValue filled = always(object, "spec", Jobs::spec);
            boolean bare = filled.object("metadata").object("labels").isEmpty() && !labels.isEmpty();
            return bare ? filled.update("metadata", metadata -> metadata.with("labels", labels)) : filled;
        }

        static ObjectValue spec(ObjectValue spec) {
            if (!spec.has("completions") && !spec.has("parallelism")) {
                spec = spec.with("completions", 1);
            }
            spec = absent(spec, "parallelism", 1);
            spec = absent(spec, "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
            spec = text(spec, "completionMode", "NonIndexed");
            spec = absent(spec, "suspend", Value.of(false));
            spec = text(spec, "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
            spec = Edits.inside(
                    spec,
                    "podFailurePolicy",
                    policy -> each(
                            policy,
                            "rules",
                            rule -> each(rule, "onPodConditions", pattern -> text(pattern, "status", "True"))));
            return PodDefaults.template(spec);
        }

        /** The labels that tie pods to this job, in the old form and the new. */
        @Override
        public ObjectValue beforeCreate(ObjectValue object) {
            if (object.object("spec").bool("manualSelector")) {
                return object;
            }
            String uid = object.object("metadata").string("uid");
            String name = object.object("metadata").string("name");
            return object.update("spec", spec -> {
                ObjectValue labelled = always(
                        spec,
                        "template",
                        template -> always(
                                template,
                                "metadata",
                                metadata -> always(
                                        metadata,
                                        "labels",
                                        labels -> labels.with(UID, uid)
                                                .with("controller-uid", uid)
                                                .with(NAME, name)
                                                .with("job-name", name))));
                return labelled.update(
                        "selector", selector -> selector.update("matchLabels", labels -> labels.with(UID, uid)));
            });
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            for (String field : List.of("parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished")) {
                checks.notNegative(spec, field, SPEC);
            }
            checks.positive(spec, "activeDeadlineSeconds", SPEC);
            checks.oneOf(spec, "completionMode", SPEC, "NonIndexed", "Indexed");
            if (spec.string("completionMode").equals("Indexed") && !spec.has("completions")) {
                checks.add(FieldError.required(SPEC.child("completions"), "when completion mode is Indexed"));
            }
            template(spec, FieldPath.of("spec", "template", "spec"), checks);
            checks.selectsTemplate(spec);
            return checks.errors();
        }

        /** A finished pod of a job is not started again as if it had never ended. */
        static void template(ObjectValue spec, FieldPath path, Checks checks) {
            ObjectValue pod = spec.object("template").object("spec");
            PodChecks.spec(pod, path, checks);
            String policy = pod.string("restartPolicy");
            if (policy.equals("Always")) {
                checks.add(FieldError.required(path.child("restartPolicy"), "valid values: \"OnFailure\", \"Never\""));
            }
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            ObjectValue old = before.object("spec");
            ObjectValue spec = after.object("spec");
            checks.immutable(old, spec, "selector", SPEC);
            checks.immutable(old, spec, "completionMode", SPEC);
            checks.immutable(old, spec, "podFailurePolicy", SPEC);
            checks.immutable(old, spec, "backoffLimitPerIndex", SPEC);
            boolean elastic = spec.string("completionMode").equals("Indexed")
                    && spec.valueOrNull("completions").equals(spec.valueOrNull("parallelism"));
            if (!elastic) {
                checks.immutable(old, spec, "completions", SPEC);
            }
            // A job that is suspended and has not started may still be told where its pods go.
            boolean waiting = old.bool("suspend") && !before.object("status").has("startTime");
            if (!waiting) {
                checks.immutable(old, spec, "template", SPEC);
            }
            return checks.errors();
        }
    }

    /** CronJobs: the template is a job's. */
    static final class CronJobs implements Strategy {
        private static final int LONGEST_NAME = 52;

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return always(object, "spec", spec -> {
                spec = text(spec, "concurrencyPolicy", "Allow");
                spec = absent(spec, "suspend", Value.of(false));
                spec = absent(spec, "successfulJobsHistoryLimit", 3);
                spec = absent(spec, "failedJobsHistoryLimit", 1);
                return Edits.inside(
                        spec, "jobTemplate", template -> Edits.inside(template, "spec", PodDefaults::template));
            });
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            String name = object.object("metadata").string("name");
            if (name.length() > LONGEST_NAME) {
                checks.add(FieldError.invalid(
                        FieldPath.of("metadata", "name"), name, "must be no more than 52 characters"));
            }
            if (checks.required(spec, "schedule", SPEC)) {
                int fields = spec.string("schedule").strip().split("\\s+").length;
                if (!spec.string("schedule").startsWith("@") && fields != 5) {
                    checks.add(FieldError.invalid(
                            SPEC.child("schedule"),
                            spec.string("schedule"),
                            "expected exactly 5 fields, found " + fields + ": [" + spec.string("schedule") + "]"));
                }
            }
            checks.notNegative(spec, "startingDeadlineSeconds", SPEC);
            checks.notNegative(spec, "successfulJobsHistoryLimit", SPEC);
            checks.notNegative(spec, "failedJobsHistoryLimit", SPEC);
            checks.oneOf(spec, "concurrencyPolicy", SPEC, "Allow", "Forbid", "Replace");
            Jobs.template(
                    spec.object("jobTemplate").object("spec"),
                    SPEC.child("jobTemplate", "spec", "template", "spec"),
                    checks);
            return new ArrayList<>(checks.errors());
        }
    }
}

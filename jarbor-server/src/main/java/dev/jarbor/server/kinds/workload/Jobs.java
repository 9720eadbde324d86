package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rules of Jobs: the selector is made from the job's own uid, so that two jobs never share pods.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 */
public final class Jobs implements Strategy {
    private static final String UID = "batch.kubernetes.io/controller-uid";
    private static final String NAME = "batch.kubernetes.io/job-name";
    private static final String OLD_UID = "controller-uid";
    private static final String OLD_NAME = "job-name";
    private static final int MANY = 100_000;
    private static final int MANY_AT_ONCE = 10_000;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue labels = labels(object);
        ObjectValue filled = always(object, "spec", Jobs::spec);
        boolean bare = filled.object("metadata").object("labels").isEmpty() && !labels.isEmpty();
        return bare ? filled.update("metadata", metadata -> metadata.with("labels", labels)) : filled;
    }

    private static ObjectValue labels(ObjectValue job) {
        return job.object("spec").object("template").object("metadata").object("labels");
    }

    private static ObjectValue spec(ObjectValue spec) {
        boolean single = !spec.has("completions") && !spec.has("parallelism");
        ObjectValue filled = single ? spec.with("completions", 1) : spec;
        filled = absent(filled, "parallelism", 1);
        filled = absent(filled, "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
        filled = absent(filled, "completionMode", Value.of("NonIndexed"));
        filled = absent(filled, "suspend", Value.of(false));
        filled = absent(
                filled,
                "podReplacementPolicy",
                Value.of(spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed"));
        filled = absent(filled, "manualSelector", Value.of(false));
        return templateDefaults(filled);
    }

    /** What templates of jobs get as well. */
    static ObjectValue templateDefaults(ObjectValue spec) {
        ObjectValue filled = Edits.inside(
                spec,
                "podFailurePolicy",
                policy -> each(
                        policy,
                        "rules",
                        rule -> each(rule, "onPodConditions", pattern -> text(pattern, "status", "True"))));
        return PodDefaults.template(filled);
    }

    /** The labels that tie pods to this job, in the old form and the new; what a client put there is refused later. */
    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        ObjectValue kept = Edits.inside(object, "spec", DisabledFields::ofTemplate);
        if (kept.object("spec").bool("manualSelector")) {
            return kept;
        }
        Value uid = Value.of(kept.object("metadata").string("uid"));
        Value name = Value.of(kept.object("metadata").string("name"));
        return kept.update("spec", spec -> {
            ObjectValue labelled = always(
                    spec,
                    "template",
                    template -> always(
                            template,
                            "metadata",
                            metadata -> always(
                                    metadata,
                                    "labels",
                                    labels -> absent(
                                            absent(absent(absent(labels, OLD_NAME, name), NAME, name), OLD_UID, uid),
                                            UID,
                                            uid))));
            return labelled.update(
                    "selector", selector -> selector.update("matchLabels", labels -> absent(labels, UID, uid)));
        });
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return Edits.inside(after, "spec", DisabledFields::ofTemplate);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, Leniency.TEMPLATE, true, checks);
        return checks.errors();
    }

    /** @param newLabels whether the template must have the labels with a domain as well */
    private static void check(ObjectValue job, Leniency leniency, boolean newLabels, Checks checks) {
        generated(job, newLabels, checks);
        ObjectValue spec = job.object("spec");
        spec(spec, leniency, checks);
        long completions = spec.integer("completions");
        if (JobSpecs.isIndexed(spec) && completions > 0) {
            String name = job.object("metadata").string("name");
            String host = name + "-" + (completions - 1);
            if (!Names.dnsLabel(host).isEmpty()) {
                checks.invalid(
                        FieldPath.of("metadata", "name"),
                        name,
                        "will not able to create pod with invalid DNS label: " + host);
            }
        }
    }

    private static void spec(ObjectValue spec, Leniency leniency, Checks checks) {
        JobSpecs.check(spec, leniency, Owners.SPEC, checks);
        FieldPath at = Owners.SPEC.child("selector");
        if (spec.has("selector")) {
            LabelSelectors.check(spec.object("selector"), leniency.selectorValues(), at, checks);
        } else {
            checks.required(at);
        }
        LabelSelectors.parse(spec, "selector").ifPresent(selector -> Owners.matches(selector, spec, checks));
    }

    /** What creation put into template and selector must be there. */
    private static void generated(ObjectValue job, boolean newLabels, Checks checks) {
        ObjectValue spec = job.object("spec");
        if (spec.bool("manualSelector") || !spec.has("selector")) {
            return;
        }
        String uid = job.object("metadata").string("uid");
        String name = job.object("metadata").string("name");
        if (uid.isEmpty()) {
            checks.required(FieldPath.of("metadata", "uid"));
        }
        Map<String, String> expected = new TreeMap<>();
        label(job, OLD_UID, uid, expected, checks);
        label(job, OLD_NAME, name, expected, checks);
        if (newLabels) {
            label(job, UID, uid, expected, checks);
            label(job, NAME, name, expected, checks);
        }
        Optional<Selector> selector = LabelSelectors.parse(spec, "selector");
        if (selector.isPresent() && !selector.get().matches(expected)) {
            checks.invalid(Owners.SPEC.child("selector"), spec.object("selector"), "`selector` not auto-generated");
        }
    }

    private static void label(ObjectValue job, String key, String value, Map<String, String> expected, Checks checks) {
        expected.put(key, value);
        ObjectValue labels = labels(job);
        FieldPath at = Owners.TEMPLATE.child("metadata").child("labels").key(key);
        if (!labels.has(key)) {
            checks.required(at, "must be '" + value + "'");
        } else if (!labels.string(key).equals(value)) {
            checks.invalid(at, labels, "must be '" + value + "'");
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        ObjectValue labels = labels(before);
        Leniency leniency = Owners.leniency(before);
        var checks = new Checks();
        check(after, leniency, labels.has(UID) && labels.has(NAME), checks);
        if (!checks.isEmpty()) {
            // The reference looks at the spec twice, and says twice what is wrong with it.
            spec(spec, leniency, checks);
        }
        completions(old, spec, checks);
        checks.immutable(old, spec, "selector", Owners.SPEC);
        SuspendedJobs.template(before, spec, checks);
        for (String field :
                List.of("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")) {
            if (!Same.at(old, spec, field)) {
                checks.invalid(Owners.SPEC.child(field), spec.valueOrNull(field), Checks.IMMUTABLE);
            }
        }
        return checks.errors();
    }

    /** An indexed job can grow and shrink, all of it at once. */
    private static void completions(ObjectValue old, ObjectValue spec, Checks checks) {
        if (!JobSpecs.isIndexed(spec)) {
            checks.immutable(old, spec, "completions", Owners.SPEC);
        } else if (spec.has("completions")
                && !Same.at(old, spec, "completions")
                && spec.integer("completions") != spec.integer("parallelism")) {
            checks.invalid(
                    Owners.SPEC.child("completions"),
                    spec.integer("completions"),
                    "can only be modified in tandem with spec.parallelism");
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        new JobStatus(before, after, checks).check();
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<>(PodWarnings.ofName(object));
        warnings.addAll(warnings(object.object("spec"), Owners.SPEC));
        return warnings;
    }

    static List<String> warnings(ObjectValue spec, FieldPath at) {
        var warnings = new ArrayList<String>();
        if (JobSpecs.isIndexed(spec)
                && spec.integer("completions") > MANY
                && spec.integer("parallelism") > MANY_AT_ONCE) {
            warnings.add(at + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher"
                    + " than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes"
                    + " fail");
        }
        warnings.addAll(PodWarnings.ofTemplate(spec.object("template"), at.child("template")));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec") ? List.of() : warnings(after.object("spec"), Owners.SPEC);
    }
}

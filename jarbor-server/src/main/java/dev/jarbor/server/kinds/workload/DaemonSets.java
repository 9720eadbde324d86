package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

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
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of DaemonSets.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/">DaemonSet</a>
 */
public final class DaemonSets implements Strategy {
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";
    private static final FieldPath STRATEGY = Owners.SPEC.child("updateStrategy");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return always(object, "spec", spec -> {
            spec = always(spec, "updateStrategy", DaemonSets::strategy);
            return PodDefaults.template(absent(spec, "revisionHistoryLimit", 10));
        });
    }

    private static ObjectValue strategy(ObjectValue strategy) {
        ObjectValue typed = text(strategy, "type", "RollingUpdate");
        return typed.string("type").equals("RollingUpdate")
                ? always(typed, "rollingUpdate", rolling -> absent(absent(rolling, "maxUnavailable", 1), "maxSurge", 0))
                : typed;
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        ObjectValue status = ObjectValue.EMPTY
                .with("currentNumberScheduled", 0)
                .with("desiredNumberScheduled", 0)
                .with("numberMisscheduled", 0)
                .with("numberReady", 0);
        // Counts the templates of the set; it is part of the hash under which revisions are kept.
        return Edits.inside(object, "spec", DisabledFields::ofTemplate)
                .with("status", status)
                .update(
                        "metadata",
                        metadata -> metadata.update(
                                "annotations", annotations -> text(annotations, TEMPLATE_GENERATION, "1")));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        ObjectValue kept = Edits.inside(after, "spec", DisabledFields::ofTemplate);
        String known = before.object("metadata").object("annotations").string(TEMPLATE_GENERATION);
        boolean same = Same.at(before.object("spec"), kept.object("spec"), "template");
        String next = same || known.isEmpty() ? known : Long.toString(Long.parseLong(known) + 1);
        return next.isEmpty()
                ? kept
                : kept.update(
                        "metadata",
                        metadata -> metadata.update(
                                "annotations", annotations -> annotations.with(TEMPLATE_GENERATION, next)));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object.object("spec"), Leniency.TEMPLATE, checks);
        return checks.errors();
    }

    private static void check(ObjectValue spec, Leniency leniency, Checks checks) {
        FieldPath at = Owners.SPEC.child("selector");
        LabelSelectors.check(spec.object("selector"), leniency.selectorValues(), at, checks);
        LabelSelectors.parse(spec, "selector").ifPresent(selector -> Owners.matches(selector, spec, checks));
        if (spec.has("selector") && LabelSelectors.isEmpty(spec.object("selector"))) {
            checks.invalid(at, spec.object("selector"), "empty selector is invalid for daemonset");
        }
        Owners.template(spec, leniency, checks);
        Owners.runsForever(spec, "DaemonSet", checks);
        checks.notNegative(spec, "minReadySeconds", Owners.SPEC);
        strategy(spec.object("updateStrategy"), checks);
        checks.notNegative(spec, "revisionHistoryLimit", Owners.SPEC);
    }

    private static void strategy(ObjectValue strategy, Checks checks) {
        switch (strategy.string("type")) {
            case "OnDelete" -> {}
            case "RollingUpdate" -> rolling(strategy.object("rollingUpdate"), STRATEGY.child("rollingUpdate"), checks);
            default ->
                checks.add(Internal.notSupported(
                        STRATEGY,
                        strategy,
                        List.of("Type=\"\"", "RollingUpdate"),
                        List.of("RollingUpdate", "OnDelete")));
        }
    }

    /** Either fewer pods than nodes for a while or more, not both and not neither. */
    private static void rolling(ObjectValue rolling, FieldPath at, Checks checks) {
        Value unavailable = rolling.valueOrNull("maxUnavailable");
        Value surge = rolling.valueOrNull("maxSurge");
        Amount.check(unavailable, at.child("maxUnavailable"), checks);
        Amount.check(surge, at.child("maxSurge"), checks);
        Amount.atMostAll(unavailable, at.child("maxUnavailable"), checks);
        Amount.atMostAll(surge, at.child("maxSurge"), checks);
        boolean fewer = Amount.value(unavailable) != 0;
        boolean more = Amount.value(surge) != 0;
        if (fewer && more) {
            checks.invalid(at.child("maxSurge"), surge, "may not be set when maxUnavailable is non-zero");
        } else if (!fewer && !more) {
            checks.required(at.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.immutable(before.object("spec"), after.object("spec"), "selector", Owners.SPEC);
        check(after.object("spec"), Owners.leniency(before), checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        Owners.counted(
                after.object("status"),
                checks,
                "currentNumberScheduled",
                "numberMisscheduled",
                "desiredNumberScheduled",
                "numberReady",
                "observedGeneration",
                "updatedNumberScheduled",
                "numberAvailable",
                "numberUnavailable",
                "collisionCount");
        Owners.collisions(before, after, checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        return PodWarnings.ofTemplate(object.object("spec").object("template"), Owners.TEMPLATE);
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return Same.at(before.object("spec"), after.object("spec"), "template")
                ? List.of()
                : PodWarnings.ofTemplate(after.object("spec").object("template"), Owners.TEMPLATE);
    }
}

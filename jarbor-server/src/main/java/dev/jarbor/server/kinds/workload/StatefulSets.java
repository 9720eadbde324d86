package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.ClaimSpecs;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.pod.PodTemplates;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.pod.VolumeWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of StatefulSets.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/">StatefulSets</a>
 */
public final class StatefulSets implements Strategy {
    private static final FieldPath STRATEGY = Owners.SPEC.child("updateStrategy");
    private static final List<String> MUTABLE = List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    /**
     * What an update does not look at again, because it cannot change or was wrong before.
     *
     * @param update whether this is an update at all: names of services and claims are fixed
     * @param brokenTemplate whether the template was wrong already
     */
    private record Skipped(boolean update, boolean brokenTemplate) {}

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
        ObjectValue typed = text(strategy, "type", "RollingUpdate");
        if (!typed.string("type").equals("RollingUpdate") || (given && !typed.has("rollingUpdate"))) {
            return typed;
        }
        return always(typed, "rollingUpdate", rolling -> absent(rolling, "partition", 0));
    }

    private static ObjectValue claim(ObjectValue claim) {
        ObjectValue typed = text(text(claim, "apiVersion", "v1"), "kind", "PersistentVolumeClaim");
        typed = always(typed, "spec", spec -> text(spec, "volumeMode", "Filesystem"));
        return always(typed, "status", status -> text(status, "phase", "Pending"));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", StatefulSets::dropped)
                .with("status", ObjectValue.EMPTY.with("availableReplicas", 0).with("replicas", 0));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return Edits.inside(after, "spec", StatefulSets::dropped);
    }

    /** How many pods may be missing during an update is a feature that is off. */
    private static ObjectValue dropped(ObjectValue spec) {
        ObjectValue kept = Edits.inside(
                spec,
                "updateStrategy",
                strategy -> Edits.inside(strategy, "rollingUpdate", rolling -> rolling.without("maxUnavailable")));
        return DisabledFields.ofTemplate(kept);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object.object("spec"), Leniency.TEMPLATE, new Skipped(false, false))
                .errors();
    }

    private static Checks check(ObjectValue spec, Leniency leniency, Skipped skipped) {
        var checks = new Checks();
        management(spec.string("podManagementPolicy"), checks);
        strategy(spec.object("updateStrategy"), checks);
        retention(spec, checks);
        if (!skipped.update()) {
            List<ObjectValue> claims = spec.list("volumeClaimTemplates").objects();
            for (int i = 0; i < claims.size(); i++) {
                FieldPath at =
                        Owners.SPEC.child("volumeClaimTemplates").index(i).child("spec");
                ClaimSpecs.check(claims.get(i).object("spec"), at, checks);
            }
        }
        checks.notNegative(spec, "replicas", Owners.SPEC);
        checks.notNegative(spec, "minReadySeconds", Owners.SPEC);
        long first = spec.object("ordinals").integer("start");
        if (first < 0) {
            checks.invalid(Owners.SPEC.child("ordinals.start"), first, Checks.NEGATIVE);
        }
        String service = spec.string("serviceName");
        if (!skipped.update() && !service.isEmpty()) {
            checks.dnsLabel(service, Owners.SPEC.child("serviceName"));
        }
        Owners.selector(spec, "statefulset", checks);
        if (Owners.selected(spec, "", checks)) {
            template(spec, leniency, skipped, checks);
        }
        Owners.runsForever(spec, "StatefulSet", checks);
        return checks;
    }

    private static void management(String policy, Checks checks) {
        FieldPath at = Owners.SPEC.child("podManagementPolicy");
        switch (policy) {
            case "OrderedReady", "Parallel" -> {}
            case "" -> checks.required(at);
            default -> checks.invalid(at, policy, "must be 'OrderedReady' or 'Parallel'");
        }
    }

    private static void strategy(ObjectValue strategy, Checks checks) {
        ObjectValue rolling = strategy.object("rollingUpdate");
        FieldPath at = STRATEGY.child("rollingUpdate");
        switch (strategy.string("type")) {
            case "" -> checks.required(STRATEGY);
            case "OnDelete" -> {
                if (strategy.has("rollingUpdate")) {
                    checks.add(Internal.invalid(
                            at,
                            rolling,
                            List.of("Partition=0", "MaxUnavailable"),
                            "only allowed for updateStrategy 'RollingUpdate'"));
                }
            }
            case "RollingUpdate" -> checks.notNegative(rolling, "partition", at);
            default ->
                checks.add(Internal.invalid(
                        STRATEGY,
                        strategy,
                        List.of("Type=\"\"", "RollingUpdate"),
                        "must be 'RollingUpdate' or 'OnDelete'"));
        }
    }

    private static void retention(ObjectValue spec, Checks checks) {
        if (!spec.has("persistentVolumeClaimRetentionPolicy")) {
            return;
        }
        ObjectValue policy = spec.object("persistentVolumeClaimRetentionPolicy");
        FieldPath at = Owners.SPEC.child("persistentVolumeClaimRetentionPolicy");
        for (String field : List.of("whenDeleted", "whenScaled")) {
            String text = policy.string(field);
            if (!text.equals("Retain") && !text.equals("Delete")) {
                checks.notSupported(at.child(field), text, List.of("Retain", "Delete"));
            }
        }
    }

    /** The controller gives each pod its name, its domain and its claims; the template is looked at as if it had. */
    private static void template(ObjectValue spec, Leniency leniency, Skipped skipped, Checks checks) {
        ObjectValue template = spec.object("template");
        if (!skipped.brokenTemplate()) {
            PodTemplates.check(
                    Edits.inside(template, "spec", pod -> asPod(pod, spec)), leniency, Owners.TEMPLATE, checks);
        }
        // The reference checks the template's metadata twice.
        ObjectValue metadata = template.object("metadata");
        checks.labels(metadata.object("labels"), Owners.TEMPLATE.child("labels"));
        checks.annotations(metadata.object("annotations"), Owners.TEMPLATE.child("annotations"));
        PodTemplates.annotations(template, leniency, Owners.TEMPLATE.child("annotations"), checks);
    }

    private static ObjectValue asPod(ObjectValue pod, ObjectValue spec) {
        ObjectValue named = pod.without("subdomain").without("hostname");
        var volumes = new ArrayList<Value>();
        var names = new ArrayList<String>();
        for (ObjectValue claim : spec.list("volumeClaimTemplates").objects()) {
            String name = claim.object("metadata").string("name");
            names.add(name);
            volumes.add(ObjectValue.EMPTY
                    .with("name", name)
                    .with("persistentVolumeClaim", ObjectValue.EMPTY.with("claimName", name)));
        }
        if (volumes.isEmpty()) {
            return named;
        }
        pod.list("volumes").objects().stream()
                .filter(volume -> !names.contains(volume.string("name")))
                .forEach(volumes::add);
        return named.with("volumes", ListValue.of(volumes));
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        Leniency leniency = Owners.leniency(before);
        boolean broken = !check(old, leniency, new Skipped(true, false)).isEmpty();
        Checks checks = check(after.object("spec"), leniency, new Skipped(true, broken));
        ObjectValue rest = after.object("spec");
        for (String field : MUTABLE) {
            rest = Edits.keep(old, rest, field);
        }
        if (!Same.of(old, rest)) {
            checks.forbidden(
                    Owners.SPEC,
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        Owners.counted(
                status,
                checks,
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount");
        Owners.ofReplicas(status, checks, "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
        Owners.availableIsReady(status, "status.readyReplicas", checks);
        Owners.collisions(before, after, checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        ObjectValue spec = object.object("spec");
        var warnings = new ArrayList<>(PodWarnings.ofTemplate(spec.object("template"), Owners.TEMPLATE));
        return claimsAndHistory(spec, "", warnings);
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        ObjectValue spec = after.object("spec");
        var warnings = new ArrayList<String>();
        if (!Same.at(before, after, "spec")) {
            warnings.addAll(PodWarnings.ofTemplate(spec.object("template"), Owners.TEMPLATE));
        }
        return claimsAndHistory(spec, "Spec", warnings);
    }

    /** @param below the field that the reference names for claims, which on creation it forgets */
    private static List<String> claimsAndHistory(ObjectValue spec, String below, List<String> warnings) {
        List<ObjectValue> claims = spec.list("volumeClaimTemplates").objects();
        for (int i = 0; i < claims.size(); i++) {
            FieldPath at = Owners.SPEC.child("volumeClaimTemplates").index(i);
            VolumeWarnings.claim(claims.get(i).object("spec"), below.isEmpty() ? at : at.child(below), warnings);
        }
        if (spec.integer("revisionHistoryLimit") < 0) {
            warnings.add("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is"
                    + " recommended");
        }
        return warnings;
    }
}

package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.cron.CronSchedule;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The rules of CronJobs.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/">CronJob</a>
 */
public final class CronJobs implements Strategy {
    private static final int LONGEST_NAME = 52;
    private static final FieldPath JOB = Owners.SPEC.child("jobTemplate").child("spec");
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return always(object, "spec", spec -> {
            ObjectValue filled = text(spec, "concurrencyPolicy", "Allow");
            filled = absent(filled, "suspend", Value.of(false));
            filled = absent(filled, "successfulJobsHistoryLimit", 3);
            filled = absent(filled, "failedJobsHistoryLimit", 1);
            return inJob(filled, Jobs::templateDefaults);
        });
    }

    private static ObjectValue inJob(ObjectValue spec, UnaryOperator<ObjectValue> change) {
        return Edits.inside(spec, "jobTemplate", template -> Edits.inside(template, "spec", change));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> inJob(spec, DisabledFields::ofTemplate));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return beforeCreate(after);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(ObjectValue.EMPTY, object.object("spec"), Leniency.TEMPLATE, checks);
        String name = object.object("metadata").string("name");
        if (name.length() > LONGEST_NAME) {
            checks.invalid(FieldPath.of("metadata", "name"), name, "must be no more than 52 characters");
        }
        return checks.errors();
    }

    /** @param old the spec before; empty for a new object */
    private static void check(ObjectValue old, ObjectValue spec, Leniency leniency, Checks checks) {
        schedule(old, spec, Owners.SPEC.child("schedule"), checks);
        checks.notNegative(spec, "startingDeadlineSeconds", Owners.SPEC);
        if (spec.has("timeZone") && !old.valueOrNull("timeZone").equals(spec.valueOrNull("timeZone"))) {
            zone(spec.string("timeZone"), Owners.SPEC.child("timeZone"), checks);
        }
        checks.oneOf(spec, "concurrencyPolicy", Owners.SPEC, "Allow", "Forbid", "Replace");
        ObjectValue job = spec.object("jobTemplate").object("spec");
        JobSpecs.check(job, leniency, JOB, checks);
        if (job.has("selector")) {
            checks.invalid(JOB.child("selector"), job.object("selector"), "`selector` will be auto-generated");
        }
        if (job.bool("manualSelector")) {
            checks.add(FieldError.notSupported(JOB.child("manualSelector"), Value.of(true), List.of("nil", "false")));
        }
        checks.notNegative(spec, "successfulJobsHistoryLimit", Owners.SPEC);
        checks.notNegative(spec, "failedJobsHistoryLimit", Owners.SPEC);
    }

    /** A time zone in the schedule itself is let pass only where there was one before. */
    private static void schedule(ObjectValue old, ObjectValue spec, FieldPath at, Checks checks) {
        String schedule = spec.string("schedule");
        if (schedule.isEmpty()) {
            checks.required(at);
            return;
        }
        CronSchedule.fault(schedule).ifPresent(fault -> checks.invalid(at, schedule, fault));
        if (!schedule.contains("TZ")) {
            return;
        }
        if (!old.string("schedule").contains("TZ")) {
            checks.invalid(at, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        } else if (spec.has("timeZone")) {
            checks.invalid(at, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }
    }

    private static void zone(String name, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.invalid(at, name, "timeZone must be nil or non-empty string");
            return;
        }
        for (String part : name.split("/", -1)) {
            boolean sound = !part.equals(".")
                    && !part.equals("..")
                    && !part.startsWith("-")
                    && ZONE_PART.matcher(part).matches();
            if (!sound) {
                checks.invalid(at, name, "unknown time zone " + name);
                return;
            }
        }
        boolean local = name.equalsIgnoreCase("Local");
        if (local) {
            checks.invalid(
                    at, name, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        if (!ZONES.contains(name) && !name.equals("Local")) {
            checks.invalid(at, name, "unknown time zone " + name);
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        Leniency leniency =
                Leniency.after(old.object("jobTemplate").object("spec").object("template"), false);
        check(old, after.object("spec"), leniency, checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<>(PodWarnings.ofName(object));
        warnings.addAll(
                Jobs.warnings(object.object("spec").object("jobTemplate").object("spec"), JOB));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        ObjectValue spec = after.object("spec");
        var warnings = new ArrayList<String>();
        if (!Same.at(before, after, "spec")) {
            warnings.addAll(Jobs.warnings(spec.object("jobTemplate").object("spec"), JOB));
        }
        if (spec.string("schedule").contains("TZ")) {
            warnings.add("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        }
        return warnings;
    }
}

package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.workload.Owners.STATUS;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Same;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a controller may report of a job. Since others than Kubernetes' own may run jobs, the server holds them to what
 * clients expect: a job that has ended stays ended, and its counters agree. A rule is asked only where what it is about
 * has changed, so that a status that is wrong already does not block others.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/4368-support-managed-by-for-batch-jobs">KEP-4368</a>
 */
final class JobStatus {
    private final ObjectValue old;
    private final ObjectValue status;
    private final ObjectValue spec;
    private final Checks checks;

    JobStatus(ObjectValue before, ObjectValue after, Checks checks) {
        this.old = before.object("status");
        this.status = after.object("status");
        this.spec = after.object("spec");
        this.checks = checks;
    }

    void check() {
        for (String counter : List.of("active", "succeeded", "failed", "ready", "terminating")) {
            checks.notNegative(status, counter, STATUS);
        }
        uncounted();
        ends();
        times();
        criteria();
        finished();
        indexes();
        if (changed("terminating") || finishes()) {
            refuse(
                    isFinished(status) && status.integer("terminating") > 0,
                    "terminating",
                    "is invalid for finished job");
        }
        if ((changed("ready") || changed("active")) && status.integer("ready") > status.integer("active")) {
            checks.invalid(STATUS.child("ready"), status.integer("ready"), "cannot set more ready pods than active");
        }
        successes();
        kept();
    }

    private boolean is(String type) {
        return is(status, type);
    }

    private static boolean is(ObjectValue status, String type) {
        return status.list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals(type)
                        && condition.string("status").equals("True"));
    }

    private static boolean isFinished(ObjectValue status) {
        return is(status, "Complete") || is(status, "Failed");
    }

    private boolean changed(String field) {
        return !Same.at(old, status, field);
    }

    private boolean turned(String type) {
        return is(old, type) != is(status, type);
    }

    private boolean finishes() {
        return isFinished(old) != isFinished(status);
    }

    private void conditions(boolean wrong, String detail) {
        if (wrong) {
            checks.add(Internal.invalid(STATUS.child("conditions"), detail));
        }
    }

    private void refuse(boolean wrong, String counter, String detail) {
        if (wrong) {
            checks.invalid(STATUS.child(counter), status.integer(counter), counter + ">0 " + detail);
        }
    }

    private void uncounted() {
        var seen = new HashSet<String>();
        for (String list : List.of("succeeded", "failed")) {
            uncounted(
                    status.object("uncountedTerminatedPods").list(list).strings(),
                    seen,
                    STATUS.child("uncountedTerminatedPods").child(list));
        }
    }

    private void uncounted(List<String> uids, Set<String> seen, FieldPath at) {
        for (int i = 0; i < uids.size(); i++) {
            if (uids.get(i).isEmpty()) {
                checks.invalid(at.index(i), "", "must not be empty");
            } else if (!seen.add(uids.get(i))) {
                checks.duplicate(at.index(i), uids.get(i));
            }
        }
    }

    private void ends() {
        boolean complete = is("Complete");
        if (turned("Complete") || turned("Failed")) {
            conditions(complete && is("Failed"), "cannot set Complete=True and Failed=true conditions");
        }
        if (turned("Complete") || turned("FailureTarget")) {
            conditions(complete && is("FailureTarget"), "cannot set Complete=True and FailureTarget=true conditions");
        }
    }

    private void times() {
        FieldPath completion = STATUS.child("completionTime");
        Value time = status.valueOrNull("completionTime");
        boolean timed = status.has("completionTime");
        boolean complete = is("Complete");
        if (turned("Complete") || changed("completionTime")) {
            if (timed && !complete) {
                checks.invalid(completion, time, "cannot set completionTime when there is no Complete=True condition");
            }
            if (!timed && complete) {
                checks.required(completion, "completionTime is required for Complete jobs");
            }
        }
        if ((changed("startTime") || changed("completionTime"))
                && timed
                && status.has("startTime")
                && isBefore(time, status.valueOrNull("startTime"))) {
            checks.invalid(completion, time, "must be equal to or after `startTime`");
        }
    }

    private static boolean isBefore(Value one, Value other) {
        try {
            return Instant.parse(one.toString()).isBefore(Instant.parse(other.toString()));
        } catch (DateTimeParseException unreadable) {
            return false;
        }
    }

    private void criteria() {
        if (turned("Failed") || changed("failedIndexes")) {
            conditions(
                    is("Failed") && !is("FailureTarget"),
                    "cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if (turned("Complete") || turned("SuccessCriteriaMet")) {
            conditions(
                    is("Complete") && !is("SuccessCriteriaMet"),
                    "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        }
    }

    private void finished() {
        boolean finished = isFinished(status);
        if (finishes() || changed("active")) {
            refuse(finished && status.integer("active") > 0, "active", "is invalid for finished job");
        }
        boolean neverRan = spec.bool("suspend") && spec.has("completions") && spec.integer("completions") == 0;
        if ((finishes() || changed("startTime")) && !neverRan && finished && !status.has("startTime")) {
            checks.required(STATUS.child("startTime"), "startTime is required for finished job");
        }
        ObjectValue pods = status.object("uncountedTerminatedPods");
        boolean open = !pods.list("succeeded").isEmpty() || !pods.list("failed").isEmpty();
        if ((finishes() || changed("uncountedTerminatedPods")) && finished && open) {
            checks.add(Internal.invalid(
                    STATUS.child("uncountedTerminatedPods"),
                    pods,
                    List.of("Succeeded", "Failed"),
                    "must be empty for finished job"));
        }
    }

    private void indexes() {
        String completed = status.string("completedIndexes");
        String failed = status.string("failedIndexes");
        long completions = spec.integer("completions");
        boolean counted = spec.has("completions");
        if (changed("completedIndexes") && counted) {
            readable(completed, "completedIndexes", completions);
        }
        if (changed("failedIndexes") && counted && spec.has("backoffLimitPerIndex")) {
            readable(failed, "failedIndexes", completions);
        }
        if (changed("completedIndexes") && !completed.isEmpty() && !JobSpecs.isIndexed(spec)) {
            checks.invalid(
                    STATUS.child("completedIndexes"),
                    completed,
                    "cannot set non-empty completedIndexes when non-indexed completion mode");
        }
        if (changed("failedIndexes") && status.has("failedIndexes") && !spec.has("backoffLimitPerIndex")) {
            checks.invalid(
                    STATUS.child("failedIndexes"),
                    failed,
                    "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        }
        if ((changed("failedIndexes") || changed("completedIndexes")) && counted) {
            Optional<Long> both = Indexes.common(completed, failed, completions);
            both.ifPresent(index -> checks.invalid(
                    STATUS.child("failedIndexes"),
                    failed,
                    "failedIndexes and completedIndexes overlap at index: " + index));
        }
    }

    private void readable(String text, String field, long completions) {
        try {
            Indexes.count(text, completions);
        } catch (Indexes.MalformedException malformed) {
            checks.invalid(STATUS.child(field), text, "error parsing " + field + ": " + malformed.words());
        }
    }

    private void successes() {
        boolean met = is("SuccessCriteriaMet");
        conditions(met && is("Failed"), "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        conditions(met && is("FailureTarget"), "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        conditions(
                spec.has("successPolicy") && !met && is("Complete"),
                "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }

    /** What does not go back. */
    private void kept() {
        for (String type : List.of("Failed", "Complete", "FailureTarget")) {
            conditions(is(old, type) && !is(type), "cannot disable the terminal " + type + "=True condition");
        }
        decreases("failed", true);
        boolean elastic =
                JobSpecs.isIndexed(spec) && Same.of(spec.valueOrNull("completions"), spec.valueOrNull("parallelism"));
        decreases("succeeded", !elastic);
        if (status.has("completionTime") && old.has("completionTime") && changed("completionTime")) {
            checks.invalid(STATUS.child("completionTime"), status.valueOrNull("completionTime"), Checks.IMMUTABLE);
        }
        boolean resumes = is(old, "Suspended")
                && status.list("conditions").objects().stream()
                        .anyMatch(condition -> condition.string("type").equals("Suspended")
                                && condition.string("status").equals("False"));
        if (changed("startTime") && old.has("startTime") && !resumes && !spec.bool("suspend")) {
            checks.invalid(
                    STATUS.child("startTime"),
                    status.has("startTime") ? status.valueOrNull("startTime") : NullValue.NULL,
                    "field is immutable for unsuspended job once set");
        }
        conditions(
                is(old, "SuccessCriteriaMet") && !is("SuccessCriteriaMet"),
                "cannot disable the SuccessCriteriaMet=True condition");
        conditions(
                is(old, "Complete") && !is(old, "SuccessCriteriaMet") && is("SuccessCriteriaMet"),
                "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }

    private void decreases(String counter, boolean refused) {
        if (refused && status.integer(counter) < old.integer(counter)) {
            checks.invalid(
                    STATUS.child(counter), status.integer(counter), "cannot decrease the " + counter + " counter");
        }
    }
}

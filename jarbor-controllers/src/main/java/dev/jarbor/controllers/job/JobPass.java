package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One pass over a Job: from a snapshot of it and its pods to a {@link Plan}. How far it has come is its {@link Tally}; then it
 * either comes to its {@link Ending}, and what still runs is ended, or its {@link Crew} is settled; and {@link Accounts} says
 * what its status is to count.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 */
final class JobPass {
    private static final String SUSPENDED = "Suspended";

    private final Job job;
    private final List<Pod> pods;
    private final List<Pod> active;
    private final int terminating;
    private final Instant now;
    private final boolean indexed;
    private final Tally tally;
    private final Backoff backoff;
    private final List<Pod> end = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private Crew crew = Crew.AS_IT_IS;
    private List<JobCondition> conditions;
    private Optional<Instant> again = Optional.empty();

    /**
     * @param crew the pods to make, and those that are not wanted any more
     * @param end pods that are ended because the Job is
     * @param status what the Job is to say; its {@code active} is what there will be when the rest is done
     * @param accounts which pods' finalizers go once the status is written, and what was judged of them
     * @param notices in their order, once the status is written
     * @param backoff what is to be remembered of its failures
     * @param again when to look again even if nothing changes
     */
    record Plan(
            Crew crew,
            List<Pod> end,
            JobStatus status,
            Tally tally,
            Accounts accounts,
            List<Notice> notices,
            Backoff backoff,
            Optional<Instant> again) {}

    /**
     * @param job one that is not over
     * @param backoff what is remembered of its failures; where nothing is, the pods that are there tell
     */
    static Plan plan(Job job, List<Pod> pods, Optional<Backoff> backoff, Instant now) {
        return new JobPass(job, pods, backoff, now).decide();
    }

    private JobPass(Job job, List<Pod> pods, Optional<Backoff> backoff, Instant now) {
        this.job = started(job, now);
        this.pods = pods;
        this.now = now;
        this.indexed = JobPods.isIndexed(job);
        this.active = pods.stream().filter(PodState::isActive).toList();
        this.terminating = (int) pods.stream().filter(PodState::isTerminating).count();
        this.tally = Tally.of(this.job, pods);
        this.backoff = backoff.map(known -> known.after(tally.newSucceeded(), tally.newFailed()))
                .orElseGet(() -> Backoff.NONE.after(
                        pods.stream().filter(JobPods::hasSucceeded).toList(),
                        pods.stream().filter(pod -> JobPods.hasFailed(job, pod)).toList()));
        this.conditions = this.job.status().conditions();
    }

    private static Job started(Job job, Instant now) {
        return job.spec().suspend() || job.status().hasStartTime()
                ? job
                : job.withStatus(job.status().withStartTime(now));
    }

    private Plan decide() {
        Optional<Ending> ending = Ending.due(job, pods, tally, now);
        if (ending.isPresent()) {
            end.addAll(active);
        } else {
            ending = goOn();
        }
        ending.filter(due -> !is(due.noted()))
                .ifPresent(due -> condition(due.noted(), "True", due.reason(), due.message()));
        Ending.deadline(job).filter(now::isBefore).ifPresent(this::lookAgain);
        Accounts accounts = Accounts.of(job, kept(pods), tally, ending);
        JobStatus status = status(accounts, ending);
        return new Plan(crew, List.copyOf(end), status, tally, accounts, List.copyOf(notices), backoff, again);
    }

    private void lookAgain(Instant when) {
        again = again.filter(sooner -> sooner.isBefore(when)).or(() -> Optional.of(when));
    }

    /** Settles the number of pods; what comes back ends the Job, because it has all it wanted. */
    private Optional<Ending> goOn() {
        boolean managed = !Ownership.isDeleting(job);
        if (managed) {
            crew = Crew.of(job, pods, tally, backoff, now);
            crew.again().ifPresent(this::lookAgain);
        }
        boolean enough =
                job.spec().hasCompletions() ? tally.succeeded() >= job.spec().completions() : tally.succeeded() > 0;
        if (enough && running() == 0) {
            return Optional.of(Ending.COMPLETIONS_REACHED);
        }
        if (managed) {
            suspension();
        }
        return Optional.empty();
    }

    private void suspension() {
        boolean before = is(SUSPENDED);
        if (job.spec().suspend() && !before) {
            condition(SUSPENDED, "True", "JobSuspended", "Job suspended");
            notices.add(Notice.normal("Suspended", "Job suspended"));
        } else if (!job.spec().suspend() && before) {
            condition(SUSPENDED, "False", "JobResumed", "Job resumed");
            notices.add(Notice.normal("Resumed", "Job resumed"));
        }
    }

    private boolean resumes() {
        return !is(SUSPENDED)
                && job.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(SUSPENDED)
                                && condition.status().equals("True"));
    }

    /** Those of {@code pods} that are not dropped. */
    private List<Pod> kept(List<Pod> pods) {
        var dropped = new TreeSet<String>();
        crew.drop().forEach(pod -> dropped.add(pod.metadata().uid()));
        return dropped.isEmpty()
                ? pods
                : pods.stream()
                        .filter(pod -> !dropped.contains(pod.metadata().uid()))
                        .toList();
    }

    /** How many pods will be active when all is done. */
    private int running() {
        return active.size() - crew.drop().size() - end.size() + crew.create().size();
    }

    private JobStatus status(Accounts accounts, Optional<Ending> ending) {
        int running = running();
        // Either all that are active are ended, or none.
        int ready = end.isEmpty()
                ? (int) kept(active).stream().filter(PodState::isReady).count()
                : 0;
        int leaving = terminating + crew.drop().size() + end.size();
        JobStatus status = job.status();
        if (resumes()) {
            status = status.withStartTime(now);
        } else if (job.spec().suspend() && is(SUSPENDED)) {
            // Its deadline counts anew when it goes on.
            status = status.withoutStartTime();
        }
        status = running == 0 ? status.withoutActive() : status.withActive(running);
        status = accounts.succeeded() == 0 ? status.withoutSucceeded() : status.withSucceeded(accounts.succeeded());
        status = accounts.failed() == 0 ? status.withoutFailed() : status.withFailed(accounts.failed());
        status = status.withReady(ready).withTerminating(leaving).withUncountedTerminatedPods(accounts.noted());
        if (indexed) {
            String completed = tally.completed().toString();
            status = completed.isEmpty() ? status.withoutCompletedIndexes() : status.withCompletedIndexes(completed);
            if (job.spec().hasBackoffLimitPerIndex()) {
                status = status.withFailedIndexes(tally.failedIndexes().toString());
            }
        }
        if (ending.isPresent() && running == 0 && leaving == 0 && accounts.isSettled()) {
            status = over(ending.get(), status);
        }
        return status.equals(job.status()) && conditions.equals(job.status().conditions())
                ? status
                : status.withConditions(conditions);
    }

    private JobStatus over(Ending ending, JobStatus status) {
        condition(ending.over(), "True", ending.reason(), ending.message());
        if (!ending.success()) {
            notices.add(Notice.warning(ending.reason(), ending.message()));
            return status;
        }
        if (job.spec().hasCompletions() && status.succeeded() > job.spec().completions()) {
            notices.add(Notice.warning(
                    "TooManySucceededPods", "Too many succeeded pods running after completion count reached"));
        }
        notices.add(Notice.normal("Completed", "Job completed"));
        return status.withCompletionTime(now);
    }

    private boolean is(String type) {
        return conditions.stream()
                .anyMatch(condition ->
                        condition.type().equals(type) && condition.status().equals("True"));
    }

    /** Sets a condition, in its place where there is one of that type. */
    private void condition(String type, String value, String reason, String message) {
        JobCondition condition = JobCondition.EMPTY
                .withType(type)
                .withStatus(value)
                .withLastProbeTime(now)
                .withLastTransitionTime(now)
                .withReason(reason)
                .withMessage(message);
        var changed = new ArrayList<>(conditions);
        changed.replaceAll(one -> one.type().equals(type) ? condition : one);
        if (!changed.contains(condition)) {
            changed.add(condition);
        }
        conditions = List.copyOf(changed);
    }
}

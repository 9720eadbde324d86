package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.DeletionOrder;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * One pass over a Job: from a snapshot of it and its pods to a {@link Plan}. What has ended is counted by {@link Tally}; then
 * the Job either comes to its {@link Ending}, and what still runs is ended, or it gets the pods that it lacks.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 */
final class JobPass {
    /** How many pods one pass creates, or deletes, at most; the next one goes on. */
    static final int BURST = 500;

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);
    private static final String SUSPENDED = "Suspended";

    private final Job job;
    private final List<Pod> pods;
    private final List<Pod> active;
    private final long terminating;
    private final Instant now;
    private final boolean indexed;
    private final Tally tally;
    private final List<Pod> create = new ArrayList<>();
    private final List<Pod> drop = new ArrayList<>();
    private final List<Pod> end = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private List<JobCondition> conditions;
    private Optional<Instant> again = Optional.empty();

    /** What is to be told of the Job. */
    record Notice(boolean warning, String reason, String message) {}

    /**
     * @param create the pods to make
     * @param drop pods that are not wanted any more, and whose end shall not count as a failure
     * @param end pods that are ended because the Job is; their end counts
     * @param release pods whose finalizer goes once the status is written
     * @param status what the Job is to say; its {@code active} is what there will be when the rest is done
     * @param notices in their order, once the status is written
     * @param again when to look again even if nothing changes
     */
    record Plan(
            List<Pod> create,
            List<Pod> drop,
            List<Pod> end,
            List<Pod> release,
            JobStatus status,
            List<Notice> notices,
            Optional<Instant> again) {}

    static Plan plan(Job job, List<Pod> pods, Instant now) {
        return new JobPass(job, pods, now).decide();
    }

    private JobPass(Job job, List<Pod> pods, Instant now) {
        this.job = started(job, now);
        this.pods = pods;
        this.now = now;
        this.indexed = JobPods.isIndexed(job);
        this.active = pods.stream().filter(PodState::isActive).toList();
        this.terminating = pods.stream().filter(PodState::isTerminating).count();
        boolean finishing = Ending.noted(job).isPresent() || Ending.isOver(job) || Ownership.isDeleting(job);
        Tally first = Tally.of(this.job, pods, finishing);
        boolean ends = !finishing && Ending.due(this.job, pods, first, now).isPresent();
        this.tally = ends ? Tally.of(this.job, pods, true) : first;
        this.conditions = this.job.status().conditions();
    }

    private static Job started(Job job, Instant now) {
        return job.spec().suspend() || job.status().hasStartTime() || Ending.isOver(job)
                ? job
                : job.withStatus(job.status().withStartTime(now));
    }

    private Plan decide() {
        if (Ending.isOver(job)) {
            return finish(job.status());
        }
        Optional<Ending> ending = Ending.due(job, pods, tally, now);
        if (ending.isEmpty() && !Ownership.isDeleting(job)) {
            ending = manage();
        }
        ending.ifPresent(this::endBy);
        Ending.deadline(job).filter(now::isBefore).ifPresent(this::lookAgain);
        return finish(counted(ending));
    }

    private Plan finish(JobStatus status) {
        return new Plan(first(create), first(drop), first(end), tally.release(), status, List.copyOf(notices), again);
    }

    private static List<Pod> first(List<Pod> all) {
        return List.copyOf(all.subList(0, Math.min(BURST, all.size())));
    }

    private void lookAgain(Instant when) {
        again = again.filter(sooner -> sooner.isBefore(when)).or(() -> Optional.of(when));
    }

    private void endBy(Ending ending) {
        end.addAll(active);
        if (!is(ending.noted())) {
            condition(ending.noted(), "True", ending.reason(), ending.message());
        }
    }

    /** Makes and drops pods until there are as many as wanted; what comes back ends the Job, because it has all it wanted. */
    private Optional<Ending> manage() {
        if (isComplete()) {
            if (!active.isEmpty() && job.spec().hasCompletions()) {
                notices.add(new Notice(
                        true, "TooManyActivePods", "Too many active pods running after completion count reached"));
            }
            return Optional.of(Ending.COMPLETIONS_REACHED);
        }
        suspension();
        if (job.spec().suspend()) {
            drop.addAll(active);
            return Optional.empty();
        }
        List<Pod> useful = indexed ? dropDoubles() : active;
        int wanted = wanted();
        if (useful.size() > wanted) {
            drop.addAll(new DeletionOrder(Map.of(), now).first(useful.size() - wanted, useful));
        } else {
            grow(useful, wanted - useful.size() - (JobPods.onlyEndedAreReplaced(job) ? (int) terminating : 0));
        }
        return Optional.empty();
    }

    private boolean isComplete() {
        return job.spec().hasCompletions()
                ? tally.succeeded() >= job.spec().completions()
                : tally.succeeded() > 0 && active.isEmpty();
    }

    private int wanted() {
        int parallelism = job.spec().parallelismOr(1);
        if (!job.spec().hasCompletions()) {
            // One success says that the work is done: nobody new starts on it.
            return tally.succeeded() > 0 ? Math.min(active.size(), parallelism) : parallelism;
        }
        int left = job.spec().completions()
                - tally.succeeded()
                - tally.failedIndexes().size();
        return Math.max(0, Math.min(left, parallelism));
    }

    /** Of an index that is worked on twice, is done or does not exist, only what is useful stays. */
    private List<Pod> dropDoubles() {
        var best = new TreeMap<Integer, Pod>();
        var order = new DeletionOrder(Map.of(), now);
        for (Pod pod : active) {
            OptionalInt index = JobPods.indexOf(pod, job.spec().completions());
            if (index.isEmpty() || isDone(index.getAsInt())) {
                drop.add(pod);
                continue;
            }
            Pod other = best.putIfAbsent(index.getAsInt(), pod);
            if (other != null) {
                Pod worse = order.first(1, List.of(other, pod)).getFirst();
                drop.add(worse);
                best.put(index.getAsInt(), worse.equals(pod) ? other : pod);
            }
        }
        return List.copyOf(best.values());
    }

    private boolean isDone(int index) {
        return tally.completed().has(index) || tally.failedIndexes().has(index);
    }

    private void grow(List<Pod> useful, int missing) {
        if (missing <= 0) {
            return;
        }
        if (job.spec().hasBackoffLimitPerIndex()) {
            growByIndex(useful, missing);
            return;
        }
        Optional<Instant> backoff = backoff().filter(now::isBefore);
        if (backoff.isPresent()) {
            lookAgain(backoff.get());
            return;
        }
        if (indexed) {
            growByIndex(useful, missing);
            return;
        }
        for (int i = 0; i < Math.min(missing, BURST); i++) {
            create.add(JobPods.any(job));
        }
    }

    private void growByIndex(List<Pod> useful, int missing) {
        var taken = new TreeMap<Integer, Boolean>();
        var failed = new TreeMap<Integer, Pod>();
        useful.forEach(
                pod -> JobPods.indexOf(pod, job.spec().completions()).ifPresent(index -> taken.put(index, true)));
        for (Pod pod : pods) {
            OptionalInt index = JobPods.indexOf(pod, job.spec().completions());
            if (index.isPresent() && JobPods.onlyEndedAreReplaced(job) && PodState.isTerminating(pod)) {
                taken.put(index.getAsInt(), true);
            }
            if (index.isPresent() && tally.kept().contains(pod)) {
                failed.put(index.getAsInt(), pod);
            }
        }
        int room = Math.min(missing, BURST);
        for (int index = 0; index < job.spec().completions() && create.size() < room; index++) {
            if (isDone(index) || taken.containsKey(index)) {
                continue;
            }
            Pod before = failed.get(index);
            if (before == null) {
                create.add(JobPods.forIndex(job, index, 0, 0));
            } else {
                retry(index, before);
            }
        }
    }

    private void retry(int index, Pod before) {
        boolean ignored = FailurePolicy.judge(job, before) instanceof FailurePolicy.Verdict.Ignore;
        int failures = JobPods.failuresBefore(before) + (ignored ? 0 : 1);
        int ignoredFailures = JobPods.ignoredBefore(before) + (ignored ? 1 : 0);
        Instant due = JobPods.end(before).plus(wait(failures + ignoredFailures));
        if (now.isBefore(due)) {
            lookAgain(due);
        } else {
            create.add(JobPods.forIndex(job, index, failures, ignoredFailures));
        }
    }

    /** Until when nothing new starts because of the failures since the last success; empty where there were none. */
    private Optional<Instant> backoff() {
        Instant success = pods.stream()
                .filter(JobPods::hasSucceeded)
                .map(JobPods::end)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        List<Instant> failures = pods.stream()
                .filter(pod -> pod.status().phase().equals("Failed"))
                .map(JobPods::end)
                .filter(success::isBefore)
                .toList();
        return failures.stream().max(Instant::compareTo).map(last -> last.plus(wait(failures.size())));
    }

    private static Duration wait(int failures) {
        Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(Math.max(0, failures - 1), 10));
        return doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
    }

    private void suspension() {
        boolean before = is(SUSPENDED);
        if (job.spec().suspend() && !before) {
            condition(SUSPENDED, "True", "JobSuspended", "Job suspended");
            notices.add(new Notice(false, "Suspended", "Job suspended"));
        } else if (!job.spec().suspend() && before) {
            condition(SUSPENDED, "False", "JobResumed", "Job resumed");
            notices.add(new Notice(false, "Resumed", "Job resumed"));
        }
    }

    private boolean resumes() {
        return !job.spec().suspend()
                && job.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(SUSPENDED)
                                && condition.status().equals("True"));
    }

    private JobStatus counted(Optional<Ending> ending) {
        int left = active.size() - first(drop).size() - first(end).size();
        int running = left + first(create).size();
        int ready = (int) active.stream()
                .filter(PodState::isReady)
                .filter(pod -> !drop.contains(pod) && !end.contains(pod))
                .count();
        long leaving = terminating + active.size() - left;
        JobStatus status = job.status();
        status = resumes() ? status.withStartTime(now) : status;
        status = running == 0 ? status.withoutActive() : status.withActive(running);
        status = tally.countedSucceeded() == 0
                ? status.withoutSucceeded()
                : status.withSucceeded(tally.countedSucceeded());
        status = tally.countedFailed() == 0 ? status.withoutFailed() : status.withFailed(tally.countedFailed());
        status = status.withReady(ready).withTerminating((int) leaving).withUncountedTerminatedPods(tally.noted());
        if (indexed) {
            String completed = tally.completed().toString();
            status = completed.isEmpty() ? status.withoutCompletedIndexes() : status.withCompletedIndexes(completed);
            if (job.spec().hasBackoffLimitPerIndex()) {
                status = status.withFailedIndexes(tally.failedIndexes().toString());
            }
        }
        if (ending.isPresent() && running == 0 && leaving == 0 && tally.isSettled()) {
            status = over(ending.get(), status);
        }
        return status.equals(job.status()) && conditions.equals(job.status().conditions())
                ? status
                : status.withConditions(conditions);
    }

    private JobStatus over(Ending ending, JobStatus status) {
        condition(ending.over(), "True", ending.reason(), ending.message());
        if (ending.success()
                && job.spec().hasCompletions()
                && status.succeeded() > job.spec().completions()) {
            notices.add(new Notice(
                    true, "TooManySucceededPods", "Too many succeeded pods running after completion count reached"));
        }
        notices.add(
                ending.success()
                        ? new Notice(false, "Completed", "Job completed")
                        : new Notice(true, ending.reason(), ending.message()));
        JobStatus begun = status.hasStartTime() ? status : status.withStartTime(now);
        return ending.success() ? begun.withCompletionTime(now) : begun;
    }

    private boolean is(String type) {
        return conditions.stream()
                .anyMatch(condition ->
                        condition.type().equals(type) && condition.status().equals("True"));
    }

    private void condition(String type, String value, String reason, String message) {
        var changed = new ArrayList<JobCondition>();
        conditions.stream().filter(one -> !one.type().equals(type)).forEach(changed::add);
        changed.add(JobCondition.EMPTY
                .withType(type)
                .withStatus(value)
                .withLastProbeTime(now)
                .withLastTransitionTime(now)
                .withReason(reason)
                .withMessage(message));
        conditions = List.copyOf(changed);
    }
}

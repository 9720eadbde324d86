package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.DeletionOrder;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One pass over a Job: from a snapshot of it and its pods to a {@link Plan}. How far it has come is its {@link Tally}; then it
 * either comes to its {@link Ending}, and what still runs is ended, or it gets the pods that it lacks; and {@link Accounts} says
 * what its status is to count.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 */
final class JobPass {
    /** How many pods one pass creates, or takes away where there are too many, at most; the next one goes on. */
    static final int BURST = 500;

    private static final String SUSPENDED = "Suspended";

    private final Job job;
    private final List<Pod> pods;
    private final List<Pod> active;
    private final int terminating;
    private final Instant now;
    private final boolean indexed;
    private final Tally tally;
    private final Backoff backoff;
    private final List<Pod> create = new ArrayList<>();
    private final List<Pod> drop = new ArrayList<>();
    private final List<Pod> end = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private Action action = Action.RECONCILING;
    private List<JobCondition> conditions;
    private Optional<Instant> again = Optional.empty();

    /** What a pass was mostly about, for metrics. */
    enum Action {
        /** Nothing was to be decided about the number of pods. */
        RECONCILING,
        /** There are as many pods as wanted. */
        TRACKING,
        PODS_CREATED,
        PODS_DELETED
    }

    /**
     * @param create the pods to make
     * @param drop pods that are not wanted any more, and whose end shall not count as a failure
     * @param end pods that are ended because the Job is
     * @param status what the Job is to say; its {@code active} is what there will be when the rest is done
     * @param accounts which pods' finalizers go once the status is written, and what was judged of them
     * @param notices in their order, once the status is written
     * @param backoff what is to be remembered of its failures
     * @param again when to look again even if nothing changes
     */
    record Plan(
            Action action,
            List<Pod> create,
            List<Pod> drop,
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
        List<Pod> counting = pods.stream().filter(pod -> !drop.contains(pod)).toList();
        Accounts accounts = Accounts.of(job, counting, tally, ending);
        JobStatus status = status(accounts, ending);
        return new Plan(
                action,
                List.copyOf(create),
                List.copyOf(drop),
                List.copyOf(end),
                status,
                tally,
                accounts,
                List.copyOf(notices),
                backoff,
                again);
    }

    private void lookAgain(Instant when) {
        again = again.filter(sooner -> sooner.isBefore(when)).or(() -> Optional.of(when));
    }

    /** Settles the number of pods; what comes back ends the Job, because it has all it wanted. */
    private Optional<Ending> goOn() {
        boolean managed = !Ownership.isDeleting(job);
        if (managed) {
            manage();
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

    /** Drops what is too much, or else makes what is missing; never both in one pass. */
    private void manage() {
        action = Action.PODS_DELETED;
        if (job.spec().suspend()) {
            drop.addAll(active);
            return;
        }
        int wanted = wanted();
        List<Pod> surplus = surplus(active.size() - wanted);
        if (!surplus.isEmpty()) {
            drop.addAll(surplus.subList(0, Math.min(BURST, surplus.size())));
            return;
        }
        int missing = wanted - active.size() - (JobPods.onlyEndedAreReplaced(job) ? terminating : 0);
        action = missing > 0 ? Action.PODS_CREATED : Action.TRACKING;
        if (missing > 0) {
            grow(Math.min(missing, BURST));
        }
    }

    private int wanted() {
        int parallelism = job.spec().parallelismOr(1);
        if (!job.spec().hasCompletions()) {
            // One success says that the work is done: nobody new starts on it, and who is at it may finish.
            return tally.succeeded() > 0 ? active.size() : parallelism;
        }
        return Math.clamp(job.spec().completions() - tally.succeeded(), 0, parallelism);
    }

    /** Who has to go: in any case those of no index and all but one of each; and as many more as there are too many. */
    private List<Pod> surplus(int tooMany) {
        var order = DeletionOrder.plain();
        var surplus = new ArrayList<Pod>();
        List<Pod> others = active;
        if (indexed) {
            var byIndex = new TreeMap<Integer, List<Pod>>();
            for (Pod pod : active) {
                OptionalInt index = JobPods.indexOf(pod, job.spec().completions());
                if (index.isPresent()) {
                    byIndex.computeIfAbsent(index.getAsInt(), none -> new ArrayList<>())
                            .add(pod);
                } else {
                    surplus.add(pod);
                }
            }
            byIndex.values().forEach(same -> surplus.addAll(order.first(same.size() - 1, same)));
            others = active.stream().filter(pod -> !surplus.contains(pod)).toList();
        }
        if (surplus.size() < tooMany) {
            surplus.addAll(order.first(tooMany - surplus.size(), others));
        }
        return surplus;
    }

    private void grow(int missing) {
        boolean perIndex = job.spec().hasBackoffLimitPerIndex();
        Optional<Instant> held = backoff.until().filter(until -> !perIndex && now.isBefore(until));
        if (held.isPresent()) {
            lookAgain(held.get());
        } else if (indexed) {
            growByIndex(pending(missing));
        } else {
            for (int i = 0; i < missing; i++) {
                create.add(JobPods.any(job));
            }
        }
    }

    /** The first indexes that are neither done nor worked on. */
    private List<Integer> pending(int count) {
        int completions = job.spec().completions();
        var taken = new TreeSet<Integer>();
        pods.stream()
                .filter(pod ->
                        PodState.isActive(pod) || (JobPods.onlyEndedAreReplaced(job) && PodState.isTerminating(pod)))
                .forEach(pod -> JobPods.indexOf(pod, completions).ifPresent(taken::add));
        return IntStream.range(0, completions)
                .filter(index ->
                        !tally.completed().has(index) && !tally.failedIndexes().has(index) && !taken.contains(index))
                .limit(count)
                .boxed()
                .toList();
    }

    /** Each index waits for itself; where all do, the shortest wait is what the pass waits for. */
    private void growByIndex(List<Integer> indexes) {
        Optional<Instant> first = Optional.empty();
        for (int index : indexes) {
            Optional<Pod> before = Optional.ofNullable(tally.kept().get(index));
            Optional<Instant> held = before.map(JobPass::retry).filter(now::isBefore);
            if (held.isPresent()) {
                first = first.filter(held.get()::isAfter).or(() -> held);
            } else {
                create.add(JobPods.forIndex(job, index, before));
            }
        }
        if (create.isEmpty()) {
            first.ifPresent(this::lookAgain);
        }
    }

    private static Instant retry(Pod failed) {
        return JobPods.end(failed).plus(Backoff.wait(JobPods.attempt(failed) + 1));
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

    /** How many pods will be active when all is done. */
    private int running() {
        return active.size() - drop.size() - end.size() + create.size();
    }

    private JobStatus status(Accounts accounts, Optional<Ending> ending) {
        int running = running();
        int ready = (int) active.stream()
                .filter(PodState::isReady)
                .filter(pod -> !drop.contains(pod) && !end.contains(pod))
                .count();
        int leaving = terminating + drop.size() + end.size();
        JobStatus status = job.status();
        status = resumes() ? status.withStartTime(now) : status;
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

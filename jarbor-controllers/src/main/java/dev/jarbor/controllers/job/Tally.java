package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a Job has come: what its status has counted or noted, and what has ended since. {@link Accounts} says how that gets
 * into the status, each pod exactly once.
 *
 * @param succeeded successes, of indexes where the Job has any
 * @param failed failures that count
 * @param newSucceeded pods that have succeeded and are not noted yet
 * @param newFailed pods that have failed and are not noted yet, be they ignored or not
 * @param completed the indexes that succeeded; none where the Job has no indexes
 * @param failedIndexes the indexes that failed for good
 * @param kept by index, a failed pod that stays until its successor has taken over how often the index has failed
 */
record Tally(
        int succeeded,
        int failed,
        List<Pod> newSucceeded,
        List<Pod> newFailed,
        Indexes completed,
        Indexes failedIndexes,
        Map<Integer, Pod> kept) {
    static Tally of(Job job, List<Pod> pods) {
        JobStatus status = job.status();
        boolean indexed = JobPods.isIndexed(job);
        int completions = indexed ? job.spec().completions() : 0;
        Set<String> noted = new TreeSet<>(status.uncountedTerminatedPods().succeeded());
        noted.addAll(status.uncountedTerminatedPods().failed());
        List<Pod> tracked = pods.stream()
                .filter(JobPods::isTracked)
                .filter(pod -> !indexed || JobPods.indexOf(pod, completions).isPresent())
                .toList();
        List<Pod> fresh = tracked.stream()
                .filter(pod -> !noted.contains(pod.metadata().uid()))
                .toList();
        List<Pod> newSucceeded = fresh.stream().filter(JobPods::hasSucceeded).toList();
        List<Pod> newFailed =
                fresh.stream().filter(pod -> JobPods.hasFailed(job, pod)).toList();
        int counting = (int) newFailed.stream()
                .filter(pod -> !(FailurePolicy.judge(job, pod) instanceof Verdict.Ignore))
                .count();
        int failed = status.failed() + status.uncountedTerminatedPods().failed().size() + counting;
        if (!indexed) {
            int succeeded = status.succeeded()
                    + status.uncountedTerminatedPods().succeeded().size()
                    + newSucceeded.size();
            return new Tally(succeeded, failed, newSucceeded, newFailed, Indexes.NONE, Indexes.NONE, Map.of());
        }
        Indexes lost = Indexes.parse(status.failedIndexes(), completions);
        Indexes completed = Indexes.parse(status.completedIndexes(), completions);
        for (Pod pod : tracked) {
            OptionalInt index = JobPods.indexOf(pod, completions);
            if (JobPods.hasSucceeded(pod) && index.isPresent() && !lost.has(index.getAsInt())) {
                completed = completed.with(index.getAsInt());
            }
        }
        if (!job.spec().hasBackoffLimitPerIndex()) {
            return new Tally(completed.size(), failed, newSucceeded, newFailed, completed, Indexes.NONE, Map.of());
        }
        for (Pod pod : tracked) {
            OptionalInt index = JobPods.indexOf(pod, completions);
            if (index.isPresent() && !completed.has(index.getAsInt()) && failsIndex(job, pod)) {
                lost = lost.with(index.getAsInt());
            }
        }
        Map<Integer, Pod> kept = kept(job, pods, tracked, completed, lost);
        return new Tally(completed.size(), failed, newSucceeded, newFailed, completed, lost, kept);
    }

    /** Whether the failure of {@code pod} is the last one of its index. */
    private static boolean failsIndex(Job job, Pod pod) {
        if (!JobPods.hasFailed(job, pod)) {
            return false;
        }
        Verdict verdict = FailurePolicy.judge(job, pod);
        boolean counts = !(verdict instanceof Verdict.Ignore);
        return verdict instanceof Verdict.FailIndex
                || (counts && JobPods.failuresBefore(pod) >= job.spec().backoffLimitPerIndex());
    }

    private static Map<Integer, Pod> kept(Job job, List<Pod> pods, List<Pod> tracked, Indexes completed, Indexes lost) {
        int completions = job.spec().completions();
        var busy = new TreeSet<Integer>();
        pods.stream()
                .filter(PodState::isActive)
                .forEach(pod -> JobPods.indexOf(pod, completions).ifPresent(busy::add));
        var kept = new TreeMap<Integer, Pod>();
        var failed = new ArrayList<>(tracked);
        failed.removeIf(pod -> !JobPods.hasFailed(job, pod));
        for (Pod pod : failed) {
            int index = JobPods.indexOf(pod, completions).orElseThrow();
            if (!completed.has(index) && !lost.has(index) && !busy.contains(index)) {
                kept.merge(index, pod, Tally::later);
            }
        }
        return Map.copyOf(kept);
    }

    /** Whether {@code pod} stays until its successor has taken over. */
    boolean keeps(Pod pod) {
        OptionalInt index = JobPods.indexOf(pod, Integer.MAX_VALUE);
        return index.isPresent() && pod.equals(kept.get(index.getAsInt()));
    }

    /** Which of two failed pods of one index knows of more failures. */
    private static Pod later(Pod one, Pod other) {
        return JobPods.attempt(one) <= JobPods.attempt(other)
                        && !JobPods.end(other).isBefore(JobPods.end(one))
                ? other
                : one;
    }
}

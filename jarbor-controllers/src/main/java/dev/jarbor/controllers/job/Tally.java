package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.batch.v1.UncountedTerminatedPods;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The pods of a Job that have ended, each counted exactly once however often the loop is stopped half-way.
 *
 * <p>A pod that has ended keeps its finalizer until its uid stands in {@code status.uncountedTerminatedPods}; only then the
 * finalizer goes; and only when it is gone does the uid turn into one more of {@code succeeded} or {@code failed}, in one
 * write of the status. At every moment a pod is thus in one of three places: with its finalizer and not yet noted, noted,
 * or counted. Successes of indexes need no note: the set of indexes cannot hold one twice.
 *
 * @param succeeded successes, those included that are noted or found just now
 * @param failed failures, likewise
 * @param countedSucceeded what {@code status.succeeded} is to say
 * @param countedFailed what {@code status.failed} is to say
 * @param noted what {@code status.uncountedTerminatedPods} is to say
 * @param completed the indexes that succeeded; none where the Job has no indexes
 * @param failedIndexes the indexes that failed for good
 * @param release the pods whose finalizer may go once the status is written
 * @param kept failed pods that stay until their successor has taken over how often their index has failed
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/2307-job-tracking-without-lingering-pods">KEP-2307</a>
 */
record Tally(
        int succeeded,
        int failed,
        int countedSucceeded,
        int countedFailed,
        UncountedTerminatedPods noted,
        Indexes completed,
        Indexes failedIndexes,
        List<Pod> release,
        List<Pod> kept) {
    /** How many pods one pass notes; the next one goes on. */
    static final int MOST = 500;

    /** @param finishing whether the Job comes to its end: then no successor will take anything over */
    static Tally of(Job job, List<Pod> pods, boolean finishing) {
        return new Count(job, pods, finishing).tally();
    }

    /** Whether everything that has ended is counted. */
    boolean isSettled() {
        return noted.succeeded().isEmpty() && noted.failed().isEmpty() && release.isEmpty() && kept.isEmpty();
    }

    private static final class Count {
        private final Job job;
        private final JobStatus status;
        private final boolean indexed;
        private final int completions;
        private final Map<String, Pod> tracked = new TreeMap<>();
        private final Map<Integer, Integer> latest = new TreeMap<>();
        private final boolean finishing;
        private final List<Pod> release = new ArrayList<>();
        private final List<Pod> kept = new ArrayList<>();
        private Indexes completed;
        private Indexes failedIndexes;

        Count(Job job, List<Pod> pods, boolean finishing) {
            this.job = job;
            this.status = job.status();
            this.finishing = finishing;
            this.indexed = JobPods.isIndexed(job);
            this.completions = indexed ? job.spec().completions() : 0;
            this.completed = indexed ? Indexes.parse(status.completedIndexes(), completions) : Indexes.NONE;
            this.failedIndexes = indexed ? Indexes.parse(status.failedIndexes(), completions) : Indexes.NONE;
            for (Pod pod : pods) {
                if (JobPods.isTracked(pod)) {
                    tracked.put(pod.metadata().uid(), pod);
                }
                JobPods.indexOf(pod, completions).ifPresent(index -> latest.merge(index, attempt(pod), Math::max));
            }
        }

        private static int attempt(Pod pod) {
            return JobPods.failuresBefore(pod) + JobPods.ignoredBefore(pod);
        }

        Tally tally() {
            List<String> succeeded = stillNoted(status.uncountedTerminatedPods().succeeded());
            List<String> failed = stillNoted(status.uncountedTerminatedPods().failed());
            int countedSucceeded = status.succeeded()
                    + status.uncountedTerminatedPods().succeeded().size()
                    - succeeded.size();
            int countedFailed =
                    status.failed() + status.uncountedTerminatedPods().failed().size() - failed.size();
            for (Pod pod : tracked.values()) {
                String uid = pod.metadata().uid();
                if (succeeded.contains(uid) || failed.contains(uid)) {
                    release.add(pod);
                } else if (release.size() < MOST) {
                    ended(pod, succeeded, failed);
                }
            }
            if (indexed) {
                countedSucceeded = completed.size();
            }
            return new Tally(
                    countedSucceeded + succeeded.size(),
                    countedFailed + failed.size() + kept.size(),
                    countedSucceeded,
                    countedFailed,
                    noted(succeeded, failed),
                    completed,
                    failedIndexes,
                    List.copyOf(release),
                    List.copyOf(kept));
        }

        /** The noted uids whose pod still has its finalizer; the others count from now on. */
        private List<String> stillNoted(List<String> uids) {
            var still = new ArrayList<String>();
            uids.stream().filter(tracked::containsKey).forEach(still::add);
            return still;
        }

        private void ended(Pod pod, List<String> succeeded, List<String> failed) {
            if (JobPods.hasSucceeded(pod)) {
                OptionalInt index = JobPods.indexOf(pod, completions);
                if (!indexed) {
                    succeeded.add(pod.metadata().uid());
                } else if (index.isPresent() && !failedIndexes.has(index.getAsInt())) {
                    completed = completed.with(index.getAsInt());
                }
                release.add(pod);
            } else if (JobPods.hasFailed(job, pod)) {
                failure(pod, failed);
            }
        }

        private void failure(Pod pod, List<String> failed) {
            Verdict verdict = FailurePolicy.judge(job, pod);
            OptionalInt index = JobPods.indexOf(pod, completions);
            if (index.isPresent() && job.spec().hasBackoffLimitPerIndex()) {
                int at = index.getAsInt();
                boolean beyond = !(verdict instanceof Verdict.Ignore)
                        && JobPods.failuresBefore(pod) + 1 > job.spec().backoffLimitPerIndex();
                if ((beyond || verdict instanceof Verdict.FailIndex) && !completed.has(at)) {
                    failedIndexes = failedIndexes.with(at);
                }
                boolean last = latest.getOrDefault(at, 0) == attempt(pod);
                if (last && !finishing && !failedIndexes.has(at) && !completed.has(at)) {
                    kept.add(pod);
                    return;
                }
            }
            if (!(verdict instanceof Verdict.Ignore)) {
                failed.add(pod.metadata().uid());
            }
            release.add(pod);
        }

        private static UncountedTerminatedPods noted(List<String> succeeded, List<String> failed) {
            UncountedTerminatedPods noted = UncountedTerminatedPods.EMPTY;
            noted = succeeded.isEmpty() ? noted : noted.withSucceeded(List.copyOf(succeeded));
            return failed.isEmpty() ? noted : noted.withFailed(List.copyOf(failed));
        }
    }
}

package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.UncountedTerminatedPods;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the pods of a Job that have ended get into its status, each exactly once however often the loop is stopped half-way.
 *
 * <p>A pod that has ended keeps its finalizer until its uid stands in {@code status.uncountedTerminatedPods}; only then the
 * finalizer goes; and only when it is gone does the uid turn into one more of {@code succeeded} or {@code failed}, in one
 * write of the status. At every moment a pod is thus in one of three places: with its finalizer and not yet noted, noted,
 * or counted. Successes of indexes need no note: the set of indexes cannot hold one twice.
 *
 * @param succeeded what {@code status.succeeded} is to say
 * @param failed what {@code status.failed} is to say
 * @param noted what {@code status.uncountedTerminatedPods} is to say
 * @param release the pods whose finalizer may go once the status is written
 * @param judged the actions of the rules of a failure policy that applied to what is noted now
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/2307-job-tracking-without-lingering-pods">KEP-2307</a>
 */
record Accounts(int succeeded, int failed, UncountedTerminatedPods noted, List<Pod> release, List<String> judged) {
    /** How many pods one pass notes; the next one goes on. */
    static final int MOST = 500;

    /** Whether everything that has ended is counted. */
    boolean isSettled() {
        return noted.succeeded().isEmpty() && noted.failed().isEmpty() && release.isEmpty();
    }

    /**
     * @param pods those whose end counts
     * @param ending what the Job comes to: then all of its pods are let go, and where it fails what ran until now has failed
     */
    static Accounts of(Job job, List<Pod> pods, Tally tally, Optional<Ending> ending) {
        return new Count(job, pods, tally, ending).accounts();
    }

    private static final class Count {
        private final Job job;
        private final List<Pod> pods;
        private final Tally tally;
        private final Optional<Ending> ending;
        private final boolean indexed;
        private final List<String> succeeded = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();
        private final List<Pod> release = new ArrayList<>();
        private final List<String> judged = new ArrayList<>();
        private int successes;

        Count(Job job, List<Pod> pods, Tally tally, Optional<Ending> ending) {
            this.job = job;
            this.indexed = JobPods.isIndexed(job);
            this.pods = indexed ? byIndex(pods) : pods;
            this.tally = tally;
            this.ending = ending;
        }

        private static List<Pod> byIndex(List<Pod> pods) {
            return pods.stream()
                    .sorted(Comparator.comparingInt(
                            pod -> JobPods.indexOf(pod, Integer.MAX_VALUE).orElse(-1)))
                    .toList();
        }

        Accounts accounts() {
            UncountedTerminatedPods before = job.status().uncountedTerminatedPods();
            Set<String> tracked = new TreeSet<>();
            pods.stream()
                    .filter(JobPods::isTracked)
                    .forEach(pod -> tracked.add(pod.metadata().uid()));
            before.succeeded().stream().filter(tracked::contains).forEach(succeeded::add);
            before.failed().stream().filter(tracked::contains).forEach(failed::add);
            int countedSucceeded = job.status().succeeded() + before.succeeded().size() - succeeded.size();
            int countedFailed = job.status().failed() + before.failed().size() - failed.size();
            for (Pod pod : pods) {
                if (JobPods.isTracked(pod) && mayGo(pod)) {
                    release.add(pod);
                    note(pod);
                    if (successes + succeeded.size() + failed.size() >= MOST) {
                        break;
                    }
                }
            }
            return new Accounts(
                    indexed ? tally.completed().size() : countedSucceeded,
                    countedFailed,
                    noted(),
                    List.copyOf(release),
                    List.copyOf(judged));
        }

        private boolean mayGo(Pod pod) {
            if (Ownership.isDeleting(job) || ending.isPresent() || JobPods.hasSucceeded(pod)) {
                return true;
            }
            return JobPods.hasFailed(job, pod) && !tally.keeps(pod);
        }

        private void note(Pod pod) {
            String uid = pod.metadata().uid();
            boolean valid =
                    !indexed || JobPods.indexOf(pod, job.spec().completions()).isPresent();
            if (JobPods.hasSucceeded(pod) && !failed.contains(uid)) {
                if (indexed) {
                    successes += valid ? 1 : 0;
                } else if (!succeeded.contains(uid)) {
                    succeeded.add(uid);
                }
                return;
            }
            boolean lost = JobPods.hasFailed(job, pod)
                    || ending.filter(end -> !end.success()).isPresent();
            if (lost && valid && !failed.contains(uid)) {
                FailurePolicy.action(job, pod).ifPresent(judged::add);
                if (!(FailurePolicy.judge(job, pod) instanceof Verdict.Ignore)) {
                    failed.add(uid);
                }
            }
        }

        private UncountedTerminatedPods noted() {
            UncountedTerminatedPods noted = UncountedTerminatedPods.EMPTY;
            noted = succeeded.isEmpty() ? noted : noted.withSucceeded(List.copyOf(succeeded));
            return failed.isEmpty() ? noted : noted.withFailed(List.copyOf(failed));
        }
    }
}

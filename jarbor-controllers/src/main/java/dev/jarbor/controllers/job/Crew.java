package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.DeletionOrder;
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
 * The pods that a Job is to have now, against those that it has.
 *
 * @param create the pods to make
 * @param drop pods that are not wanted any more, and whose end shall not count as a failure
 * @param again when what is held back now may be made; empty where nothing is
 */
record Crew(Action action, List<Pod> create, List<Pod> drop, Optional<Instant> again) {
    /** How many pods one pass creates, or takes away where there are too many, at most; the next one goes on. */
    static final int BURST = 500;

    /** Where nothing is to be decided about it. */
    static final Crew AS_IT_IS = new Crew(Action.RECONCILING, List.of(), List.of(), Optional.empty());

    /** What a pass was mostly about, for metrics. */
    enum Action {
        /** Nothing was to be decided about the number of pods. */
        RECONCILING,
        /** There are as many pods as wanted. */
        TRACKING,
        PODS_CREATED,
        PODS_DELETED
    }

    static Crew of(Job job, List<Pod> pods, Tally tally, Backoff backoff, Instant now) {
        return new Manning(job, pods, tally, backoff, now).settle();
    }

    private static final class Manning {
        private final Job job;
        private final List<Pod> pods;
        private final List<Pod> active;
        private final boolean indexed;
        private final Tally tally;
        private final Backoff backoff;
        private final Instant now;
        private final List<Pod> create = new ArrayList<>();
        private Optional<Instant> again = Optional.empty();

        Manning(Job job, List<Pod> pods, Tally tally, Backoff backoff, Instant now) {
            this.job = job;
            this.pods = pods;
            this.active = pods.stream().filter(PodState::isActive).toList();
            this.indexed = JobPods.isIndexed(job);
            this.tally = tally;
            this.backoff = backoff;
            this.now = now;
        }

        /** Drops what is too much, or else makes what is missing; never both in one pass. */
        Crew settle() {
            if (job.spec().suspend()) {
                return new Crew(Action.PODS_DELETED, List.of(), active, Optional.empty());
            }
            int wanted = wanted();
            List<Pod> surplus = surplus(active.size() - wanted);
            if (!surplus.isEmpty()) {
                List<Pod> drop = List.copyOf(surplus.subList(0, Math.min(BURST, surplus.size())));
                return new Crew(Action.PODS_DELETED, List.of(), drop, Optional.empty());
            }
            long terminating = pods.stream().filter(PodState::isTerminating).count();
            int missing = wanted - active.size() - (JobPods.onlyEndedAreReplaced(job) ? (int) terminating : 0);
            if (missing <= 0) {
                return new Crew(Action.TRACKING, List.of(), List.of(), Optional.empty());
            }
            grow(Math.min(missing, BURST));
            return new Crew(Action.PODS_CREATED, List.copyOf(create), List.of(), again);
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
                others = byIndex.values().stream().map(order::last).toList();
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
                again = held;
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
                    .filter(pod -> PodState.isActive(pod)
                            || (JobPods.onlyEndedAreReplaced(job) && PodState.isTerminating(pod)))
                    .forEach(pod -> JobPods.indexOf(pod, completions).ifPresent(taken::add));
            return IntStream.range(0, completions)
                    .filter(index -> !tally.completed().has(index)
                            && !tally.failedIndexes().has(index)
                            && !taken.contains(index))
                    .limit(count)
                    .boxed()
                    .toList();
        }

        /** Each index waits for itself; where all do, the shortest wait is what the pass waits for. */
        private void growByIndex(List<Integer> indexes) {
            Optional<Instant> first = Optional.empty();
            for (int index : indexes) {
                Optional<Pod> before = Optional.ofNullable(tally.kept().get(index));
                Optional<Instant> held = before.map(Manning::retry).filter(now::isBefore);
                if (held.isPresent()) {
                    first = first.filter(held.get()::isAfter).or(() -> held);
                } else {
                    create.add(JobPods.forIndex(job, index, before));
                }
            }
            if (create.isEmpty()) {
                again = first;
            }
        }

        private static Instant retry(Pod failed) {
            return JobPods.end(failed).plus(Backoff.wait(JobPods.attempt(failed) + 1));
        }
    }
}

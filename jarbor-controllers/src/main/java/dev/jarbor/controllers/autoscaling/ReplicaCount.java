package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many replicas bring a metric to its target: as many as there are times the ratio of what is to what should be. Pods
 * that were not measured count against the direction of the change, and a change that they turn round is none.
 *
 * @param replicas how many there should be
 * @param percent what is used of what was asked for, where that was the question
 * @param milli the value in thousandths that the status shows
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details">Algorithm
 *     details</a>
 */
record ReplicaCount(int replicas, int percent, long milli) {
    private static final int ALL = 100;

    /**
     * What holds for every metric of a target.
     *
     * @param current how many replicas are wanted now
     * @param pods those of the target
     */
    record Situation(int current, List<Pod> pods, Tolerance tolerance, Instant now) {
        long ready() {
            if (pods.isEmpty()) {
                throw new UnknownMetricException(
                        "unable to calculate ready pods: no pods returned by selector while calculating replica count");
            }
            return pods.stream()
                    .filter(pod -> pod.status().phase().equals("Running"))
                    .filter(PodState::isReady)
                    .count();
        }
    }

    private record Ratio(double ratio, int percent, long average) {}

    /** The ratio of what some pods use to what they should. */
    private interface Measure {
        Ratio of(Map<String, Sample> samples);
    }

    /** By the share of what pods asked for that they use, in percent. */
    static ReplicaCount ofUtilization(
            Situation situation, Map<String, Sample> samples, String resource, String container, int target) {
        PodGroups groups = groups(situation, samples, resource.equals("cpu"));
        Map<String, Long> requests = Requests.of(situation.pods(), resource, container);
        int fallback = Math.max(ALL, target);
        return of(
                situation,
                groups,
                counted -> utilization(counted, requests, target),
                pod -> requests.getOrDefault(pod, 0L) * fallback / ALL,
                true);
    }

    /** By the average over pods, in thousandths. */
    static ReplicaCount ofAverage(Situation situation, Map<String, Sample> samples, boolean processor, long target) {
        PodGroups groups = groups(situation, samples, processor);
        return of(situation, groups, counted -> average(counted, target), pod -> target, false);
    }

    private static PodGroups groups(Situation situation, Map<String, Sample> samples, boolean processor) {
        if (situation.pods().isEmpty()) {
            throw new UnknownMetricException("no pods returned by selector while calculating replica count");
        }
        PodGroups groups = PodGroups.of(situation.pods(), samples, processor, situation.now());
        if (groups.counted().isEmpty()) {
            throw new UnknownMetricException("did not receive metrics for targeted pods (pods might be unready)");
        }
        return groups;
    }

    /** What a pod is assumed to use that nobody measured, so that others are not taken away for it. */
    private interface Fallback {
        long of(String pod);
    }

    private static ReplicaCount of(
            Situation situation, PodGroups groups, Measure measure, Fallback fallback, boolean directed) {
        Ratio first = measure.of(groups.counted());
        boolean withUnready = !groups.unready().isEmpty() && first.ratio() > 1;
        var same = new ReplicaCount(situation.current(), first.percent(), first.average());
        if (!withUnready && groups.missing().isEmpty()) {
            return situation.tolerance().covers(first.ratio()) ? same : same.with(first.ratio() * groups.ready());
        }
        var assumed = new TreeMap<>(groups.counted());
        if (first.ratio() != 1 || !directed) {
            groups.missing().forEach(pod -> assumed.put(pod, Sample.assumed(first.ratio() < 1 ? fallback.of(pod) : 0)));
        }
        if (withUnready) {
            groups.unready().forEach(pod -> assumed.put(pod, Sample.assumed(0)));
        }
        double second = measure.of(assumed).ratio();
        boolean turned = (first.ratio() < 1 && second > 1) || (first.ratio() > 1 && second < 1);
        if (situation.tolerance().covers(second) || turned) {
            return same;
        }
        ReplicaCount wanted = same.with(second * assumed.size());
        boolean against = (second < 1 && wanted.replicas > situation.current())
                || (second > 1 && wanted.replicas < situation.current());
        return against ? same : wanted;
    }

    private ReplicaCount with(double exact) {
        return new ReplicaCount((int) Math.ceil(exact), percent, milli);
    }

    private static Ratio utilization(Map<String, Sample> samples, Map<String, Long> requests, int target) {
        long used = 0;
        long asked = 0;
        int count = 0;
        for (Map.Entry<String, Sample> sample : samples.entrySet()) {
            Long request = requests.get(sample.getKey());
            if (request != null) {
                used += sample.getValue().milli();
                asked += request;
                count++;
            }
        }
        if (asked == 0) {
            throw new UnknownMetricException("no metrics returned matched known pods");
        }
        int percent = (int) (used * ALL / asked);
        return new Ratio((double) percent / target, percent, used / count);
    }

    private static Ratio average(Map<String, Sample> samples, long target) {
        long sum = samples.values().stream().mapToLong(Sample::milli).sum();
        long average = sum / samples.size();
        return new Ratio((double) average / target, 0, average);
    }

    /** By one number that falls as replicas are added, in thousandths; with no replicas, as many as it is times its target. */
    static ReplicaCount ofValue(Situation situation, long value, long target) {
        double ratio = (double) value / target;
        if (situation.current() == 0) {
            return new ReplicaCount((int) Math.ceil(ratio), 0, value);
        }
        return situation.tolerance().covers(ratio)
                ? new ReplicaCount(situation.current(), 0, value)
                : new ReplicaCount((int) Math.ceil(ratio * situation.ready()), 0, value);
    }

    /**
     * By one number that is shared among the replicas, in thousandths.
     *
     * @param running how many replicas there are
     */
    static ReplicaCount ofShare(Tolerance tolerance, int running, long value, long target) {
        double ratio = (double) value / ((double) target * running);
        int replicas = tolerance.covers(ratio) ? running : (int) Math.ceil((double) value / target);
        return new ReplicaCount(replicas, 0, running == 0 ? 0 : (long) Math.ceil((double) value / running));
    }
}

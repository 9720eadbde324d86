package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.List;

/**
 * That a pod likes others near it, or, with a negative weight, far from it.
 *
 * @param weight as it is stated
 */
public record Attraction(AffinityTerm term, long weight) {
    /** How much a pod that must have others near it likes more of them (hardPodAffinityWeight). */
    private static final long REQUIRED = 1;

    /** What {@code pod} prefers. */
    public static List<Attraction> preferred(Pod pod) {
        var affinity = pod.spec().affinity();
        var attractions = new ArrayList<Attraction>();
        for (WeightedPodAffinityTerm each : affinity.podAffinity().preferredDuringSchedulingIgnoredDuringExecution()) {
            attractions.add(new Attraction(AffinityTerm.of(each.podAffinityTerm(), pod), each.weight()));
        }
        for (WeightedPodAffinityTerm each :
                affinity.podAntiAffinity().preferredDuringSchedulingIgnoredDuringExecution()) {
            attractions.add(new Attraction(AffinityTerm.of(each.podAffinityTerm(), pod), -each.weight()));
        }
        return attractions;
    }

    /** What {@code pod}, once it has its place, has to say about others: what it prefers, and whom it needs. */
    static List<Attraction> placed(Pod pod) {
        if (!pod.spec().affinity().hasPodAffinity() && !pod.spec().affinity().hasPodAntiAffinity()) {
            return List.of();
        }
        List<Attraction> attractions = preferred(pod);
        AffinityTerm.of(pod.spec().affinity().podAffinity().requiredDuringSchedulingIgnoredDuringExecution(), pod)
                .forEach(term -> attractions.add(new Attraction(term, REQUIRED)));
        return attractions;
    }
}

package dev.jarbor.node.pod;

import java.time.Duration;
import java.util.List;

/**
 * What a look at a pod decided.
 *
 * @param actions to carry out now, in order
 * @param memory what to remember
 * @param look when to look again even if nothing changes; zero for not at all
 * @param refresh when to see whether what is in its volumes is up to date; zero for not at all
 * @param ended nothing of the pod runs any more and nothing will
 */
public record PodPlan(List<PodAction> actions, PodMemory memory, Duration look, Duration refresh, boolean ended) {
    public PodPlan {
        actions = List.copyOf(actions);
    }
}

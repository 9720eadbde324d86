package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.plugins.ClusterEvent;
import dev.jarbor.scheduler.plugins.Plugin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingPodsTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private static final ClusterEvent NODE_ADD = new ClusterEvent("Node", "Add");
    private static final ClusterEvent POD_UPDATE = new ClusterEvent("UnschedulablePod", "UpdatePodScaleDown");
    private static final ObjectKey A = pod("a", "1").key();
    private static final ObjectKey B = pod("b", "1").key();

    private final List<String> entered = new ArrayList<>();
    private final WaitingPods waiting = new WaitingPods((queue, event) -> entered.add(queue + " " + event));

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    private Optional<String> next(long seconds) {
        return waiting.next(at(seconds)).map(KubeObject::name);
    }

    /** The next pod, which finds no room. */
    private Optional<String> refused(long seconds) {
        Optional<Pod> next = waiting.next(at(seconds));
        next.ifPresent(pod -> waiting.refused(pod.key(), Set.of(Plugin.NODE_RESOURCES_FIT), at(seconds)));
        return next.map(KubeObject::name);
    }

    private static Pod urgent(String name) {
        Pod plain = pod(name, "1");
        return plain.withSpec(plain.spec().withPriority(10));
    }

    @Test
    void theMostImportantComesFirstThenWhoCameFirst() {
        waiting.put(pod("b", "1"), START);
        waiting.put(pod("a", "1"), START);
        waiting.put(urgent("c"), START);
        assertThat(next(0)).contains("c");
        assertThat(next(0)).contains("b");
        assertThat(next(0)).contains("a");
        assertThat(next(0)).isEmpty();
    }

    @Test
    void aPodThatFoundNoNodeRestsUntilSomethingHappensThatMayHelp() {
        waiting.put(pod("a", "1"), START);
        assertThat(refused(0)).contains("a");
        assertThat(waiting.nextDue()).contains(START.plus(WaitingPods.LONGEST_REST));

        waiting.happened(new ClusterEvent("Node", "UpdateNodeTaint"), at(5));
        waiting.happened(new ClusterEvent("AssignedPod", "Add"), at(5));
        assertThat(next(5)).isEmpty();
        waiting.happened(ClusterEvent.ASSIGNED_POD_DELETE, at(5));
        assertThat(next(5)).contains("a");
        assertThat(entered)
                .containsExactly(
                        "active UnschedulablePodAdd",
                        "unschedulable ScheduleAttemptFailure",
                        "active AssignedPodDelete");
    }

    @Test
    void aPodBacksOffWhileOthersAreReady() {
        waiting.put(pod("a", "1"), START);
        assertThat(refused(0)).contains("a");
        waiting.happened(NODE_ADD, START);
        waiting.put(pod("b", "1"), START);
        assertThat(waiting.sizes()).isEqualTo(new WaitingPods.Sizes(1, 1, 0));
        assertThat(next(0)).contains("b");
        assertThat(refused(0)).as("nobody else is ready").contains("a");

        waiting.happened(NODE_ADD, at(1));
        waiting.put(pod("c", "1"), at(1));
        waiting.put(pod("d", "1"), at(1));
        assertThat(next(1)).contains("c");
        assertThat(next(2)).as("its back-off is over, it came before").contains("a");
        assertThat(entered).contains("backoff NodeAdd", "active PopFromBackoffQ", "active BackoffComplete");
    }

    @Test
    void aPodWithWhichSomethingWentWrongBacksOffEvenWhereNobodyElseIsReady() {
        waiting.put(pod("a", "1"), START);
        assertThat(next(0)).contains("a");
        waiting.failed(A);
        assertThat(next(0)).isEmpty();
        assertThat(waiting.nextDue()).contains(START.plus(WaitingPods.FIRST_BACKOFF));
        assertThat(next(1)).contains("a");
        waiting.failed(A);
        assertThat(waiting.nextDue()).contains(at(1 + 2));
        assertThat(entered).contains("backoff ScheduleAttemptFailure", "active BackoffComplete");
    }

    @Test
    void aPodForWhichSomethingWentWrongWhileItRestedIsTriedAgainAfterItsBackOff() {
        waiting.put(pod("a", "1"), START);
        assertThat(refused(0)).contains("a");
        waiting.failed(A);
        assertThat(waiting.sizes()).isEqualTo(new WaitingPods.Sizes(0, 1, 0));
        assertThat(waiting.refused()).containsEntry(Plugin.NODE_RESOURCES_FIT.label(), 0);
        assertThat(next(0)).isEmpty();
        assertThat(next(1)).contains("a");
    }

    @Test
    void aPodThatChangesItselfIsTriedAgainAsWell() {
        waiting.put(pod("a", "1"), START);
        assertThat(refused(0)).contains("a");
        waiting.put(pod("a", "2"), START);
        assertThat(next(5)).isEmpty();
        waiting.put(pod("a", "1"), POD_UPDATE, at(5));
        assertThat(next(5)).contains("a");
        assertThat(entered).contains("active UnschedulablePodUpdatePodScaleDown");
    }

    @Test
    void aRestLastsFiveMinutesWhateverHappens() {
        waiting.put(pod("a", "1"), START);
        assertThat(refused(0)).contains("a");
        assertThat(next(Duration.ofMinutes(5).toSeconds() - 1)).isEmpty();
        assertThat(next(Duration.ofMinutes(5).toSeconds())).contains("a");
        assertThat(waiting.tries(A).orElseThrow().overdue()).isTrue();
        assertThat(entered).contains("active UnschedulableTimeout");
    }

    @Test
    void aPodThatBecomesMoreImportantWhileItWaitsOvertakes() {
        waiting.put(pod("a", "1"), START);
        waiting.put(pod("b", "1"), START);
        waiting.put(urgent("b"), POD_UPDATE, START);
        assertThat(next(0)).contains("b");
        waiting.remove(A);
        assertThat(next(0)).isEmpty();
        assertThat(waiting.hasReady()).isFalse();
    }

    @Test
    void whoKeepsPodsWaitingIsCountedUntilTheyAreTriedAgainOrGone() {
        waiting.put(pod("a", "1"), START);
        waiting.put(pod("b", "1"), START);
        assertThat(refused(0)).contains("a");
        assertThat(next(0)).contains("b");
        waiting.refused(B, Set.of(Plugin.NODE_RESOURCES_FIT, Plugin.TAINT_TOLERATION), START);
        assertThat(waiting.refused()).containsEntry("NodeResourcesFit", 2).containsEntry("TaintToleration", 1);

        waiting.happened(NODE_ADD, START);
        assertThat(waiting.refused())
                .as("still waiting, if only for its back-off")
                .containsEntry("NodeResourcesFit", 2);
        assertThat(next(0)).contains("a");
        waiting.remove(B);
        assertThat(waiting.refused()).containsEntry("NodeResourcesFit", 0).containsEntry("TaintToleration", 0);
    }
}

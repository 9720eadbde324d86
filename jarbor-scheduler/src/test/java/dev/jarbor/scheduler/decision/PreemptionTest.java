package dev.jarbor.scheduler.decision;

import static dev.jarbor.scheduler.Samples.labeled;
import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetSpec;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetStatus;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.ClusterState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of Kubernetes docs, "Pod Priority and Preemption". */
class PreemptionTest {
    private static final List<String> NODES = List.of("n1", "n2");

    private static final List<Node> TWO = List.of(node("n1", "2", "4Gi"), node("n2", "2", "4Gi"));

    private static Pod on(String node, Pod pod, int priority) {
        return important(pod.withSpec(pod.spec().withNodeName(node)), priority);
    }

    private static Pod important(Pod pod, int priority) {
        return pod.withSpec(pod.spec().withPriority(priority));
    }

    private static Pod since(Pod pod, int seconds) {
        return pod.withStatus(pod.status().withStartTime(SimulatedRuntime.EPOCH.plusSeconds(seconds)));
    }

    private static String victims(Pod pod, ClusterState cluster, PodDisruptionBudget... budgets) {
        return Preemption.choose(pod, cluster, NODES, List.of(budgets))
                .map(chosen -> chosen.node() + ": "
                        + String.join(" ", chosen.pods().stream().map(Pod::name).toList())
                        + (chosen.violations() == 0 ? "" : " against " + chosen.violations()))
                .orElse("");
    }

    private static ClusterState cluster(Pod... placed) {
        return ClusterState.of(TWO, List.of(placed), List.of());
    }

    @Test
    void nobodyGoesForAnEqual() {
        assertThat(victims(
                        important(pod("new", "2"), 5), cluster(on("n1", pod("a", "2"), 5), on("n2", pod("b", "2"), 6))))
                .isEmpty();
    }

    @Test
    void noMoreGoThanIsNeededAndTheLeastImportantFirst() {
        ClusterState cluster = cluster(
                on("n1", pod("a", "1"), 3),
                on("n1", pod("b", "500m"), 1),
                on("n1", pod("c", "500m"), 2),
                on("n2", pod("d", "2"), 9));

        assertThat(victims(important(pod("new", "1"), 5), cluster)).isEqualTo("n1: c b");
        assertThat(victims(important(pod("new", "500m"), 5), cluster)).isEqualTo("n1: b");
    }

    @Test
    void theNodeIsChosenWhereTheLeastImportantGo() {
        assertThat(victims(
                        important(pod("new", "2"), 5), cluster(on("n1", pod("a", "2"), 3), on("n2", pod("b", "2"), 2))))
                .isEqualTo("n2: b");
    }

    @Test
    void ofEqualsFewerGoAndThenThoseThatHaveWorkedLess() {
        assertThat(victims(
                        important(pod("new", "2"), 5),
                        cluster(on("n1", pod("a", "1"), 1), on("n1", pod("b", "1"), 1), on("n2", pod("c", "2"), 1))))
                .isEqualTo("n2: c");
        assertThat(victims(
                        important(pod("new", "2"), 5),
                        cluster(since(on("n1", pod("a", "2"), 1), 10), since(on("n2", pod("b", "2"), 1), 20))))
                .isEqualTo("n2: b");
    }

    @Test
    void aBudgetIsOverdrawnOnlyWhereNothingElseHelps() {
        PodDisruptionBudget budget = PodDisruptionBudget.named("default", "db")
                .withSpec(PodDisruptionBudgetSpec.EMPTY.withSelector(
                        LabelSelector.EMPTY.withMatchLabels(Map.of("app", "db"))))
                .withStatus(PodDisruptionBudgetStatus.EMPTY.withDisruptionsAllowed(0));
        Pod kept = labeled(on("n1", pod("a", "2"), 1), "app", "db");

        assertThat(victims(important(pod("new", "2"), 5), cluster(kept, on("n2", pod("b", "2"), 3)), budget))
                .isEqualTo("n2: b");
        assertThat(victims(important(pod("new", "2"), 5), cluster(kept, on("n2", pod("b", "2"), 9)), budget))
                .isEqualTo("n1: a against 1");
    }

    @Test
    void whatIsPromisedIsNotGivenToOthersOfLessImportance() {
        ClusterState cluster = cluster(on("n2", pod("b", "2"), 9));
        Pod waiting = important(pod("waiting", "2"), 5);
        cluster.promise(waiting, "n1");
        var decider = new Decider(new SimulatedRuntime(1).random());

        assertThat(decider.decide(important(pod("late", "1"), 5), cluster)).isInstanceOf(Decision.Unschedulable.class);
        assertThat(decider.decide(important(pod("urgent", "1"), 6), cluster)).isEqualTo(new Decision.Assign("n1"));
        assertThat(decider.decide(waiting, cluster)).isEqualTo(new Decision.Assign("n1"));
    }

    @Test
    void whoMayNotPreemptSaysSo() {
        Pod polite = important(pod("polite", "2"), 5);
        polite = polite.withSpec(polite.spec().withPreemptionPolicy("Never"));

        assertThat(Preemption.objection(polite, cluster())).contains("not eligible due to preemptionPolicy=Never.");
    }

    @Test
    void theClusterIsAsBeforeWhenItHasAnswered() {
        ClusterState cluster = cluster(on("n1", pod("a", "1"), 3), on("n1", pod("b", "500m"), 1));
        Amounts before = cluster.node("n1").orElseThrow().requested();

        assertThat(victims(important(pod("new", "2"), 5), cluster)).isEqualTo("n1: a b");
        assertThat(cluster.node("n1").orElseThrow().requested()).isEqualTo(before);
    }
}

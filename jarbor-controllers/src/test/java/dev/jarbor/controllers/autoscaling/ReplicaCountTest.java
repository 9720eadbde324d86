package dev.jarbor.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.autoscaling.ReplicaCount.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How many replicas the documented algorithm comes to; pods ask for 1000m each. */
class ReplicaCountTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant LONG_AGO = NOW.minusSeconds(3600);

    private final List<Pod> pods = new ArrayList<>();
    private final Map<String, Sample> samples = new TreeMap<>();

    private ReplicaCountTest pod(String phase, boolean ready, Instant started, Instant since) {
        String name = "p" + pods.size();
        pods.add(Pod.named("shop", name)
                .withSpec(PodSpec.EMPTY.withContainers(List.of(Container.EMPTY
                        .withName("main")
                        .withResources(ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("1")))))))
                .withStatus(PodStatus.EMPTY
                        .withPhase(phase)
                        .withStartTime(started)
                        .withConditions(List.of(PodCondition.EMPTY
                                .withType("Ready")
                                .withStatus(ready ? "True" : "False")
                                .withLastTransitionTime(since)))));
        return this;
    }

    private ReplicaCountTest using(long milli) {
        samples.put(pods.getLast().name(), new Sample(milli, NOW, Duration.ofSeconds(15)));
        return this;
    }

    /** Ready pods that use so many thousandths of a core each. */
    private ReplicaCountTest ready(long... milli) {
        for (long each : milli) {
            pod("Running", true, LONG_AGO, LONG_AGO).using(each);
        }
        return this;
    }

    private ReplicaCountTest unmeasured(int count) {
        for (int i = 0; i < count; i++) {
            pod("Running", true, LONG_AGO, LONG_AGO);
        }
        return this;
    }

    private ReplicaCountTest pending(int count) {
        for (int i = 0; i < count; i++) {
            pod("Pending", false, LONG_AGO, LONG_AGO);
        }
        return this;
    }

    private Situation situation() {
        return new Situation(pods.size(), pods, Tolerance.DEFAULT, NOW);
    }

    private int at(int percent) {
        return ReplicaCount.ofUtilization(situation(), samples, "cpu", "", percent)
                .replicas();
    }

    @Test
    void asManyAsTheRatioAsksFor() {
        assertThat(ready(300, 500, 700).at(30)).isEqualTo(5);
        ReplicaCount count = ReplicaCount.ofUtilization(situation(), samples, "cpu", "", 30);
        assertThat(count.percent()).isEqualTo(50);
        assertThat(count.milli()).isEqualTo(500);
    }

    @Test
    void fewerWhereLessIsUsed() {
        assertThat(ready(100, 300, 500, 250, 250).at(50)).isEqualTo(3);
    }

    @Test
    void aSmallDifferenceChangesNothing() {
        assertThat(ready(550, 550, 550).at(50)).isEqualTo(3);
        assertThat(new ReplicaCountTest().ready(450, 450, 450).at(50)).isEqualTo(3);
        assertThat(new ReplicaCountTest().ready(560, 560, 560).at(50)).isEqualTo(4);
    }

    @Test
    void eachDirectionMayHaveItsOwnTolerance() {
        ready(560, 560, 560);
        var patient = new Situation(3, pods, new Tolerance(0.1, 0.2), NOW);

        assertThat(ReplicaCount.ofUtilization(patient, samples, "cpu", "", 50).replicas())
                .isEqualTo(3);
    }

    @Test
    void whatIsNotMeasuredUsesNothingOnTheWayUp() {
        // 800 of 3000 asked for: 26 %, which turns the direction
        assertThat(ready(800).unmeasured(2).at(50)).isEqualTo(3);
        // 1800 of 3000: 60 % of 50 % still asks for more
        assertThat(new ReplicaCountTest().ready(900, 900).unmeasured(1).at(50)).isEqualTo(4);
    }

    @Test
    void whatIsNotMeasuredUsesAllItAskedForOnTheWayDown() {
        // 100 + 1000 of 2000: 55 % turns the direction
        assertThat(ready(100).unmeasured(1).at(50)).isEqualTo(2);
        // 4 * 100 + 1000 of 5000: 28 % of 50 %
        assertThat(new ReplicaCountTest()
                        .ready(100, 100, 100, 100)
                        .unmeasured(1)
                        .at(50))
                .isEqualTo(3);
    }

    @Test
    void aTargetAboveTheRequestIsAssumedToBeMet() {
        // 4 * 1000 and 2000 assumed: 120 % of 200 %
        assertThat(ready(1000, 1000, 1000, 1000).unmeasured(1).at(200)).isEqualTo(3);
    }

    @Test
    void pendingPodsUseNothingOnTheWayUpAndDoNotCountOnTheWayDown() {
        assertThat(ready(900, 900).pending(2).at(50)).isEqualTo(4);
        assertThat(new ReplicaCountTest().ready(100, 100).pending(2).at(50)).isEqualTo(1);
    }

    @Test
    void aStartingPodCountsOnceItWasReadyForAWholeWindow() {
        Instant minuteAgo = NOW.minusSeconds(60);
        ready(900).pod("Running", true, minuteAgo, NOW.minusSeconds(10)).using(4000);
        assertThat(at(50)).as("measured before it was ready for a window").isEqualTo(2);

        var measured = new ReplicaCountTest().ready(900);
        measured.pod("Running", true, minuteAgo, NOW.minusSeconds(15)).using(900);
        assertThat(measured.at(50)).isEqualTo(4);
    }

    @Test
    void aPodThatHasNeverBeenReadyDoesNotCountAndOneThatWasDoes() {
        Instant old = NOW.minusSeconds(600);
        ready(100, 100).pod("Running", false, old, old.plusSeconds(5)).using(5000);
        assertThat(at(50)).as("never ready").isEqualTo(1);

        var once = new ReplicaCountTest().ready(100, 100);
        once.pod("Running", false, old, old.plusSeconds(300)).using(1900);
        assertThat(once.at(50)).as("no longer ready").isEqualTo(5);
    }

    @Test
    void podsThatFailedOrGoDoNotCount() {
        ready(600, 600).pod("Failed", false, LONG_AGO, LONG_AGO).using(0);
        Pod last = pods.removeLast();
        pods.add(last);
        assertThat(at(30)).isEqualTo(4);
    }

    @Test
    void aPodThatGoesDoesNotCountWhateverItUses() {
        ready(600, 600).pod("Running", true, LONG_AGO, LONG_AGO).using(9000);
        Pod last = pods.removeLast();
        pods.add(last.withMetadata(last.metadata().withDeletionTimestamp(NOW)));
        assertThat(at(30)).isEqualTo(4);
        assertThat(ReplicaCount.ofAverage(situation(), samples, true, 300).replicas())
                .isEqualTo(4);
    }

    @Test
    void measurementsOfOtherPodsAreNotOfThese() {
        ready(600, 600);
        samples.put("stranger", new Sample(9000, NOW, Duration.ofSeconds(15)));
        assertThat(at(30)).isEqualTo(4);

        var disjoint = new ReplicaCountTest().unmeasured(2);
        disjoint.samples.put("stranger", new Sample(100, NOW, Duration.ofSeconds(15)));
        assertThatThrownBy(() -> disjoint.at(50)).hasMessage("no metrics returned matched known pods");
    }

    @Test
    void aStartingPodCountsForEverythingButTheProcessor() {
        ready(900)
                .pod("Running", false, NOW.minusSeconds(60), NOW.minusSeconds(60))
                .using(900);
        assertThat(ReplicaCount.ofAverage(situation(), samples, true, 450).replicas())
                .as("one that uses nothing yet turns the direction")
                .isEqualTo(2);
        assertThat(ReplicaCount.ofAverage(situation(), samples, false, 450).replicas())
                .isEqualTo(4);
    }

    @Test
    void thePodsOfARolloutThatAreTooManyMakeNoMore() {
        ready(490, 490, 490);
        var surge = new Situation(2, pods, Tolerance.DEFAULT, NOW);
        assertThat(ReplicaCount.ofUtilization(surge, samples, "cpu", "", 50).replicas())
                .as("well within the tolerance")
                .isEqualTo(2);
    }

    @Test
    void aChangeThatGoesAgainstItsOwnDirectionIsNone() {
        // 2600 of 5000 with what is assumed: 52 % of 60 % asks for fewer, and for five of the pods that there are
        ready(400, 400, 400, 400).unmeasured(1);
        var few = new Situation(2, pods, Tolerance.DEFAULT, NOW);
        assertThat(ReplicaCount.ofUtilization(few, samples, "cpu", "", 60).replicas())
                .isEqualTo(2);
    }

    @Test
    void allThreeKindsTogether() {
        // 1700 of 4000: 42 % of 30 %
        assertThat(ready(800, 900).unmeasured(1).pending(1).at(30)).isEqualTo(6);
        // missing ones use all they asked for, pending ones do not count: 1200 of 3000
        assertThat(new ReplicaCountTest()
                        .ready(100, 100)
                        .unmeasured(1)
                        .pending(1)
                        .at(50))
                .isEqualTo(3);
    }

    private void asking(String spec) {
        ObjectValue wanted = Json.object(spec);
        pods.replaceAll(pod -> new Pod(pod.value().with("spec", wanted)));
    }

    @Test
    void oneContainerIsMeasuredAgainstWhatItAskedFor() {
        ready(300, 300);
        asking("""
                {"containers":[{"name":"main","resources":{"requests":{"cpu":"600m"}}},
                 {"name":"other","resources":{"requests":{"cpu":"5"}}}]}
                """);
        assertThat(ReplicaCount.ofUtilization(situation(), samples, "cpu", "main", 25)
                        .replicas())
                .isEqualTo(4);
    }

    @Test
    void containersThatStartBeforeOthersAndStayAskToo() {
        ready(500, 500);
        asking("""
                {"containers":[{"name":"main","resources":{"requests":{"cpu":"600m"}}}],
                 "initContainers":[{"name":"once","resources":{"requests":{"cpu":"9"}}},
                  {"name":"proxy","restartPolicy":"Always","resources":{"requests":{"cpu":"400m"}}}]}
                """);
        assertThat(at(25)).isEqualTo(4);
        assertThat(ReplicaCount.ofUtilization(situation(), samples, "cpu", "proxy", 125)
                        .percent())
                .isEqualTo(125);
        assertThatThrownBy(() -> ReplicaCount.ofUtilization(situation(), samples, "cpu", "once", 50))
                .hasMessage("container once not found in Pod p0");
    }

    @Test
    void whatAPodAsksForAsAWholeIsWhatItAsksFor() {
        ready(500, 500);
        asking("""
                {"resources":{"requests":{"cpu":"1"}},
                 "containers":[{"name":"main"},{"name":"other","resources":{"requests":{"cpu":"100m"}}}]}
                """);
        assertThat(at(25)).isEqualTo(4);
    }

    @Test
    void whatCannotBeWorkedOutIsSaidInTheReferencesWords() {
        assertThatThrownBy(() -> at(50)).hasMessage("no pods returned by selector while calculating replica count");
        pending(1);
        assertThatThrownBy(() -> at(50))
                .hasMessage("did not receive metrics for targeted pods (pods might be unready)");
        ready(10);
        assertThatThrownBy(() -> ReplicaCount.ofUtilization(situation(), samples, "memory", "", 50))
                .hasMessage("missing request for memory in container main of Pod p0");
        assertThatThrownBy(() -> ReplicaCount.ofUtilization(situation(), samples, "cpu", "log", 50))
                .hasMessage("container log not found in Pod p0");
    }

    @Test
    void averagesCountAsSharesDo() {
        ready(20_000, 10_000, 30_000);
        ReplicaCount count = ReplicaCount.ofAverage(situation(), samples, false, 15_000);

        assertThat(count.replicas()).isEqualTo(4);
        assertThat(count.milli()).isEqualTo(20_000);
        unmeasured(3);
        assertThat(ReplicaCount.ofAverage(situation(), samples, false, 15_000).replicas())
                .as("three more that use nothing")
                .isEqualTo(6);
    }

    @Test
    void aWholeValueIsMeasuredAgainstReadyPods() {
        ready(0, 0, 0).pending(1);
        assertThat(ReplicaCount.ofValue(situation(), 40_000, 20_000).replicas()).isEqualTo(6);
        assertThat(ReplicaCount.ofValue(situation(), 21_000, 20_000).replicas()).isEqualTo(4);
    }

    @Test
    void fromNothingAValueAloneSaysHowMany() {
        var none = new Situation(0, List.of(), Tolerance.DEFAULT, NOW);

        assertThat(ReplicaCount.ofValue(none, 25_000, 10_000).replicas()).isEqualTo(3);
        assertThat(ReplicaCount.ofValue(none, 0, 10_000).replicas()).isZero();
        assertThat(ReplicaCount.ofShare(Tolerance.DEFAULT, 0, 25_000, 10_000).replicas())
                .isEqualTo(3);
    }

    @Test
    void aSharedValueAsksForAsManyAsItIsTimesItsTarget() {
        ReplicaCount count = ReplicaCount.ofShare(Tolerance.DEFAULT, 3, 50_000, 10_000);

        assertThat(count.replicas()).isEqualTo(5);
        assertThat(count.milli()).isEqualTo(16_667);
        assertThat(ReplicaCount.ofShare(Tolerance.DEFAULT, 5, 52_000, 10_000).replicas())
                .isEqualTo(5);
    }
}

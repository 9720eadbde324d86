package dev.jarbor.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.codec.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How a recommendation is held back; autoscalers go from 1 to 50. */
class BoundsTest {
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private HorizontalPodAutoscaler autoscaler = autoscaler("");
    private final ScalingHistory history = new ScalingHistory(10, now.minusSeconds(7200));

    private static HorizontalPodAutoscaler autoscaler(String behavior) {
        String more = behavior.isEmpty() ? "" : ",\"behavior\":" + behavior.replace('\'', '"');
        return new HorizontalPodAutoscaler(Json.object("{\"spec\":{\"maxReplicas\":50" + more + "}}"));
    }

    private Bounds bounds(int current, int wanted) {
        return Bounds.of(autoscaler, 1, current, wanted, history, now);
    }

    /** Goes so far and takes effect. */
    private int scaled(int current, int wanted) {
        int replicas = bounds(current, wanted).replicas();
        history.scaled(current, replicas, now);
        return replicas;
    }

    private void later(int seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
    }

    @Test
    void withoutRulesATargetDoublesAtMost() {
        assertThat(bounds(1, 20))
                .extracting(Bounds::replicas, each -> each.limited().reason())
                .containsExactly(4, "ScaleUpLimit");
        assertThat(bounds(10, 60).replicas()).isEqualTo(20);
        assertThat(bounds(40, 60).limited().reason()).isEqualTo("TooManyReplicas");
    }

    @Test
    void withoutRulesTheHighestOfFiveMinutesCounts() {
        bounds(10, 12);
        later(299);
        Bounds held = bounds(12, 3);
        assertThat(held.replicas()).isEqualTo(12);
        assertThat(held.stabilized().reason()).isEqualTo("ScaleDownStabilized");
        later(302);
        assertThat(bounds(12, 3))
                .extracting(
                        Bounds::replicas,
                        each -> each.stabilized().reason(),
                        each -> each.limited().reason())
                .containsExactly(3, "ReadyForNewScale", "DesiredWithinRange");
        later(600);
        assertThat(bounds(12, 0).limited().reason()).isEqualTo("TooFewReplicas");
    }

    @Test
    void aRecommendationOfExactlyFiveMinutesAgoCountsWithoutRulesAndNoMoreWithThem() {
        bounds(10, 12);
        later(300);
        assertThat(bounds(12, 3).replicas()).isEqualTo(12);

        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Max','policies':["
                + "{'type':'Percent','value':100,'periodSeconds':15}]}}");
        later(600);
        bounds(10, 12);
        later(300);
        assertThat(bounds(12, 3).replicas()).isEqualTo(3);
    }

    @Test
    void theLeastAndTheMostAreKeptWithRulesToo() {
        autoscaler = autoscaler("{'scaleUp':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Percent','value':1000,'periodSeconds':15}]},"
                + "'scaleDown':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Percent','value':100,'periodSeconds':15}]}}");
        assertThat(bounds(10, 60))
                .extracting(Bounds::replicas, each -> each.limited().reason())
                .containsExactly(50, "TooManyReplicas");
        assertThat(bounds(10, 0))
                .extracting(Bounds::replicas, each -> each.limited().reason())
                .containsExactly(1, "TooFewReplicas");
    }

    @Test
    void theSmallestStepMayBeAskedForOnTheWayDown() {
        String policies = "'policies':[{'type':'Pods','value':4,'periodSeconds':60},"
                + "{'type':'Percent','value':10,'periodSeconds':60}]";
        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Min','stabilizationWindowSeconds':0," + policies + "}}");
        assertThat(bounds(20, 1).replicas()).isEqualTo(18);
        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Max','stabilizationWindowSeconds':0," + policies + "}}");
        assertThat(bounds(20, 1).replicas()).isEqualTo(16);
    }

    @Test
    void whatCameInAPeriodMayGoAgainInIt() {
        autoscaler = autoscaler("{'scaleUp':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Pods','value':4,'periodSeconds':60}]},"
                + "'scaleDown':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Pods','value':4,'periodSeconds':60}]}}");
        assertThat(scaled(10, 50)).isEqualTo(14);
        later(15);
        assertThat(scaled(14, 1))
                .as("ten before the period, four fewer than that")
                .isEqualTo(6);
    }

    @Test
    void rulesLimitHowManyComeInAPeriod() {
        autoscaler = autoscaler("{'scaleUp':{'selectPolicy':'Min','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Pods','value':4,'periodSeconds':60},{'type':'Percent','value':100,'periodSeconds':60}]}}");
        assertThat(scaled(10, 50)).isEqualTo(14);
        later(30);
        assertThat(bounds(14, 50))
                .extracting(Bounds::replicas, each -> each.limited().reason())
                .containsExactly(14, "ScaleUpLimit");
        later(31);
        assertThat(scaled(14, 50)).isEqualTo(18);
    }

    @Test
    void theLargestStepIsTakenUnlessRulesSayOtherwise() {
        autoscaler = autoscaler("{'scaleUp':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Pods','value':4,'periodSeconds':60},{'type':'Percent','value':100,'periodSeconds':60}]}}");
        assertThat(bounds(10, 50).replicas()).isEqualTo(20);
        assertThat(bounds(2, 50).replicas()).isEqualTo(6);
    }

    @Test
    void rulesLimitHowManyGoInAPeriod() {
        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Percent','value':10,'periodSeconds':60}]},"
                + "'scaleUp':{'selectPolicy':'Max','stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Percent','value':100,'periodSeconds':15}]}}");
        assertThat(scaled(40, 1)).isEqualTo(36);
        later(15);
        assertThat(bounds(36, 1))
                .extracting(Bounds::replicas, each -> each.limited().reason())
                .containsExactly(36, "ScaleDownLimit");
        later(46);
        assertThat(scaled(36, 1)).isEqualTo(32);
    }

    @Test
    void aDirectionMayBeSwitchedOff() {
        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Disabled','stabilizationWindowSeconds':0}}");

        assertThat(bounds(10, 1).replicas()).isEqualTo(10);
    }

    @Test
    void aWindowOnTheWayUpTakesTheLowest() {
        autoscaler = autoscaler("{'scaleUp':{'selectPolicy':'Max','stabilizationWindowSeconds':60,'policies':["
                + "{'type':'Percent','value':1000,'periodSeconds':15}]}}");
        bounds(10, 10);
        later(30);
        assertThat(bounds(10, 40))
                .extracting(Bounds::replicas, each -> each.stabilized().reason())
                .containsExactly(10, "ScaleUpStabilized");
        later(31);
        assertThat(bounds(10, 40).replicas()).isEqualTo(40);
    }

    @Test
    void withRulesTheWayDownStillHasItsFiveMinutes() {
        autoscaler = autoscaler("{'scaleDown':{'selectPolicy':'Max','policies':["
                + "{'type':'Percent','value':100,'periodSeconds':15}]}}");
        bounds(10, 10);
        later(299);
        assertThat(bounds(10, 2).replicas()).isEqualTo(10);
        later(2);
        assertThat(bounds(10, 2).replicas()).isEqualTo(2);
    }
}

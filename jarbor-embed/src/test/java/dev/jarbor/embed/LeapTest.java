package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Weeks in which nearly nothing happens, and what happens in them. */
class LeapTest {
    private final Jarbor cluster = Jarbor.start(
            JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(2).withSeed(7));

    @AfterEach
    void close() {
        cluster.close();
    }

    private NodeCondition ready(String node) {
        return cluster.api().get(Node.KIND, ObjectKey.cluster(node)).status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    private Duration sinceRenewal(String node) {
        Instant renewed = cluster.api()
                .get(Lease.KIND, new ObjectKey("kube-node-lease", node))
                .spec()
                .renewTime()
                .orElseThrow();
        return Duration.between(renewed, cluster.time().now());
    }

    private List<Pod> pods() {
        return cluster.api().list(Pod.KIND, "default", Query.NONE).items();
    }

    private List<String> warnings() {
        return cluster.api().list(Event.KIND, "", Query.NONE).items().stream()
                .filter(event ->
                        !event.type().equals("Normal") || event.reason().equals("NodeNotReady"))
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    @Test
    void aMonthOfRestIsFewWritesAndLeavesEveryoneHeard() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        cluster.time().advance(Duration.ofMinutes(1));
        long before = cluster.snapshot().revision();
        cluster.time().advance(Duration.ofDays(30));

        assertThat(cluster.snapshot().revision() - before).isLessThan(1000);
        for (String node : List.of("node-0", "node-1")) {
            assertThat(ready(node).status()).isEqualTo("True");
            assertThat(sinceRenewal(node)).isLessThanOrEqualTo(Duration.ofSeconds(10));
            assertThat(Duration.between(
                            ready(node).lastHeartbeatTime().orElseThrow(),
                            cluster.time().now()))
                    .isLessThanOrEqualTo(Duration.ofMinutes(5));
        }
        assertThat(warnings()).isEmpty();
        assertThat(pods()).hasSize(3).allMatch(pod -> pod.status().phase().equals("Running"));
    }

    @Test
    void whatIsDueInAWeekHappensAtItsMinute() {
        cluster.api().create(CronJob.KIND, new CronJob((ObjectValue) Yaml.parse("""
                metadata: {name: weekly, namespace: default}
                spec:
                  schedule: "0 3 * * 0"
                  jobTemplate:
                    spec:
                      template: {spec: {restartPolicy: Never, containers: [{name: main, image: backup}]}}
                """)));
        assertThat(cluster.time()
                        .until(
                                () -> !cluster.api()
                                        .list(Job.KIND, "default", Query.NONE)
                                        .items()
                                        .isEmpty(),
                                Duration.ofDays(8)))
                .isTrue();
        assertThat(cluster.time().now()).isBetween("2030-01-06T03:00:00Z", "2030-01-06T03:00:01Z");
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(pods()).singleElement().matches(pod -> pod.spec().nodeName().startsWith("node-"));
    }

    @Test
    void aNodeThatIsLostThenIsMissedAsSoonAsAnyOther() {
        cluster.time().advance(Duration.ofDays(7));
        cluster.faults().loseNode("node-0");
        Instant lost = cluster.time().now();
        assertThat(cluster.time().until(() -> ready("node-0").status().equals("Unknown"), Duration.ofDays(7)))
                .isTrue();
        assertThat(Duration.between(lost, cluster.time().now()))
                .isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
    }

    @Test
    void podsLeaveALostNodeAtTheirTimeHoweverFarTheClockIsToGo() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        cluster.time().advance(Duration.ofMinutes(1));
        Instant lost = cluster.time().now();
        cluster.faults().loseNode("node-0");
        cluster.time().advance(Duration.ofDays(7));

        assertThat(pods())
                .filteredOn(pod -> pod.metadata().deletionTimestamp().isEmpty())
                .hasSize(3)
                .allMatch(pod -> pod.spec().nodeName().equals("node-1"))
                .allMatch(pod -> pod.status().startTime().orElseThrow().isBefore(lost.plus(Duration.ofMinutes(7))));
        assertThat(ready("node-0").status()).isEqualTo("Unknown");
        cluster.faults().restoreNode("node-0");
        assertThat(cluster.time().until(() -> ready("node-0").status().equals("True"), Duration.ofMinutes(1)))
                .isTrue();
    }
}

package dev.jarbor.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentCondition;
import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetCondition;
import dev.jarbor.api.apps.v1.ReplicaSetStatus;
import dev.jarbor.controllers.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After the reference's tables of progress. */
class RolloutStatusTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");

    private static ReplicaSet set(String name, int replicas, int ready, int available) {
        ReplicaSet set = Samples.replicaSet(name, replicas);
        return set.withStatus(ReplicaSetStatus.EMPTY
                .withReplicas(replicas)
                .withReadyReplicas(ready)
                .withAvailableReplicas(available));
    }

    /** Three replicas, whose progress said {@code reason} some seconds ago. */
    private static Deployment web(String reason, long secondsAgo) {
        Deployment web = Samples.deployment("web", 3);
        DeploymentStatus status = DeploymentStatus.EMPTY
                .withReplicas(3)
                .withUpdatedReplicas(1)
                .withReadyReplicas(2)
                .withAvailableReplicas(2);
        return web.withStatus(
                reason.isEmpty()
                        ? status
                        : status.withConditions(List.of(DeploymentCondition.EMPTY
                                .withType("Progressing")
                                .withStatus(reason.equals("ProgressDeadlineExceeded") ? "False" : "True")
                                .withReason(reason)
                                .withLastUpdateTime(NOW.minusSeconds(secondsAgo))
                                .withLastTransitionTime(NOW.minusSeconds(secondsAgo)))));
    }

    private static Conditions rolled(Deployment web, ReplicaSet current, ReplicaSet... old) {
        var all = new ArrayList<>(List.of(old));
        all.add(current);
        var conditions = new Conditions(web.status().conditions());
        return new Conditions(new RolloutStatus(web, NOW)
                .rolled(all, Optional.of(current), conditions)
                .conditions());
    }

    private static String progress(Deployment web, ReplicaSet current, ReplicaSet... old) {
        return rolled(web, current, old)
                .of("Progressing")
                .map(condition -> condition.status() + " " + condition.reason() + ": " + condition.message())
                .orElse("");
    }

    @Test
    void allThatIsWantedIsProgress() {
        assertThat(progress(web("ReplicaSetUpdated", 10), set("new", 3, 3, 3)))
                .isEqualTo("True NewReplicaSetAvailable: ReplicaSet \"new\" has successfully progressed.");
    }

    @ParameterizedTest
    @CsvSource({
        // new: replicas, ready, available; old: the same; whether that is progress from 3 pods, 1 new, 2 ready, 2
        // available
        "2, 0, 0, 1, 1, 1, true",
        "1, 1, 1, 1, 1, 1, true",
        "1, 1, 1, 2, 2, 2, true",
        "1, 0, 0, 2, 2, 2, false",
        "1, 0, 0, 2, 1, 1, false",
    })
    void moreNewOnesFewerOldOnesOrMoreThatServeAreProgress(
            int replicas, int ready, int available, int old, int oldReady, int oldAvailable, boolean progress) {
        String said = progress(
                web("ReplicaSetUpdated", 10),
                set("new", replicas, ready, available),
                set("old", old, oldReady, oldAvailable));
        Deployment late = web("ReplicaSetUpdated", 601);
        String saidLate =
                progress(late, set("new", replicas, ready, available), set("old", old, oldReady, oldAvailable));
        assertThat(said)
                .isEqualTo(
                        progress
                                ? "True ReplicaSetUpdated: ReplicaSet \"new\" is progressing."
                                : "True ReplicaSetUpdated: ");
        assertThat(saidLate)
                .isEqualTo(
                        progress
                                ? "True ReplicaSetUpdated: ReplicaSet \"new\" is progressing."
                                : "False ProgressDeadlineExceeded: ReplicaSet \"new\" has timed out progressing.");
    }

    @ParameterizedTest
    @CsvSource({
        "ReplicaSetUpdated, 600, ReplicaSetUpdated",
        "ReplicaSetUpdated, 601, ProgressDeadlineExceeded",
        "NewReplicaSetCreated, 601, ProgressDeadlineExceeded",
        "FoundNewReplicaSet, 601, ProgressDeadlineExceeded",
        "DeploymentResumed, 601, ProgressDeadlineExceeded",
        "DeploymentPaused, 601, ProgressDeadlineExceeded",
        "NewReplicaSetAvailable, 6010, NewReplicaSetAvailable",
        "ProgressDeadlineExceeded, 1, ProgressDeadlineExceeded",
    })
    void withoutProgressTheDeadlineCountsFromTheLastOne(String reason, long secondsAgo, String then) {
        Conditions conditions = rolled(web(reason, secondsAgo), set("new", 1, 0, 0), set("old", 2, 2, 2));
        assertThat(conditions.reason("Progressing")).isEqualTo(then);
    }

    @Test
    void progressKeepsTheTimeOfTheTransitionAndMovesThatOfTheUpdate() {
        DeploymentCondition condition = rolled(web("ReplicaSetUpdated", 30), set("new", 2, 0, 0), set("old", 1, 1, 1))
                .of("Progressing")
                .orElseThrow();
        assertThat(condition.lastTransitionTime()).contains(NOW.minusSeconds(30));
        assertThat(condition.lastUpdateTime()).contains(NOW);
    }

    @Test
    void withoutADeadlineNothingIsSaidOfProgress() {
        Deployment web = web("ReplicaSetUpdated", 30);
        Deployment patient = web.withSpec(web.spec().withProgressDeadlineSeconds(Integer.MAX_VALUE));
        assertThat(progress(patient, set("new", 3, 3, 3))).isEmpty();
        assertThat(progress(web.withSpec(web.spec().withoutProgressDeadlineSeconds()), set("new", 3, 3, 3)))
                .isEmpty();
    }

    @Test
    void itIsLookedAtAgainASecondAfterTheDeadline() {
        Deployment web = web("ReplicaSetUpdated", 590);
        assertThat(new RolloutStatus(web, NOW).untilDeadline(web.status())).isEqualTo(Duration.ofSeconds(11));
        Deployment out = web("ProgressDeadlineExceeded", 5);
        assertThat(new RolloutStatus(out, NOW).untilDeadline(out.status())).isZero();
    }

    @Test
    void theFailureOfTheCurrentSetIsSaidBeforeThatOfOthersWithItsOwnTime() {
        var failure = ReplicaSetCondition.EMPTY
                .withType("ReplicaFailure")
                .withStatus("True")
                .withReason("FailedCreate")
                .withLastTransitionTime(NOW.minusSeconds(7));
        ReplicaSet old = set("old", 2, 2, 2);
        old = old.withStatus(old.status().withConditions(List.of(failure.withMessage("of the old one"))));
        ReplicaSet current = set("new", 1, 0, 0);
        Deployment web = web("ReplicaSetUpdated", 30);
        assertThat(rolled(web, current, old).of("ReplicaFailure").orElseThrow().message())
                .isEqualTo("of the old one");
        ReplicaSet failing =
                current.withStatus(current.status().withConditions(List.of(failure.withMessage("of the new one"))));
        DeploymentCondition said =
                rolled(web, failing, old).of("ReplicaFailure").orElseThrow();
        assertThat(said.message()).isEqualTo("of the new one");
        assertThat(said.lastTransitionTime()).contains(NOW.minusSeconds(7));
        assertThat(said.lastUpdateTime()).contains(NOW.minusSeconds(7));
    }

    @Test
    void aHistoryOfRevisionsIsCutFromTheOldEnd() {
        ReplicaSet set = Samples.replicaSet("web", 1);
        for (int revision = 1; revision < 1000; revision++) {
            set = Revisions.current(Samples.deployment("web", 1), set, revision);
        }
        String history = set.metadata().annotations().get(Revisions.HISTORY);
        assertThat(history).endsWith(",997,998").hasSizeBetween(1990, 2000);
        assertThat(set.metadata().annotations()).containsEntry(Revisions.REVISION, "999");
    }
}

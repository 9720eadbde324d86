package dev.jarbor.controllers.statefulset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetStatus;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.common.History;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one pass over a StatefulSet does, by ordinals. */
class StatefulPassTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");
    private static final String IN_ORDER = "podManagementPolicy: OrderedReady";
    private static final String PARALLEL = "podManagementPolicy: Parallel";

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static StatefulSet set(int replicas, String more) {
        return new StatefulSet(yaml("""
                metadata: {name: db, namespace: shop, uid: u}
                spec:
                  replicas: %d
                  serviceName: db
                  %s
                  selector: {matchLabels: {app: db}}
                  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: main, image: db}]}}
                """.formatted(replicas, more)));
    }

    private static ControllerRevision revision(String name) {
        return new ControllerRevision(yaml("""
                metadata: {name: %1$s, namespace: shop}
                data:
                  spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: main, image: 'db:%1$s'}]}}}
                """.formatted(name)));
    }

    /** A pod as it is made for {@code ordinal}, which serves or does not. */
    private static Pod pod(StatefulSet set, int ordinal, String revision, boolean ready) {
        Pod made = Identity.pod(set, History.template(revision(revision)), revision, ordinal);
        return new Pod(made.value().with("status", yaml("""
                phase: Running
                conditions: [{type: Ready, status: '%s', lastTransitionTime: '2030-01-01T00:00:00Z'}]
                """.formatted(ready ? "True" : "False"))));
    }

    private static List<String> steps(StatefulSet set, Pod... pods) {
        return StatefulPass.plan(set, Arrays.asList(pods), revision("old"), revision("new"), NOW).steps().stream()
                .map(step -> switch (step) {
                    case StatefulPass.Step.Create create ->
                        "create " + create.ordinal() + " " + Identity.revisionOf(create.pod());
                    case StatefulPass.Step.Delete delete ->
                        "delete " + delete.pod().name();
                    case StatefulPass.Step.Restore restore -> "restore " + restore.ordinal();
                })
                .toList();
    }

    @Test
    void inOrderEachWaitsForAllBeforeItAndInParallelNoneDoes() {
        StatefulSet ordered = set(3, IN_ORDER);
        assertThat(steps(ordered)).containsExactly("create 0 new");
        assertThat(steps(ordered, pod(ordered, 0, "new", false))).isEmpty();
        assertThat(steps(ordered, pod(ordered, 0, "new", true))).containsExactly("create 1 new");
        assertThat(steps(set(3, PARALLEL))).containsExactly("create 0 new", "create 1 new", "create 2 new");
    }

    @Test
    void whatIsTooMuchGoesFromAboveAndOnlyWhileAllAreWell() {
        StatefulSet ordered = set(1, IN_ORDER);
        Pod first = pod(ordered, 0, "new", true);
        Pod third = pod(ordered, 2, "new", true);
        assertThat(steps(ordered, first, pod(ordered, 1, "new", true), third)).containsExactly("delete db-2");
        assertThat(steps(ordered, first, pod(ordered, 1, "new", false), third)).containsExactly("delete db-2");
        assertThat(steps(ordered, pod(ordered, 0, "new", false), third)).isEmpty();
        assertThat(steps(set(1, PARALLEL), first, pod(ordered, 1, "new", false), third))
                .containsExactly("delete db-2", "delete db-1");
    }

    @Test
    void whoIsNotYetAvailableMayGoWhereNobodyBeforeItIsUnwell() {
        StatefulSet set = set(1, "minReadySeconds: 3600");
        Pod first = pod(set, 0, "new", true);
        Pod second = pod(set, 1, "new", true);
        Pod fresh = second.withStatus(second.status()
                .withConditions(List.of(second.status().conditions().getFirst().withLastTransitionTime(NOW))));
        assertThat(steps(set, first, fresh)).containsExactly("delete db-1");
        assertThat(steps(set, first, fresh, pod(set, 2, "new", true))).containsExactly("delete db-2");
    }

    @Test
    void anUpdateGoesDownwardsToItsPartitionAndTakesOutWhatItMay() {
        StatefulSet all = set(3, IN_ORDER);
        Pod[] old = {pod(all, 0, "old", true), pod(all, 1, "old", true), pod(all, 2, "old", true)};
        assertThat(steps(all, old)).containsExactly("delete db-2");
        assertThat(steps(set(3, "updateStrategy: {rollingUpdate: {partition: 3}}"), old))
                .isEmpty();
        assertThat(steps(set(3, "updateStrategy: {rollingUpdate: {partition: 1, maxUnavailable: 3}}"), old))
                .containsExactly("delete db-2", "delete db-1");
        assertThat(steps(set(3, "updateStrategy: {type: OnDelete}"), old)).isEmpty();
        assertThat(steps(all, old[0], old[1], pod(all, 2, "new", false))).isEmpty();
        assertThat(steps(all, old[0], old[1], pod(all, 2, "new", true))).containsExactly("delete db-1");
    }

    @Test
    void inParallelTheHighestOldPodGoesFirstHoweverTheOthersAre() {
        StatefulSet parallel = set(3, PARALLEL);
        Pod sick = pod(parallel, 0, "old", false);
        Pod well = pod(parallel, 1, "old", true);
        assertThat(steps(parallel, sick, well, pod(parallel, 2, "old", true))).containsExactly("delete db-2");
        assertThat(steps(parallel, sick, well, pod(parallel, 2, "new", false))).isEmpty();
        assertThat(steps(parallel, sick, well, pod(parallel, 2, "new", true))).containsExactly("delete db-1");
        String two = "podManagementPolicy: Parallel\n  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
        assertThat(steps(set(3, two), sick, well, pod(parallel, 2, "old", true)))
                .containsExactly("delete db-2");
        assertThat(steps(set(3, two), sick, pod(parallel, 1, "new", true), pod(parallel, 2, "new", false)))
                .containsExactly("delete db-0");
    }

    @Test
    void aPodBelowThePartitionStaysWhatItWas() {
        StatefulSet canary = set(3, "updateStrategy: {rollingUpdate: {partition: 1}}");
        assertThat(steps(canary)).containsExactly("create 0 old");
        assertThat(steps(canary, pod(canary, 0, "old", true))).containsExactly("create 1 new");
    }

    private static StatefulSetStatus status(StatefulSet set, Pod... pods) {
        return StatefulPass.plan(set, Arrays.asList(pods), revision("old"), revision("new"), NOW)
                .status();
    }

    @Test
    void theStatusCountsWhoIsMadeAndNoMoreWhoIsTakenOut() {
        StatefulSet set = set(2, IN_ORDER);
        assertThat(status(set).replicas()).isEqualTo(1);
        assertThat(status(set).updatedReplicas()).isEqualTo(1);
        assertThat(status(set).hasCurrentReplicas()).isFalse();
        StatefulSetStatus updating = status(set, pod(set, 0, "old", true), pod(set, 1, "old", true));
        assertThat(updating.replicas()).isEqualTo(2);
        assertThat(updating.currentReplicas()).isEqualTo(1);
    }

    @Test
    void anUpdateIsDoneWhenAllThatIsWantedIsNewAndReady() {
        StatefulSet set = set(2, "minReadySeconds: 7200");
        Pod first = pod(set, 0, "new", true);
        assertThat(status(set, first, pod(set, 1, "new", false)).currentRevision())
                .isEqualTo("old");
        assertThat(status(set, first, pod(set, 1, "new", true), pod(set, 2, "new", true))
                        .currentRevision())
                .isEqualTo("old");
        StatefulSetStatus done = status(set, first, pod(set, 1, "new", true));
        assertThat(done.currentRevision()).isEqualTo("new");
        assertThat(done.currentReplicas()).isEqualTo(2);
        assertThat(done.availableReplicas()).isZero();
    }

    @Test
    void howManyMayBeOutIsRoundedDownButOneAlwaysMay() {
        assertThat(StatefulPass.maxUnavailable(set(5, "updateStrategy: {rollingUpdate: {maxUnavailable: 50%}}")))
                .isEqualTo(2);
        assertThat(StatefulPass.maxUnavailable(set(5, "updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}")))
                .isEqualTo(1);
        assertThat(StatefulPass.maxUnavailable(set(5, IN_ORDER))).isEqualTo(1);
    }
}

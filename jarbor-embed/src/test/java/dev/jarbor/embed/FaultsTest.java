package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetSpec;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.server.auth.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT
            .withTime(TimeMode.MANUAL)
            .withEachNode(node -> node.inZone(node.name().equals("node-0") ? "a" : "b")));

    @AfterEach
    void close() {
        cluster.close();
    }

    private int ready() {
        return cluster.api().get(Deployment.KIND, WEB).status().readyReplicas();
    }

    private List<Pod> running() {
        return cluster.api().list(Pod.KIND, "default", Query.NONE).items().stream()
                .filter(pod -> pod.metadata().deletionTimestamp().isEmpty())
                .filter(pod -> pod.status().phase().equals("Running"))
                .toList();
    }

    private String readiness(String node) {
        return cluster.api().get(Node.KIND, ObjectKey.cluster(node)).status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(NodeCondition::status)
                .findFirst()
                .orElse("");
    }

    private void deploy() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        assertThat(cluster.time().until(() -> ready() == 3, Duration.ofMinutes(1)))
                .isTrue();
    }

    @Test
    void podsOfALostNodeComeBackElsewhereAfterTheReferencesTimes() {
        deploy();
        String lost = running().getFirst().spec().nodeName();
        cluster.faults().loseNode(lost);

        cluster.time().advance(Duration.ofSeconds(30));
        assertThat(readiness(lost)).isEqualTo("True");
        cluster.time().advance(Duration.ofSeconds(30));
        assertThat(readiness(lost)).isEqualTo("Unknown");
        assertThat(running()).hasSize(3);
        cluster.time().advance(Duration.ofSeconds(320));
        assertThat(running()).hasSize(3).noneMatch(pod -> pod.spec().nodeName().equals(lost));

        cluster.faults().restoreNode(lost);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(readiness(lost)).isEqualTo("True");
    }

    @Test
    void aPodOfASetWithIdentityIsReplacedOnlyWhenSomebodyVouchesThatItIsGone() {
        StatefulSet set = StatefulSet.named("default", "db");
        cluster.api()
                .create(
                        StatefulSet.KIND,
                        set.withSpec(StatefulSetSpec.EMPTY
                                .withReplicas(1)
                                .withServiceName("db")
                                .withSelector(JarborTest.web().spec().selector())
                                .withTemplate(JarborTest.web().spec().template())));
        cluster.time().advance(Duration.ofSeconds(30));
        var key = new ObjectKey("default", "db-0");
        Pod first = cluster.api().get(Pod.KIND, key);
        String lost = first.spec().nodeName();
        cluster.faults().loseNode(lost);

        cluster.time().advance(Duration.ofMinutes(20));
        Pod leaving = cluster.api().get(Pod.KIND, key);
        assertThat(leaving.metadata().uid()).isEqualTo(first.metadata().uid());
        assertThat(leaving.metadata().hasDeletionTimestamp()).isTrue();
        assertThat(leaving.status().phase()).isEqualTo("Running");

        cluster.api().delete(Pod.KIND, key, DeleteOptions.NONE.grace(0));
        cluster.time().advance(Duration.ofMinutes(1));
        Pod second = cluster.api().get(Pod.KIND, key);
        assertThat(second.metadata().uid()).isNotEqualTo(first.metadata().uid());
        assertThat(second.spec().nodeName()).isNotEqualTo(lost).isNotEmpty();
    }

    @Test
    void aZoneIsLostAsAWhole() {
        cluster.faults().after(Duration.ofMinutes(1), faults -> faults.loseZone("b"));
        cluster.time().advance(Duration.ofMinutes(3));
        assertThat(readiness("node-0")).isEqualTo("True");
        assertThat(readiness("node-1")).isEqualTo("Unknown");
        assertThat(readiness("node-2")).isEqualTo("Unknown");
        assertThat(cluster.trace().timeline()).contains("fault: zone b is lost");
    }

    @Test
    void chosenCallsMeetConflictsAndFaultsSoOften() {
        var api = cluster.as(User.ADMIN, "my-operator/1");
        cluster.faults().conflict(Calls.ANY.by("my-operator").verb(Verb.CREATE).on("configmaps"), 1);
        cluster.faults().fail(Calls.ANY.by("my-operator").verb(Verb.GET), 1);
        cluster.faults().expireToken(Calls.ANY.fromOutside().verb(Verb.LIST), 1);
        ConfigMap map = ConfigMap.named("default", "one");

        assertThatThrownBy(() -> api.create(ConfigMap.KIND, map))
                .satisfies(refused ->
                        assertThat(((ApiException) refused).isConflict()).isTrue());
        api.create(ConfigMap.KIND, map);
        assertThatThrownBy(() -> api.get(ConfigMap.KIND, map.key()))
                .satisfies(refused ->
                        assertThat(((ApiException) refused).status().code()).isEqualTo(500));
        assertThat(api.get(ConfigMap.KIND, map.key()).name()).isEqualTo("one");
        assertThatThrownBy(() -> api.list(ConfigMap.KIND, "", Query.NONE))
                .satisfies(refused ->
                        assertThat(((ApiException) refused).status().code()).isEqualTo(401));
    }

    @Test
    void readsAreStaleUntilTheFaultIsHealed() {
        var api = cluster.as(User.ADMIN, "my-operator/1");
        ConfigMap map = api.create(ConfigMap.KIND, ConfigMap.named("default", "one"));
        cluster.faults().staleReads(Calls.ANY.by("my-operator"));
        cluster.api().update(ConfigMap.KIND, map.withData(Map.of("a", "new")));

        assertThat(api.get(ConfigMap.KIND, map.key()).data()).isEmpty();
        assertThat(api.list(ConfigMap.KIND, "default", Query.NONE).items())
                .anySatisfy(found -> assertThat(found.key()).isEqualTo(map.key()))
                .allSatisfy(found -> assertThat(found.data()).doesNotContainKey("a"));
        cluster.faults().heal();
        assertThat(api.get(ConfigMap.KIND, map.key()).data()).containsEntry("a", "new");
    }

    @Test
    void watchesComeLateOrBreakOff() {
        var heard = new ArrayList<String>();
        var api = cluster.as(User.ADMIN, "my-operator/1");
        api.watch(
                ApiRequest.of(
                        Verb.WATCH,
                        new ResourcePath("", "v1", "configmaps", "default", "", ""),
                        Query.NONE.with("resourceVersion", "0").with("fieldSelector", "metadata.name=one"),
                        ObjectValue.EMPTY),
                new WatchListener() {
                    @Override
                    public void event(WatchEvent event) {
                        heard.add(event.type().name());
                    }

                    @Override
                    public void closed() {
                        heard.add("closed");
                    }
                });
        cluster.faults().slowWatches(Calls.ANY.by("my-operator"), Duration.ofSeconds(10));
        cluster.api().create(ConfigMap.KIND, ConfigMap.named("default", "one"));
        cluster.time().advance(Duration.ofSeconds(9));
        assertThat(heard).isEmpty();
        cluster.time().advance(Duration.ofSeconds(2));
        assertThat(heard).containsExactly("ADDED");
        cluster.faults().cutWatches(Calls.ANY.by("my-operator"));
        cluster.time().advance(Duration.ofSeconds(1));
        assertThat(heard).containsExactly("ADDED", "closed");
    }

    @Test
    void aFaultHappensAtAChosenStep() {
        var seen = new ArrayList<Integer>();
        cluster.faults()
                .atWrite(
                        2,
                        faults -> seen.add(cluster.api()
                                .list(ConfigMap.KIND, "kube-public", Query.NONE)
                                .items()
                                .size()));
        int before = cluster.api()
                .list(ConfigMap.KIND, "kube-public", Query.NONE)
                .items()
                .size();
        for (int index = 0; index < 3; index++) {
            cluster.api().create(ConfigMap.KIND, ConfigMap.named("kube-public", "map-" + index));
        }
        assertThat(seen).containsExactly(before + 2);
    }

    @Test
    void controllersThatStartAnewGoOnWhereOthersWere() {
        deploy();
        cluster.faults().restartControllers();
        cluster.api().delete(Pod.KIND, running().getFirst().key());
        assertThat(cluster.time().until(() -> ready() == 3 && running().size() == 3, Duration.ofMinutes(2)))
                .isTrue();
    }

    @Test
    void controllersThatCrashAtEachOfTheirWritesGetThereAllTheSame() {
        cluster.faults().crashControllers(Calls.ANY.writing(), 10);
        deploy();

        assertThat(cluster.trace().entries())
                .filteredOn(entry -> entry.note().equals("controllers crash"))
                .hasSize(10);
        assertThat(running()).hasSize(3);
    }
}

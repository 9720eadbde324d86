package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written in the name of a leader is written in its term, or not at all. */
class FenceTest {
    private final TestServer cluster = new TestServer();
    private final Api all = cluster.server.as(User.ADMIN);
    private Lease held = Lease.EMPTY;
    private Api leader = all;

    @BeforeEach
    void elect() {
        Lease lease = Lease.named("kube-system", "worker");
        held = all.create(
                Lease.KIND,
                lease.withSpec(lease.spec().withHolderIdentity("one").withLeaseDurationSeconds(15)));
        leader = cluster.server.as(User.ADMIN, "worker", Fence.of(held));
    }

    private Lease change(Lease lease) {
        return all.update(Lease.KIND, lease);
    }

    private Lease renewed(Lease lease) {
        return change(lease.withSpec(lease.spec().withRenewTime(cluster.runtime.now())));
    }

    private ConfigMap write(String name) {
        return leader.create(ConfigMap.KIND, ConfigMap.named("default", name).withData(Map.of("a", "1")));
    }

    private void assertOver() {
        long before = cluster.store.snapshot().revision();
        assertThatThrownBy(() -> write("late"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(503))
                .hasMessage("the lease kube-system/worker is not held by one any more");
        assertThat(cluster.store.snapshot().revision()).isEqualTo(before);
    }

    @Test
    void aLeaderWritesThroughAllItsTermHoweverOftenItRenews() {
        write("first");
        Lease later = renewed(held);
        write("second");
        change(later.withSpec(later.spec().withLeaseDurationSeconds(30)));

        assertThat(write("third").metadata().resourceVersion())
                .isEqualTo(Long.toString(cluster.store.snapshot().revision()));
    }

    @Test
    void aLeaseThatAnotherTookEndsTheTerm() {
        change(held.withSpec(held.spec().withHolderIdentity("two").withLeaseTransitions(1)));
        assertOver();
    }

    @Test
    void anotherTermOfTheSameHolderIsNotThisOne() {
        change(held.withSpec(held.spec().withLeaseTransitions(2)));
        assertOver();
    }

    @Test
    void aLeaseThatWasHandedBackEndsTheTerm() {
        change(held.withSpec(held.spec().withHolderIdentity("")));
        assertOver();
    }

    @Test
    void aLeaseThatIsGoneEndsTheTermAndSoDoesOneThatWasMadeAnew() {
        all.delete(Lease.KIND, held.key(), DeleteOptions.NONE);
        assertOver();
        all.create(Lease.KIND, Lease.named("kube-system", "worker").withSpec(held.spec()));
        assertOver();
    }

    @Test
    void noWayOfWritingLeadsAroundIt() {
        ConfigMap map = write("map");
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        ObjectValue pod = cluster.create(
                "v1/namespaces/default/pods",
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        change(held.withSpec(held.spec().withHolderIdentity("two").withLeaseTransitions(1)));
        long before = cluster.store.snapshot().revision();
        ObjectValue status = Json.object("{\"phase\":\"Running\"}");

        List<Runnable> ways = List.of(
                () -> write("new"),
                () -> leader.update(ConfigMap.KIND, map.withData(Map.of("a", "2"))),
                () -> leader.patch(ConfigMap.KIND, map.key(), Patch.merge(Json.object("{\"data\":{\"a\":\"3\"}}"))),
                () -> leader.delete(ConfigMap.KIND, map.key(), DeleteOptions.NONE),
                () -> call(Verb.DELETECOLLECTION, "v1/namespaces/default/configmaps", ObjectValue.EMPTY),
                () -> call(Verb.UPDATE, "v1/namespaces/default/pods/p/status", pod.with("status", status)),
                () -> call(
                        Verb.CREATE,
                        "v1/namespaces/default/pods/p/binding",
                        Json.object("{\"target\":{\"name\":\"n\"}}")),
                () -> call(Verb.CREATE, "v1/namespaces/default/pods/p/eviction", ObjectValue.EMPTY));

        for (Runnable way : ways) {
            assertThatThrownBy(way::run).hasMessage("the lease kube-system/worker is not held by one any more");
        }
        assertThat(cluster.store.snapshot().revision()).isEqualTo(before);
        assertThat(leader.get(ConfigMap.KIND, map.key()).data()).containsEntry("a", "1");
    }

    private void call(Verb verb, String path, ObjectValue body) {
        leader.call(ApiRequest.of(verb, TestServer.path(path), Query.NONE, body));
    }
}

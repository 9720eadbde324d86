package dev.jarbor.client.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiContract;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

class FakeApiTest extends ApiContract {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);

    @Override
    protected Api api() {
        return api;
    }

    @Override
    protected String next(BlockingQueue<String> events) {
        runtime.runUntilIdle();
        return events.remove();
    }

    private static ConfigMap config(String name) {
        return ConfigMap.named("default", name);
    }

    @Test
    void aFaultOnceStrikesOnceAndAFaultWhileStrikesUntilItIsTakenAway() {
        ApiException away = ApiException.serviceUnavailable("away");
        api.failNext(FakeApi.requests(Verb.CREATE, "configmaps"), away);
        assertThatThrownBy(() -> api.create(ConfigMap.KIND, config("a"))).isSameAs(away);
        api.create(ConfigMap.KIND, config("a"));
        try (var fault = api.failWhile(FakeApi.requests(Verb.GET, "configmaps"), away)) {
            assertThatThrownBy(() -> api.get(ConfigMap.KIND, new ObjectKey("default", "a")))
                    .isSameAs(away);
            assertThatThrownBy(() -> api.get(ConfigMap.KIND, new ObjectKey("default", "a")))
                    .isSameAs(away);
            assertThat(fault).isNotNull();
        }
        assertThat(api.get(ConfigMap.KIND, new ObjectKey("default", "a")).name())
                .isEqualTo("a");
    }

    @Test
    void somebodyElsesWriteCanBeSlippedInBeforeARequest() {
        ConfigMap read = api.create(ConfigMap.KIND, config("a"));
        api.beforeNext(
                FakeApi.requests(Verb.UPDATE, "configmaps"),
                request -> api.put(ConfigMap.KIND, read.withImmutable(true)));
        assertThatThrownBy(() -> api.update(ConfigMap.KIND, read)).hasMessageContaining("has been modified");
    }

    @Test
    void aSubresourceThatTheFakeLacksCanBeAnswered() {
        api.answer(
                request -> request.path().subresource().equals("token"),
                request -> ObjectValue.of("token", Value.of("secret")));
        var path = new ResourcePath("", "v1", "serviceaccounts", "default", "default", "token");
        assertThat(api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, ObjectValue.EMPTY))
                        .string("token"))
                .isEqualTo("secret");
    }

    @Test
    void anObjectPutKeepsItsStatus() {
        var running = new Pod(
                Pod.named("default", "web").value().with("status", ObjectValue.of("phase", Value.of("Running"))));
        assertThat(api.put(Pod.KIND, running).status().phase()).isEqualTo("Running");
    }

    @Test
    void aNamespaceStaysTerminatingUntilItIsFinalized() {
        api.create(Namespace.KIND, Namespace.named("shop"));
        api.delete(Namespace.KIND, ObjectKey.cluster("shop"));
        Namespace ending = api.get(Namespace.KIND, ObjectKey.cluster("shop"));
        assertThat(ending.status().phase()).isEqualTo("Terminating");
        ObjectValue done = ending.value().update("spec", spec -> spec.without("finalizers"));
        ResourcePath path =
                ResourcePath.of(Namespace.KIND, ObjectKey.cluster("shop")).withSubresource("finalize");
        api.call(ApiRequest.of(Verb.UPDATE, path, Query.NONE, done));
        assertThat(api.find(Namespace.KIND, ObjectKey.cluster("shop"))).isEmpty();
    }
}

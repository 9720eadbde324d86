package dev.jarbor.node.volume;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Tokens from the API's TokenRequest, bound to the pod, kept and renewed when four fifths of their life or a day have
 * passed (KEP-1205). Bounded by the tokens of the node's pods: {@link #forget} drops those of a pod that is gone.
 */
public final class RequestedTokens implements PodTokens {
    private final Api api;
    private final Runtime runtime;
    private final ConcurrentSkipListMap<String, Held> held = new ConcurrentSkipListMap<>();

    public RequestedTokens(Api api, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
    }

    private record Held(String token, Instant renewAt) {}

    @Override
    public String token(Pod pod, String audience, long seconds) {
        String key = pod.metadata().uid() + "/" + audience + "/" + seconds;
        Held present = held.get(key);
        if (present != null && runtime.now().isBefore(present.renewAt())) {
            return present.token();
        }
        Held fresh = request(pod, audience, seconds);
        held.put(key, fresh);
        return fresh.token();
    }

    public void forget(String podUid) {
        held.subMap(podUid + "/", podUid + "0").clear();
    }

    private Held request(Pod pod, String audience, long seconds) {
        String account = pod.spec().serviceAccountName().isEmpty()
                ? "default"
                : pod.spec().serviceAccountName();
        ObjectValue spec = ObjectValue.EMPTY
                .with("expirationSeconds", seconds)
                .with(
                        "boundObjectRef",
                        ObjectValue.EMPTY
                                .with("apiVersion", "v1")
                                .with("kind", "Pod")
                                .with("name", pod.name())
                                .with("uid", pod.metadata().uid()));
        if (!audience.isEmpty()) {
            spec = spec.with("audiences", ListValue.of(Value.of(audience)));
        }
        ObjectValue body = ObjectValue.EMPTY
                .with("apiVersion", "authentication.k8s.io/v1")
                .with("kind", "TokenRequest")
                .with("spec", spec);
        ResourcePath path = ResourcePath.of(ServiceAccount.KIND, new ObjectKey(pod.namespace(), account))
                .withSubresource("token");
        ObjectValue status =
                api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, body)).object("status");
        Instant now = runtime.now();
        Duration life = Duration.between(
                now, Fields.time(status.valueOrNull("expirationTimestamp")).orElse(now.plusSeconds(seconds)));
        Duration renewal = life.multipliedBy(4).dividedBy(5);
        Duration day = Duration.ofHours(24);
        return new Held(status.string("token"), now.plus(renewal.compareTo(day) < 0 ? renewal : day));
    }
}

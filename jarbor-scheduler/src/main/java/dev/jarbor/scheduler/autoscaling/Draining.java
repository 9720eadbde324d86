package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.meta.v1.DeleteOptions;
import dev.jarbor.api.policy.v1.Eviction;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Marks nodes that go, and asks their pods to leave; budgets are kept by whoever grants the evictions. */
final class Draining {
    /** Keeps new pods away from a node that goes; its value says since when. */
    static final String TAINT = "ToBeDeletedByClusterAutoscaler";
    /** Keeps new pods away, as far as possible, from a node that nobody needs. */
    static final String CANDIDATE = "DeletionCandidateOfClusterAutoscaler";

    private static final long DEFAULT_GRACE = 30;
    /** Nodes are written by others all the time. */
    private static final int MOST_TRIES = 5;

    private final Api api;
    private final Runtime runtime;

    Draining(Api api, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
    }

    static boolean isMarked(Node node) {
        return has(node, TAINT);
    }

    static boolean has(Node node, String key) {
        return node.spec().taints().stream().anyMatch(taint -> taint.key().equals(key));
    }

    /**
     * Marks a node that goes.
     *
     * @return what stands against it, where it could not be marked
     */
    Optional<String> mark(String name) {
        return taint(name, TAINT, Taints.NO_SCHEDULE).map(refused -> String.valueOf(refused.getMessage()));
    }

    /** Marks a node that nobody needs, if that can be done. */
    void markCandidate(String name) {
        taint(name, CANDIDATE, Taints.PREFER_NO_SCHEDULE);
    }

    private Optional<ApiException> taint(String name, String key, String effect) {
        return change(name, taints -> {
            if (taints.stream().anyMatch(taint -> taint.key().equals(key))) {
                return taints;
            }
            var more = new ArrayList<>(taints);
            more.add(Taint.EMPTY
                    .withKey(key)
                    .withValue(Long.toString(runtime.now().getEpochSecond()))
                    .withEffect(effect));
            return more;
        });
    }

    /** Takes a mark away again; whether it is away now, or its node. */
    boolean unmark(String name, String key) {
        Optional<ApiException> refused = change(
                name,
                taints -> taints.stream()
                        .filter(taint -> !taint.key().equals(key))
                        .toList());
        return refused.filter(one -> !one.isNotFound()).isEmpty();
    }

    private Optional<ApiException> change(String name, UnaryOperator<List<Taint>> change) {
        for (int attempt = 1; ; attempt++) {
            try {
                Node node = api.get(Node.KIND, ObjectKey.cluster(name));
                List<Taint> taints = change.apply(node.spec().taints());
                if (!taints.equals(node.spec().taints())) {
                    api.update(Node.KIND, node.withSpec(node.spec().withTaints(taints)));
                }
                return Optional.empty();
            } catch (ApiException refused) {
                if (!refused.isConflict() || attempt == MOST_TRIES) {
                    return Optional.of(refused);
                }
            }
        }
    }

    /**
     * Asks {@code pod} to leave, within {@code most} at the latest.
     *
     * @return why it may not yet; nothing where it leaves or has gone
     */
    Optional<String> evict(Pod pod, Duration most) {
        long grace = Math.min(pod.spec().terminationGracePeriodSecondsOr(DEFAULT_GRACE), most.toSeconds());
        Eviction eviction = Eviction.named(pod.namespace(), pod.name())
                .withDeleteOptions(DeleteOptions.EMPTY.withGracePeriodSeconds(grace));
        ResourcePath path = ResourcePath.of(Pod.KIND, pod.key()).withSubresource("eviction");
        try {
            api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, eviction.value()));
            return Optional.empty();
        } catch (ApiException refused) {
            return refused.isNotFound() ? Optional.empty() : Optional.of(String.valueOf(refused.getMessage()));
        }
    }
}

package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.policy.v1.Eviction;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Marks nodes that go, and asks their pods to leave; budgets are kept by whoever grants the evictions. */
final class Draining {
    /** Keeps new pods away from a node that goes; its value says since when. */
    static final String TAINT = "ToBeDeletedByClusterAutoscaler";
    /** Keeps new pods away, as far as possible, from a node that nobody needs. */
    static final String CANDIDATE = "DeletionCandidateOfClusterAutoscaler";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;

    Draining(Api api, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
    }

    /** Whether the node is marked now; not so where it has gone, or somebody else changed it at the same time. */
    boolean mark(String name) {
        boolean marked = taint(name, TAINT, Taints.NO_SCHEDULE);
        if (marked) {
            api.find(Node.KIND, ObjectKey.cluster(name))
                    .ifPresent(
                            node -> events.normal(node, "ScaleDown", "marked the node as toBeDeleted/unschedulable"));
        }
        return marked;
    }

    void markCandidate(String name) {
        taint(name, CANDIDATE, Taints.PREFER_NO_SCHEDULE);
    }

    private boolean taint(String name, String key, String effect) {
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

    /** Takes a mark away again. */
    void unmark(String name, String key) {
        change(
                name,
                taints -> taints.stream()
                        .filter(taint -> !taint.key().equals(key))
                        .toList());
    }

    private interface TaintChange {
        List<Taint> of(List<Taint> taints);
    }

    private boolean change(String name, TaintChange change) {
        Optional<Node> found = api.find(Node.KIND, ObjectKey.cluster(name));
        if (found.isEmpty()) {
            return false;
        }
        Node node = found.get();
        List<Taint> taints = change.of(node.spec().taints());
        if (taints.equals(node.spec().taints())) {
            return true;
        }
        try {
            api.update(Node.KIND, node.withSpec(node.spec().withTaints(taints)));
            return true;
        } catch (ApiException refused) {
            if (refused.isConflict() || refused.isNotFound()) {
                return false;
            }
            throw refused;
        }
    }

    /** Asks {@code pods} to leave; those that may not yet are asked again next time. */
    void evict(List<Pod> pods) {
        for (Pod pod : pods) {
            Eviction eviction = Eviction.named(pod.namespace(), pod.name());
            ResourcePath path = ResourcePath.of(Pod.KIND, pod.key()).withSubresource("eviction");
            try {
                api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, eviction.value()));
                events.normal(pod, "ScaleDown", "deleting pod for node scale down");
            } catch (ApiException refused) {
                // a budget stands against it for now, or it has gone already
                if (!refused.isNotFound()
                        && !refused.isRetryable()
                        && refused.status().code() != 429) {
                    throw refused;
                }
            }
        }
    }
}

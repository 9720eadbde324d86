package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the autoscaler says of itself: the ConfigMap {@code cluster-autoscaler-status}. Written when something has changed, and
 * once a minute to show that somebody is there.
 */
final class StatusMap {
    static final ObjectKey KEY = new ObjectKey("kube-system", "cluster-autoscaler-status");
    private static final String UPDATED = "cluster-autoscaler.kubernetes.io/last-updated";
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

    private final Api api;
    private final Runtime runtime;
    private ObjectValue said = ObjectValue.EMPTY;
    private Instant written = Instant.EPOCH;

    StatusMap(Api api, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
    }

    /** The object that events about the whole cluster are about. */
    Optional<ConfigMap> find() {
        return api.find(ConfigMap.KIND, KEY);
    }

    /**
     * @param provisioning which groups rest, and why
     * @param candidates how many nodes may go
     * @param growing whether nodes were added now
     * @param calm whether nodes may go now
     * @param shrinking whether some do
     */
    void write(
            ClusterView view,
            Provisioning provisioning,
            int candidates,
            boolean growing,
            boolean calm,
            boolean shrinking) {
        Instant now = runtime.now();
        ObjectValue status =
                status(view, group -> provisioning.resting(group, now), candidates, growing, calm, shrinking);
        if (status.equals(said) && Duration.between(written, now).compareTo(SIGN_OF_LIFE) < 0) {
            return;
        }
        ObjectValue timed = ObjectValue.of("time", Value.of(now.toString()));
        for (String name : status.names()) {
            timed = timed.with(name, status.valueOrNull(name));
        }
        put(Yaml.text(timed), now);
        said = status;
        written = now;
    }

    private void put(String text, Instant now) {
        Optional<ConfigMap> found = find();
        ConfigMap map = found.orElse(ConfigMap.named(KEY.namespace(), KEY.name()));
        ConfigMap next = map.withData(Map.of("status", text))
                .withMetadata(map.metadata().withAnnotations(Map.of(UPDATED, now.toString())));
        try {
            if (found.isPresent()) {
                api.update(ConfigMap.KIND, next);
            } else {
                api.create(ConfigMap.KIND, next);
            }
        } catch (ApiException refused) {
            if (!refused.isConflict() && !refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }

    private static ObjectValue status(
            ClusterView view,
            Function<NodeGroup, Optional<Provisioning.Failure>> resting,
            int candidates,
            boolean growing,
            boolean calm,
            boolean shrinking) {
        var groups = new ArrayList<Value>();
        for (NodeGroup group : view.groups()) {
            List<Node> own = view.nodes().stream()
                    .filter(node -> group.nodes().contains(node.name()))
                    .toList();
            List<String> missing = group.nodes().stream()
                    .filter(name -> !view.isRegistered(name))
                    .toList();
            groups.add(ObjectValue.builder()
                    .put("name", group.name())
                    .put(
                            "health",
                            health(own, missing, view.lost())
                                    .with("cloudProviderTarget", group.targetSize())
                                    .with("minSize", group.minSize())
                                    .with("maxSize", group.maxSize()))
                    .put("scaleUp", scaleUp(view.coming(group) > 0, resting.apply(group)))
                    .build());
        }
        boolean coming = view.groups().stream().anyMatch(group -> view.coming(group) > 0);
        List<String> missing = view.groups().stream()
                .flatMap(group -> group.nodes().stream())
                .filter(name -> !view.isRegistered(name))
                .toList();
        return ObjectValue.builder()
                .put("autoscalerStatus", "Running")
                .put(
                        "clusterWide",
                        ObjectValue.EMPTY
                                .with("health", health(view.nodes(), missing, view.lost()))
                                .with(
                                        "scaleUp",
                                        ObjectValue.EMPTY.with(
                                                "status", growing || coming ? "InProgress" : "NoActivity"))
                                .with(
                                        "scaleDown",
                                        ObjectValue.EMPTY.with(
                                                "status",
                                                shrinking
                                                        ? "InProgress"
                                                        : candidates > 0 && calm
                                                                ? "CandidatesPresent"
                                                                : "NoCandidates")))
                .put("nodeGroups", ListValue.of(groups))
                .build();
    }

    private static ObjectValue scaleUp(boolean coming, Optional<Provisioning.Failure> failure) {
        if (failure.isPresent()) {
            return ObjectValue.EMPTY
                    .with("status", "Backoff")
                    .with(
                            "backoffInfo",
                            ObjectValue.EMPTY
                                    .with("errorCode", failure.get().code())
                                    .with("errorMessage", failure.get().message()));
        }
        return ObjectValue.EMPTY.with("status", coming ? "InProgress" : "NoActivity");
    }

    /** @param missing nodes that have not registered */
    private static ObjectValue health(List<Node> nodes, List<String> missing, Set<String> lost) {
        int ready = (int) nodes.stream().filter(ClusterView::isReady).count();
        int broken =
                (int) nodes.stream().filter(node -> lost.contains(node.name())).count();
        ObjectValue registered = ObjectValue.EMPTY
                .with("total", nodes.size())
                .with("ready", ready)
                .with("notStarted", nodes.size() - ready - broken);
        int given = (int) missing.stream().filter(lost::contains).count();
        return ObjectValue.EMPTY
                .with("status", "Healthy")
                .with(
                        "nodeCounts",
                        ObjectValue.EMPTY
                                .with(
                                        "registered",
                                        broken == 0
                                                ? registered
                                                : registered.with("unready", ObjectValue.EMPTY.with("total", broken)))
                                .with("longUnregistered", given)
                                .with("unregistered", missing.size() - given));
    }
}

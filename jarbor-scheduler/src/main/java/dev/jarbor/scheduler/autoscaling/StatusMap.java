package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the autoscaler says of itself: the ConfigMap {@code cluster-autoscaler-status}. Written when something has changed, and
 * once a minute to show that somebody is there.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-can-i-check-what-is-going-on-in-ca-">How
 *     can I check what is going on in CA?</a>
 */
final class StatusMap {
    static final ObjectKey KEY = new ObjectKey("kube-system", "cluster-autoscaler-status");
    private static final String UPDATED = "cluster-autoscaler.kubernetes.io/last-updated";
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);
    /** As Go prints a time. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendLiteral(" +0000 UTC")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Api api;
    private final Runtime runtime;
    private ObjectValue said = ObjectValue.EMPTY;
    private Instant written = Instant.EPOCH;
    /** Since when each condition has its status: one entry a condition. */
    private final Map<String, Since> transitions = new TreeMap<>();

    private record Since(String status, Instant when) {}

    StatusMap(Api api, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
    }

    /** The object that events about the whole cluster are about. */
    Optional<ConfigMap> find() {
        return api.find(ConfigMap.KIND, KEY);
    }

    /** Says that somebody is here who does not know the cluster yet. */
    void begin() {
        put(ObjectValue.of("autoscalerStatus", Value.of("Initializing")), runtime.now());
    }

    /** @param candidates how many nodes nobody needs, by the name of their group */
    void write(List<NodeGroup> groups, Fleet fleet, Map<String, Integer> candidates) {
        Instant now = runtime.now();
        ObjectValue status = status(groups, fleet, candidates);
        if (status.equals(said) && Duration.between(written, now).compareTo(SIGN_OF_LIFE) < 0) {
            return;
        }
        put(timed("", status, now), now);
        said = status;
        written = now;
    }

    private void put(ObjectValue status, Instant now) {
        String time = TIME.format(now);
        ObjectValue whole = ObjectValue.of("time", Value.of(time));
        for (String name : status.names()) {
            whole = whole.with(name, status.valueOrNull(name));
        }
        Optional<ConfigMap> found = find();
        ConfigMap map = found.orElse(ConfigMap.named(KEY.namespace(), KEY.name()));
        var annotations = new TreeMap<>(map.metadata().annotations());
        annotations.put(UPDATED, time);
        ConfigMap next = map.withData(Map.of("status", Yaml.text(whole)))
                .withMetadata(map.metadata().withAnnotations(annotations));
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

    /** With the times of each condition: objects that have a status. */
    private ObjectValue timed(String path, ObjectValue object, Instant now) {
        ObjectValue timed = ObjectValue.EMPTY;
        for (String name : object.names()) {
            Value value = object.valueOrNull(name);
            String below = path + "/" + name;
            if (value instanceof ObjectValue inner) {
                timed = timed.with(name, timed(below, inner, now));
            } else if (value instanceof ListValue list) {
                timed = timed.with(
                        name,
                        ListValue.of(list.objects().stream()
                                .map(one -> (Value) timed(below + "/" + one.string("name"), one, now))
                                .toList()));
            } else {
                timed = timed.with(name, value);
            }
        }
        if (!object.has("status")) {
            return timed;
        }
        String status = object.string("status");
        Since since = transitions.compute(
                path,
                (key, before) -> before != null && before.status().equals(status) ? before : new Since(status, now));
        return timed.with("lastProbeTime", now.toString())
                .with("lastTransitionTime", since.when().toString());
    }

    private static ObjectValue status(List<NodeGroup> all, Fleet fleet, Map<String, Integer> candidates) {
        var groups = new ArrayList<Value>();
        for (NodeGroup group : all) {
            Fleet.State state = fleet.groups().get(group.name());
            if (state != null) {
                groups.add(ObjectValue.builder()
                        .put("name", group.name())
                        .put(
                                "health",
                                health(state.readiness(), state.healthy())
                                        .with("cloudProviderTarget", group.targetSize())
                                        .with("minSize", group.minSize())
                                        .with("maxSize", group.maxSize()))
                        .put("scaleUp", scaleUp(state))
                        .put("scaleDown", scaleDown(candidates.getOrDefault(group.name(), 0)))
                        .build());
            }
        }
        boolean growing = fleet.groups().values().stream().anyMatch(Fleet.State::growing);
        int going = candidates.values().stream().mapToInt(Integer::intValue).sum();
        return ObjectValue.builder()
                .put("autoscalerStatus", "Running")
                .put(
                        "clusterWide",
                        ObjectValue.EMPTY
                                .with("health", health(fleet.all(), fleet.healthy()))
                                .with("scaleUp", ObjectValue.EMPTY.with("status", progress(growing)))
                                .with("scaleDown", scaleDown(going)))
                .put("nodeGroups", ListValue.of(groups))
                .build();
    }

    private static String progress(boolean growing) {
        return growing ? "InProgress" : "NoActivity";
    }

    private static ObjectValue scaleUp(Fleet.State state) {
        if (!state.growing() && !state.healthy()) {
            return ObjectValue.EMPTY.with("status", "Unhealthy");
        }
        if (!state.growing() && state.resting().isPresent()) {
            Provisioning.Failure failure = state.resting().get();
            return ObjectValue.EMPTY
                    .with("status", "Backoff")
                    .with(
                            "backoffInfo",
                            ObjectValue.EMPTY
                                    .with("errorCode", failure.code())
                                    .with("errorMessage", failure.message()));
        }
        return ObjectValue.EMPTY.with("status", progress(state.growing()));
    }

    private static ObjectValue scaleDown(int candidates) {
        return candidates == 0
                ? ObjectValue.EMPTY.with("status", "NoCandidates")
                : ObjectValue.EMPTY.with("status", "CandidatesPresent").with("candidates", candidates);
    }

    private static ObjectValue health(Readiness nodes, boolean healthy) {
        ObjectValue registered = ObjectValue.EMPTY
                .with("total", nodes.registered())
                .with("ready", nodes.ready())
                .with("notStarted", nodes.notStarted());
        if (nodes.beingDeleted() > 0) {
            registered = registered.with("beingDeleted", nodes.beingDeleted());
        }
        if (nodes.unready() > 0) {
            registered = registered.with(
                    "unready", ObjectValue.EMPTY.with("total", nodes.unready()).with("resourceUnready", 0));
        }
        ObjectValue counts =
                nodes.registered() == 0 ? ObjectValue.EMPTY : ObjectValue.EMPTY.with("registered", registered);
        return ObjectValue.EMPTY
                .with("status", healthy ? "Healthy" : "Unhealthy")
                .with(
                        "nodeCounts",
                        counts.with("longUnregistered", nodes.longUnregistered())
                                .with("unregistered", nodes.unregistered()));
    }
}

package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Pods that have a node and wait there for their volumes, before they are bound to it. One owner; not thread-safe; bounded
 * by the pods that have been assigned.
 */
public final class VolumeWaits {
    /** How long a pod waits before another try. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private final TreeMap<ObjectKey, Attempt> waits = new TreeMap<>();
    private final VolumeBinder binder;

    public record Attempt(Pod pod, String node, VolumePlan plan, Instant end) {}

    /** A wait that is over; {@code failure} is "" where all volumes are there. */
    public record Over(Attempt attempt, String failure) {}

    public VolumeWaits(VolumeBinder binder) {
        this.binder = binder;
    }

    public void put(Attempt attempt) {
        waits.put(attempt.pod().key(), attempt);
    }

    public void remove(ObjectKey pod) {
        Optional.ofNullable(waits.remove(pod)).ifPresent(attempt -> binder.forget(attempt.plan()));
    }

    /** Takes out what has come to an end. */
    public List<Over> over(Instant now, Function<String, Optional<Node>> nodes) {
        var over = new ArrayList<Over>();
        for (Attempt attempt : List.copyOf(waits.values())) {
            Optional<String> failure = failure(attempt, now, nodes.apply(attempt.node()));
            if (failure.isPresent()) {
                remove(attempt.pod().key());
                over.add(new Over(attempt, failure.get()));
            }
        }
        return over;
    }

    private Optional<String> failure(Attempt attempt, Instant now, Optional<Node> node) {
        if (node.isEmpty()) {
            return Optional.of("node \"" + attempt.node() + "\" not found");
        }
        return switch (binder.progress(attempt.plan(), node.get())) {
            case VolumeBinder.Progress.Done() -> Optional.of("");
            case VolumeBinder.Progress.Failed(String why) -> Optional.of(why);
            case VolumeBinder.Progress.Waiting() ->
                now.isBefore(attempt.end()) ? Optional.empty() : Optional.of("context deadline exceeded");
        };
    }
}

package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What becomes of nodes that were asked for. Those that have not registered, or are not ready, a quarter of an hour later are
 * lost: nobody waits for them any more, and their group rests, longer each time. One entry a group and one a node that is
 * on its way.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-ca-deal-with-unready-nodes">How
 *     does CA deal with unready nodes?</a>
 */
final class Provisioning {
    private static final Duration FIRST_REST = Duration.ofMinutes(5);
    private static final Duration LONGEST_REST = Duration.ofMinutes(30);
    /** Failures of so long ago count no more. */
    private static final Duration FORGIVEN = Duration.ofHours(3);

    private final Duration patience;
    private final Map<String, Request> requests = new TreeMap<>();
    private final Map<String, Instant> unregistered = new TreeMap<>();
    private final Map<String, Rest> rests = new TreeMap<>();
    private final Map<String, Size> wrongSizes = new TreeMap<>();

    /** @param patience how long a node may take, as {@code --max-node-provision-time} has it */
    Provisioning(Duration patience) {
        this.patience = patience;
    }

    private record Request(int increase, Instant since) {}

    /**
     * A group that is left alone.
     *
     * @param until when it may be asked again
     * @param length how long that was
     * @param since when it failed
     */
    private record Rest(Instant until, Duration length, Instant since, String code, String message) {}

    /** A group that has another size than it should, and since when it is just this one. */
    private record Size(int registered, int target, Instant since) {}

    /** A group that has been too small for so long that {@code fewer} of its nodes are given up. */
    record TooSmall(NodeGroup group, int fewer) {}

    /** Why a group rests. */
    record Failure(String code, String message) {}

    /** A group whose nodes did not come in time. */
    record TimedOut(NodeGroup group, Duration after) {}

    /** {@code more} nodes of {@code group} have been asked for. */
    void asked(NodeGroup group, int more, Instant now) {
        Request before = requests.getOrDefault(group.name(), new Request(0, now));
        requests.put(group.name(), new Request(before.increase() + more, now));
    }

    /** How many nodes of {@code group} have been asked for and are not all there yet. */
    int asked(NodeGroup group) {
        return Optional.ofNullable(requests.get(group.name()))
                .map(Request::increase)
                .orElse(0);
    }

    /** {@code group} could not give what it was asked for: it rests. */
    void failed(NodeGroup group, Failure failure, Instant now) {
        Duration doubled = Optional.ofNullable(rests.get(group.name()))
                .filter(before -> now.isBefore(before.since().plus(FORGIVEN)))
                .map(before -> before.length().multipliedBy(2))
                .orElse(FIRST_REST);
        Duration length = doubled.compareTo(LONGEST_REST) < 0 ? doubled : LONGEST_REST;
        rests.put(group.name(), new Rest(now.plus(length), length, now, failure.code(), failure.message()));
    }

    /** Takes note of who has come, and answers with the groups that are given up now; they rest. */
    List<TimedOut> look(List<Node> nodes, List<NodeGroup> groups, Instant now) {
        var registered = new TreeMap<String, Node>();
        nodes.forEach(node -> registered.put(node.name(), node));
        var missing = new TreeSet<String>();
        var late = new ArrayList<TimedOut>();
        for (NodeGroup group : groups) {
            group.nodes().stream().filter(name -> !registered.containsKey(name)).forEach(missing::add);
            Request request = requests.get(group.name());
            if (request == null) {
                continue;
            }
            long there = group.nodes().stream()
                    .filter(name -> registered.containsKey(name) && !Readiness.isStarting(registered.get(name), now))
                    .count();
            if (there >= group.targetSize()) {
                requests.remove(group.name());
                rests.remove(group.name());
            } else if (request.since().plus(patience).isBefore(now)) {
                requests.remove(group.name());
                late.add(new TimedOut(group, Duration.between(request.since(), now)));
            }
        }
        unregistered.keySet().retainAll(missing);
        missing.forEach(name -> unregistered.putIfAbsent(name, now));
        return late;
    }

    /** The groups of which nodes are missing that have no machine, the same ones for as long as a node may take. */
    List<TooSmall> tooSmall(List<Node> nodes, List<NodeGroup> groups, Instant now) {
        var registered = new TreeSet<String>();
        nodes.forEach(node -> registered.add(node.name()));
        var found = new ArrayList<TooSmall>();
        for (NodeGroup group : groups) {
            List<String> own = group.nodes();
            int there = (int) own.stream().filter(registered::contains).count();
            int target = group.targetSize();
            if (there <= target && own.size() >= target) {
                wrongSizes.remove(group.name());
                continue;
            }
            Size size = wrongSizes.compute(
                    group.name(),
                    (name, before) -> before != null && before.registered() == there && before.target() == target
                            ? before
                            : new Size(there, target, now));
            if (there < target && size.since().plus(patience).isBefore(now)) {
                found.add(new TooSmall(group, target - there));
            }
        }
        return found;
    }

    /** The nodes that should have registered long ago. */
    Set<String> neverRegistered(Instant now) {
        var overdue = new TreeSet<String>();
        unregistered.forEach((name, since) -> {
            if (since.plus(patience).isBefore(now)) {
                overdue.add(name);
            }
        });
        return overdue;
    }

    /** Why {@code group} is left alone now; empty where it is not. */
    Optional<Failure> resting(NodeGroup group, Instant now) {
        return Optional.ofNullable(rests.get(group.name()))
                .filter(rest -> now.isBefore(rest.until()))
                .map(rest -> new Failure(rest.code(), rest.message()));
    }
}

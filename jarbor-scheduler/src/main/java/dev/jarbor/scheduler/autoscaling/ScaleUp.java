package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Which nodes are added for pods that found none. Pods that fit on nodes which are on their way wait for those. For each
 * group the others are packed, the largest first, onto as few new nodes as they need; the expander takes one of the groups,
 * whose new nodes may be divided between it and groups like it.
 *
 * @param chosen what is done; nothing where no group helps
 * @param growths how that is divided
 * @param helpless what keeps each pod from the nodes of each group that could grow, by reason
 */
record ScaleUp(Optional<Option> chosen, List<Growth> growths, Map<ObjectKey, List<String>> helpless) {
    private static final String FULL = "max node group size reached";

    /**
     * @param packed what waits; the same as before afterwards
     * @param balance whether new nodes are divided between similar groups
     */
    static ScaleUp of(
            ClusterView view, ClusterView.Packed packed, Expander expander, boolean balance, RandomGenerator random) {
        if (packed.waiting().isEmpty()) {
            return new ScaleUp(Optional.empty(), List.of(), Map.of());
        }
        var options = new ArrayList<Option>();
        var reasons = new TreeMap<ObjectKey, List<String>>();
        for (NodeGroup group : view.groups()) {
            int room = room(group);
            Optional<String> skipped = view.fleet().skipped(group);
            if (skipped.isPresent()) {
                refuse(packed.waiting(), skipped.get(), reasons);
            } else if (room <= 0) {
                refuse(packed.waiting(), FULL, reasons);
            } else {
                int all = room
                        + (balance ? similar(view, group) : List.<NodeGroup>of())
                                .stream().mapToInt(ScaleUp::room).sum();
                option(view, packed, group, all, reasons).ifPresent(options::add);
            }
        }
        Optional<Option> chosen = options.isEmpty() ? Optional.empty() : Optional.of(expander.choose(options, random));
        var helped = new TreeSet<ObjectKey>();
        options.forEach(option -> option.pods().forEach(pod -> helped.add(pod.key())));
        helped.forEach(reasons::remove);
        List<Growth> growths = chosen.map(option -> growths(view, packed.simulation(), option, balance))
                .orElse(List.of());
        return new ScaleUp(chosen, growths, reasons);
    }

    private static int room(NodeGroup group) {
        return group.maxSize() - group.targetSize();
    }

    private static void refuse(List<Pod> waiting, String why, Map<ObjectKey, List<String>> reasons) {
        waiting.forEach(pod ->
                reasons.computeIfAbsent(pod.key(), absent -> new ArrayList<>()).add(why));
    }

    private static List<NodeGroup> similar(ClusterView view, NodeGroup group) {
        return view.groups().stream()
                .filter(other -> !other.name().equals(group.name()))
                .filter(other -> view.fleet().skipped(other).isEmpty() && room(other) > 0)
                .filter(other -> SimilarNodes.areSimilar(group.template(), other.template()))
                .toList();
    }

    /** Groups take part that could take each of the pods. */
    private static List<Growth> growths(
            ClusterView view, SchedulingSimulation simulation, Option option, boolean balance) {
        var groups = new ArrayList<NodeGroup>(List.of(option.group()));
        if (balance) {
            similar(view, option.group()).stream()
                    .filter(other -> couldTake(view, simulation, other, option.pods()))
                    .forEach(groups::add);
        }
        return Growth.balanced(groups, option.count());
    }

    private static boolean couldTake(
            ClusterView view, SchedulingSimulation simulation, NodeGroup group, List<Pod> pods) {
        view.addTemplate(simulation, group, "similar-node");
        try {
            return pods.stream()
                    .allMatch(pod -> simulation.obstacles(pod, "similar-node").isEmpty());
        } finally {
            simulation.remove("similar-node");
        }
    }

    private static Optional<Option> option(
            ClusterView view,
            ClusterView.Packed packed,
            NodeGroup group,
            int room,
            Map<ObjectKey, List<String>> reasons) {
        SchedulingSimulation simulation = packed.simulation();
        Node template = group.template();
        String prefix = "template-node-for-" + group.name() + "-";
        int count = 0;
        var helped = new ArrayList<Pod>();
        for (Pod pod : largestFirst(packed.waiting(), template)) {
            if (simulation.placeOn(pod, node -> node.startsWith(prefix)).isPresent()) {
                helped.add(pod);
                continue;
            }
            String fresh = prefix + count;
            view.addTemplate(simulation, group, fresh);
            List<String> obstacles = simulation.obstacles(pod, fresh);
            if (obstacles.isEmpty() && count < room) {
                simulation.put(pod, fresh);
                helped.add(pod);
                count++;
            } else {
                simulation.remove(fresh);
                reasons.computeIfAbsent(pod.key(), absent -> new ArrayList<>())
                        .addAll(obstacles.isEmpty() ? List.of(FULL) : obstacles);
            }
        }
        for (int added = 0; added < count; added++) {
            simulation.remove(prefix + added);
        }
        if (count == 0) {
            return Optional.empty();
        }
        double used = helped.stream()
                        .mapToDouble(pod -> SchedulingSimulation.size(pod, template))
                        .sum()
                / 2;
        return Optional.of(new Option(group, count, helped, Math.max(0, 1 - used / count)));
    }

    private static List<Pod> largestFirst(List<Pod> pods, Node template) {
        return pods.stream()
                .sorted(Comparator.comparingDouble((Pod pod) -> -SchedulingSimulation.size(pod, template))
                        .thenComparing(Pod::key))
                .toList();
    }

    /** How often each reason holds, as the event of a pod says it. */
    static String message(List<String> reasons) {
        return "pod didn't trigger scale-up: "
                + reasons.stream()
                        .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(reason -> reason.getValue() + " " + reason.getKey())
                        .collect(Collectors.joining(", "));
    }
}

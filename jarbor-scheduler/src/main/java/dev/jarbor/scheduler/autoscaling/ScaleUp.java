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
 * group the others are packed, the largest first, onto as few new nodes as they need; the expander takes one of the groups.
 *
 * @param chosen what is done; nothing where no group helps
 * @param helpless what keeps each pod from the nodes of each group that could grow, by reason
 */
record ScaleUp(Optional<Option> chosen, Map<ObjectKey, List<String>> helpless) {
    private static final String FULL = "max node group size reached";

    static ScaleUp of(ClusterView view, Expander expander, RandomGenerator random) {
        SchedulingSimulation present = view.simulation(random);
        List<Pod> waiting = view.unschedulable().stream()
                .filter(pod -> present.place(pod).isEmpty())
                .toList();
        if (waiting.isEmpty()) {
            return new ScaleUp(Optional.empty(), Map.of());
        }
        var options = new ArrayList<Option>();
        var reasons = new TreeMap<ObjectKey, List<String>>();
        for (NodeGroup group : view.groups()) {
            int room = group.maxSize() - group.targetSize();
            if (room <= 0) {
                waiting.forEach(pod -> reasons.computeIfAbsent(pod.key(), absent -> new ArrayList<>())
                        .add(FULL));
            } else {
                option(view, group, waiting, room, random, reasons).ifPresent(options::add);
            }
        }
        Optional<Option> chosen = options.isEmpty() ? Optional.empty() : Optional.of(expander.choose(options, random));
        var helped = new TreeSet<ObjectKey>();
        options.forEach(option -> option.pods().forEach(pod -> helped.add(pod.key())));
        helped.forEach(reasons::remove);
        return new ScaleUp(chosen, reasons);
    }

    private static Optional<Option> option(
            ClusterView view,
            NodeGroup group,
            List<Pod> waiting,
            int room,
            RandomGenerator random,
            Map<ObjectKey, List<String>> reasons) {
        SchedulingSimulation simulation = view.simulation(random);
        Node template = group.template();
        String prefix = "template-node-for-" + group.name() + "-";
        int count = 0;
        var helped = new ArrayList<Pod>();
        for (Pod pod : largestFirst(waiting, template)) {
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

package dev.jarbor.controllers.daemonset;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.apps.v1.DaemonSetStatus;
import dev.jarbor.api.apps.v1.RollingUpdateDaemonSet;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.daemonset.DaemonPods.Fit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One pass over a DaemonSet: from a snapshot of it, the nodes and its pods to a {@link Plan}. Nodes are furnished first; the
 * rolling update takes its next step only when there is nothing else to do.
 *
 * <p>Without surge, an old pod is deleted only while less than maxUnavailable nodes lack an available pod, and its
 * successor comes when it is gone. With surge, the successor comes first, on at most maxSurge nodes at a time, and the old
 * pod goes when it is available.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/">Perform a Rolling Update on a
 *     DaemonSet</a>
 */
final class DaemonPass {
    /** How many pods one pass creates, or deletes, at most; the next pass continues. */
    static final int BURST = 250;

    /** Bound before unbound, older before younger. */
    private static final Comparator<Pod> FIRST_KEPT = Comparator.comparing(
                    (Pod pod) -> pod.spec().nodeName().isEmpty())
            .thenComparing(pod -> pod.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(Pod::name);

    private final DaemonSet set;
    private final String hash;
    private final Instant now;
    private final Map<String, Fit> fits = new TreeMap<>();
    private final Map<String, List<Pod>> byNode = new TreeMap<>();
    private final List<String> create = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();
    private final List<Pod> ended = new ArrayList<>();

    /**
     * @param create the nodes that get a pod
     * @param delete the pods that are too many, old, or where none should be
     * @param ended pods that have ended by themselves: they are deleted, too, and that is told
     * @param status what the set should say of what was found
     * @param recount after how long the status may change without a change of any pod; zero when it will not
     */
    record Plan(List<String> create, List<Pod> delete, List<Pod> ended, DaemonSetStatus status, Duration recount) {}

    /**
     * @param owned the pods of {@code set}
     * @param hash of its present revision
     */
    static Plan plan(DaemonSet set, List<Node> nodes, List<Pod> owned, String hash, Instant now) {
        return new DaemonPass(set, nodes, owned, hash, now).decide();
    }

    private DaemonPass(DaemonSet set, List<Node> nodes, List<Pod> owned, String hash, Instant now) {
        this.set = set;
        this.hash = hash;
        this.now = now;
        nodes.forEach(node -> fits.put(node.name(), DaemonPods.fit(set, node)));
        for (Pod pod : owned) {
            // One that has ended and is going is as good as gone: its place may be filled.
            if (!PodState.isFinished(pod) || !Ownership.isDeleting(pod)) {
                byNode.computeIfAbsent(DaemonPods.nodeOf(pod), node -> new ArrayList<>())
                        .add(pod);
            }
        }
        byNode.values().forEach(pods -> pods.sort(FIRST_KEPT));
    }

    private Plan decide() {
        if (!Ownership.isDeleting(set)) {
            fits.forEach(this::furnish);
            clearUnknownNodes();
            if (create.isEmpty() && delete.isEmpty() && ended.isEmpty() && isRolling()) {
                roll();
            }
        }
        return new Plan(first(create), first(delete), first(ended), status(), recount());
    }

    private static <T> List<T> first(List<T> all) {
        return List.copyOf(all.subList(0, Math.min(BURST, all.size())));
    }

    private List<Pod> on(String node) {
        return byNode.getOrDefault(node, List.of());
    }

    private void furnish(String node, Fit fit) {
        List<Pod> pods = on(node);
        if (!fit.stay()) {
            pods.stream().filter(pod -> !Ownership.isDeleting(pod)).forEach(delete::add);
            return;
        }
        if (pods.isEmpty()) {
            if (fit.run()) {
                create.add(node);
            }
            return;
        }
        pods.stream()
                .filter(pod -> PodState.isFinished(pod) && !Ownership.isDeleting(pod))
                .forEach(ended::add);
        List<Pod> running = pods.stream().filter(PodState::isActive).toList();
        if (maxSurge() == 0) {
            running.stream().skip(1).forEach(delete::add);
            return;
        }
        running.stream().filter(this::isNew).skip(1).forEach(delete::add);
        running.stream().filter(pod -> !isNew(pod)).skip(1).forEach(delete::add);
    }

    /** Pods that are meant for nodes which are not there: the nodes' end is the end of their daemons. */
    private void clearUnknownNodes() {
        byNode.forEach((node, pods) -> {
            if (!fits.containsKey(node)) {
                pods.stream()
                        .filter(pod -> pod.spec().nodeName().isEmpty() && !Ownership.isDeleting(pod))
                        .forEach(delete::add);
            }
        });
    }

    private boolean isRolling() {
        return !set.spec().updateStrategy().type().equals("OnDelete");
    }

    private void roll() {
        if (maxSurge() > 0) {
            rollBySurge();
        } else {
            rollByDeletion();
        }
    }

    private void rollByDeletion() {
        int lacking = 0;
        var broken = new ArrayList<Pod>();
        var candidates = new ArrayList<Pod>();
        for (String node : byNode.keySet()) {
            Optional<Pod> present = newPod(node);
            Optional<Pod> old = oldPod(node);
            if (present.isPresent() || old.isEmpty()) {
                lacking += present.filter(this::isAvailable).isPresent() ? 0 : 1;
            } else if (isAvailable(old.get())) {
                candidates.add(old.get());
            } else {
                // It is lacking already: to replace it costs nothing.
                broken.add(old.get());
                lacking++;
            }
        }
        delete.addAll(broken);
        candidates.stream().limit(Math.max(0, maxUnavailable() - lacking)).forEach(delete::add);
    }

    private void rollBySurge() {
        int surging = 0;
        int available = 0;
        var candidates = new ArrayList<String>();
        var sunset = new ArrayList<Pod>();
        for (String node : byNode.keySet()) {
            Optional<Pod> present = newPod(node);
            Optional<Pod> old = oldPod(node);
            boolean serves = fits.getOrDefault(node, DaemonPods.Fit.NO).run();
            available += old.or(() -> present).filter(this::isAvailable).isPresent() ? 1 : 0;
            if (old.isEmpty()) {
                continue;
            }
            boolean well = isAvailable(old.get());
            if (present.isPresent()) {
                // Counted even where the old pod goes in this pass: its deletion may still be refused.
                surging++;
                if (isAvailable(present.get()) || !PodState.isReady(old.get())) {
                    delete.add(old.get());
                }
            } else if (serves && well) {
                candidates.add(node);
            } else if (serves) {
                create.add(node);
            } else if (well) {
                sunset.add(old.get());
            } else {
                delete.add(old.get());
            }
        }
        candidates.stream().limit(Math.max(0, maxSurge() - surging)).forEach(create::add);
        // Where no successor may come, an old pod serves on until enough others do.
        sunset.stream().limit(Math.max(0, available - serving().size())).forEach(delete::add);
    }

    /** The nodes that should have a pod. */
    private List<String> serving() {
        return fits.entrySet().stream()
                .filter(entry -> entry.getValue().run())
                .map(Map.Entry::getKey)
                .toList();
    }

    private Optional<Pod> newPod(String node) {
        return on(node).stream().filter(PodState::isActive).filter(this::isNew).findFirst();
    }

    private Optional<Pod> oldPod(String node) {
        return on(node).stream()
                .filter(PodState::isActive)
                .filter(pod -> !isNew(pod))
                .findFirst();
    }

    private boolean isNew(Pod pod) {
        return DaemonPods.hashOf(pod).equals(hash);
    }

    private boolean isAvailable(Pod pod) {
        return !Ownership.isDeleting(pod)
                && PodState.isAvailable(pod, set.spec().minReadySeconds(), now);
    }

    private int maxSurge() {
        RollingUpdateDaemonSet rolling = set.spec().updateStrategy().rollingUpdate();
        return isRolling() && rolling.hasMaxSurge() ? scaled(rolling.maxSurge()) : 0;
    }

    private int maxUnavailable() {
        RollingUpdateDaemonSet rolling = set.spec().updateStrategy().rollingUpdate();
        return rolling.hasMaxUnavailable() ? scaled(rolling.maxUnavailable()) : 1;
    }

    /** Percentages are of the nodes that should have a pod, rounded up. */
    private int scaled(IntOrString wanted) {
        return wanted.scaled(serving().size(), true);
    }

    private DaemonSetStatus status() {
        int desired = 0;
        int current = 0;
        int misscheduled = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (Map.Entry<String, Fit> entry : fits.entrySet()) {
            List<Pod> pods = on(entry.getKey());
            if (!entry.getValue().run()) {
                misscheduled += pods.isEmpty() ? 0 : 1;
                continue;
            }
            desired++;
            current += pods.isEmpty() ? 0 : 1;
            // Of several pods the one that is kept first speaks for its node: while a surge goes on, the old one.
            Optional<Pod> pod = pods.stream().findFirst();
            ready += pod.filter(PodState::isReady).isPresent() ? 1 : 0;
            available += pod.filter(one -> PodState.isAvailable(one, set.spec().minReadySeconds(), now))
                            .isPresent()
                    ? 1
                    : 0;
            updated += pod.filter(this::isNew).isPresent() ? 1 : 0;
        }
        DaemonSetStatus status = set.status()
                .withDesiredNumberScheduled(desired)
                .withCurrentNumberScheduled(current)
                .withNumberMisscheduled(misscheduled)
                .withNumberReady(ready)
                .withObservedGeneration(set.metadata().generation())
                .withUpdatedNumberScheduled(updated)
                .withNumberAvailable(available)
                .withNumberUnavailable(desired - available);
        // The reference leaves these away when they are 0.
        status = updated == 0 ? status.withoutUpdatedNumberScheduled() : status;
        status = available == 0 ? status.withoutNumberAvailable() : status;
        return desired == available ? status.withoutNumberUnavailable() : status;
    }

    private Duration recount() {
        return byNode.values().stream()
                .flatMap(List::stream)
                .map(pod -> PodState.availableAt(pod, set.spec().minReadySeconds()))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .map(then -> Duration.between(now, then))
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}

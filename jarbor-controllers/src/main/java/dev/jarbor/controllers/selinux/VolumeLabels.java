package dev.jarbor.controllers.selinux;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.SELinuxOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** With which SELinux label a pod uses its volumes, and which labels go together. Pure. */
final class VolumeLabels {
    private static final String RECURSIVE = "Recursive";
    private static final String MOUNT_OPTION = "MountOption";

    private VolumeLabels() {}

    /**
     * How a pod uses a volume.
     *
     * @param label user, role, type and level with colons between; "" where the volume is labelled file by file
     * @param policy the pod's wish, as far as the volume and the label allow it
     */
    record Use(String label, String policy) {}

    /**
     * What two pods disagree in.
     *
     * @param property what it is, as the reference calls it
     * @param reason of the events that tell of it
     */
    record Conflict(String property, String reason, String own, String other) {
        /** What the pod with {@code own} is told of the other. */
        String message(String otherPod) {
            return property + " \"" + own + "\" conflicts with pod " + otherPod
                    + " that uses the same volume as this pod with "
                    + property + " \"" + other
                    + "\". If both pods land on the same node, only one of them may access the"
                    + " volume.";
        }
    }

    /** Hears of conflicts. */
    interface Listener {
        /** @param conflict what {@code pod} and {@code other} disagree in, as {@code pod} has it */
        void conflict(ObjectKey pod, Conflict conflict, ObjectKey other);
    }

    /** The labels that the containers mount {@code volume} with, each once; several do not go together in one pod. */
    static List<String> labels(Pod pod, String volume) {
        var labels = new TreeSet<String>();
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .filter(container -> container.volumeMounts().stream()
                        .anyMatch(mount -> mount.name().equals(volume)))
                .flatMap(container -> options(pod, container).stream())
                .map(VolumeLabels::label)
                .forEach(labels::add);
        return List.copyOf(labels);
    }

    /** What the container says, else what its pod says; who says nothing is labelled as the node likes. */
    private static Optional<SELinuxOptions> options(Pod pod, Container container) {
        if (container.securityContext().hasSeLinuxOptions()) {
            return Optional.of(container.securityContext().seLinuxOptions());
        }
        return pod.spec().securityContext().hasSeLinuxOptions()
                ? Optional.of(pod.spec().securityContext().seLinuxOptions())
                : Optional.empty();
    }

    private static String label(SELinuxOptions options) {
        String label = String.join(":", options.user(), options.role(), options.type(), options.level());
        return label.equals(":::") ? "" : label;
    }

    /** @param mountable whether the volume's driver can label the mount as a whole */
    static Use use(Pod pod, List<String> labels, boolean mountable) {
        String wish = pod.spec().securityContext().seLinuxChangePolicy();
        boolean whole = mountable
                && !wish.equals(RECURSIVE)
                && !labels.isEmpty()
                && !labels.getFirst().isEmpty();
        return whole ? new Use(labels.getFirst(), wish.isEmpty() ? MOUNT_OPTION : wish) : new Use("", RECURSIVE);
    }

    /** What the pod with {@code own} and another one, which uses the same volume, disagree in. */
    static List<Conflict> conflicts(Use own, Use other) {
        var conflicts = new ArrayList<Conflict>();
        if (!own.policy().equals(other.policy())) {
            conflicts.add(
                    new Conflict("SELinuxChangePolicy", "SELinuxChangePolicyConflict", own.policy(), other.policy()));
        }
        if (clash(own.label(), other.label())) {
            conflicts.add(new Conflict("SELinux label", "SELinuxLabelConflict", own.label(), other.label()));
        }
        return conflicts;
    }

    /**
     * Tells of every two pods that disagree, from either side. Pods that use the volume alike are looked at as one, so that it
     * takes as long as there are pods, conflicts, and pairs of different ways to use the volume, which are few.
     *
     * @param uses how each pod uses the volume
     */
    static void conflicts(Map<ObjectKey, Use> uses, Listener listener) {
        var alike = new LinkedHashMap<Use, List<ObjectKey>>();
        uses.forEach((pod, use) ->
                alike.computeIfAbsent(use, fresh -> new ArrayList<>()).add(pod));
        alike.forEach((own, pods) -> alike.forEach((use, others) -> {
            for (Conflict conflict : conflicts(own, use)) {
                pods.forEach(pod -> others.forEach(other -> listener.conflict(pod, conflict, other)));
            }
        }));
    }

    /** Parts that one of them leaves open are filled in by the node, and may turn out to be the same. */
    static boolean clash(String one, String other) {
        String[] parts = one.split(":", 4);
        String[] others = other.split(":", 4);
        for (int i = 0; i < Math.min(parts.length, others.length); i++) {
            if (!parts[i].isEmpty() && !others[i].isEmpty() && !parts[i].equals(others[i])) {
                return true;
            }
        }
        return false;
    }
}

package dev.jarbor.controllers.selinux;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.SELinuxOptions;
import java.util.List;
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

    /** What two pods disagree in. */
    record Conflict(String reason, String message) {}

    /** The labels that the containers mount {@code volume} with, each once; several do not go together in one pod. */
    static List<String> labels(Pod pod, String volume) {
        var labels = new TreeSet<String>();
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .filter(container -> container.volumeMounts().stream()
                        .anyMatch(mount -> mount.name().equals(volume)))
                .map(container -> label(pod, container))
                .filter(label -> !label.isEmpty())
                .forEach(labels::add);
        return List.copyOf(labels);
    }

    private static String label(Pod pod, Container container) {
        SELinuxOptions options = container.securityContext().hasSeLinuxOptions()
                ? container.securityContext().seLinuxOptions()
                : pod.spec().securityContext().seLinuxOptions();
        String label = String.join(":", options.user(), options.role(), options.type(), options.level());
        return label.equals(":::") ? "" : label;
    }

    /** @param mountable whether the volume's driver can label the mount as a whole */
    static Use use(Pod pod, List<String> labels, boolean mountable) {
        String wish = pod.spec().securityContext().seLinuxChangePolicy();
        boolean whole = mountable && !wish.equals(RECURSIVE) && !labels.isEmpty();
        return whole ? new Use(labels.getFirst(), wish.isEmpty() ? MOUNT_OPTION : wish) : new Use("", RECURSIVE);
    }

    /** What the pod with {@code own} is told of another of its namespace, which uses the same volume. */
    static List<Conflict> conflicts(Use own, Use other, String otherPod) {
        return Stream.of(
                        own.policy().equals(other.policy())
                                ? Optional.<Conflict>empty()
                                : Optional.of(conflict(
                                        "SELinuxChangePolicy",
                                        "SELinuxChangePolicyConflict",
                                        own.policy(),
                                        other.policy(),
                                        otherPod)),
                        clash(own.label(), other.label())
                                ? Optional.of(conflict(
                                        "SELinux label", "SELinuxLabelConflict", own.label(), other.label(), otherPod))
                                : Optional.<Conflict>empty())
                .flatMap(Optional::stream)
                .toList();
    }

    private static Conflict conflict(String what, String reason, String own, String other, String otherPod) {
        return new Conflict(
                reason,
                what + " \"" + own + "\" conflicts with pod " + otherPod
                        + " that uses the same volume as this pod with "
                        + what + " \"" + other
                        + "\". If both pods land on the same node, only one of them may access the"
                        + " volume.");
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

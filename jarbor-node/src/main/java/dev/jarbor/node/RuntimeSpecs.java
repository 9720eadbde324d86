package dev.jarbor.node;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.env.Expansion;
import dev.jarbor.node.pod.ContainerHash;
import dev.jarbor.node.pod.QosClass;
import dev.jarbor.node.runtime.ContainerSpec;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodIdentity;
import dev.jarbor.node.runtime.SandboxSpec;
import dev.jarbor.node.runtime.SandboxSpec.PortMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns pods and containers into what the runtime is asked for. Labels are the reference's, so that its tools find them. */
final class RuntimeSpecs {
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER_NAME = "io.kubernetes.container.name";
    static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private RuntimeSpecs() {}

    static PodIdentity identity(Pod pod) {
        return new PodIdentity(pod.namespace(), pod.name(), pod.metadata().uid());
    }

    static SandboxSpec sandbox(Pod pod, int attempt, String logFolder, NodeSettings settings) {
        var labels = new TreeMap<>(pod.metadata().labels());
        labels.putAll(labels(pod));
        List<PortMapping> ports = pod.spec().hostNetwork()
                ? List.of()
                : pod.spec().containers().stream()
                        .flatMap(container -> container.ports().stream())
                        .filter(port -> port.hostPort() > 0)
                        .map(port -> new PortMapping(
                                port.protocol().isEmpty() ? "TCP" : port.protocol(),
                                port.containerPort(),
                                port.hostPort(),
                                port.hostIP()))
                        .toList();
        var sysctls = new TreeMap<String, String>();
        pod.spec().securityContext().sysctls().forEach(sysctl -> sysctls.put(sysctl.name(), sysctl.value_()));
        return new SandboxSpec(
                identity(pod),
                attempt,
                pod.spec().hostNetwork()
                        ? ""
                        : PodNetworkFiles.hostname(pod, settings.dns().domain()),
                logFolder,
                cgroup(pod, settings.cgroupRoot()),
                "",
                PodNetworkFiles.dns(pod, settings.dns()),
                ports,
                labels,
                new TreeMap<>(pod.metadata().annotations()),
                sysctls,
                SecurityMapping.namespaces(pod),
                SecurityMapping.sandbox(pod));
    }

    static ContainerSpec container(
            Pod pod,
            Container container,
            int attempt,
            ImageRecord image,
            SortedMap<String, String> environment,
            List<ContainerSpec.Mount> mounts,
            NodeSettings settings) {
        var labels = new TreeMap<>(labels(pod));
        labels.put(CONTAINER_NAME, container.name());
        var annotations = new TreeMap<String, String>();
        annotations.put(ContainerHash.ANNOTATION, ContainerHash.of(container));
        annotations.put("io.kubernetes.container.restartCount", Integer.toString(attempt));
        annotations.put(GRACE, Long.toString(pod.spec().terminationGracePeriodSecondsOr(30)));
        return new ContainerSpec(
                container.name(),
                attempt,
                image.id(),
                container.image(),
                expanded(container.command(), environment),
                expanded(container.args(), environment),
                container.workingDir(),
                environment,
                mounts,
                labels,
                annotations,
                container.name() + "/" + attempt + ".log",
                container.stdin(),
                container.stdinOnce(),
                container.tty(),
                Resources.limits(
                        pod,
                        container,
                        settings.capacity()
                                .getOrDefault("memory", Quantity.ZERO)
                                .longValue()),
                SecurityMapping.container(pod, container),
                SecurityMapping.namespaces(pod));
    }

    private static Map<String, String> labels(Pod pod) {
        return Map.of(
                POD_NAME, pod.name(),
                POD_NAMESPACE, pod.namespace(),
                POD_UID, pod.metadata().uid());
    }

    /** Guaranteed pods stand directly below the root, the others below their class, as in the reference. */
    private static String cgroup(Pod pod, String root) {
        if (root.isEmpty()) {
            return "";
        }
        String leaf = "/pod" + pod.metadata().uid();
        return switch (QosClass.of(pod)) {
            case GUARANTEED -> root + leaf;
            case BURSTABLE -> root + "/burstable" + leaf;
            case BEST_EFFORT -> root + "/besteffort" + leaf;
        };
    }

    private static List<String> expanded(List<String> words, Map<String, String> environment) {
        return words.stream()
                .map(word -> Expansion.expand(word, name -> Optional.ofNullable(environment.get(name))))
                .toList();
    }
}

package dev.jarbor.node.runtime;

import java.util.List;
import java.util.Map;

/**
 * How a container is to be made.
 *
 * @param attempt the restart count
 * @param image the present image's id
 * @param imageName the name it was asked by
 * @param command replaces the image's entrypoint; empty for the image's own
 * @param args replaces the image's command; empty for the image's own
 * @param logPath relative to the sandbox's log directory
 */
public record ContainerSpec(
        String name,
        int attempt,
        String image,
        String imageName,
        List<String> command,
        List<String> args,
        String workingDirectory,
        Map<String, String> environment,
        List<Mount> mounts,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean tty,
        Limits limits,
        Security security,
        SandboxSpec.Namespaces namespaces) {

    /** A file or folder of the host inside the container. */
    public record Mount(String containerPath, String hostPath, boolean readOnly, Propagation propagation) {}

    /** Whether mounts made later are seen on the other side. */
    public enum Propagation {
        NONE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }

    /**
     * What the container may use.
     *
     * @param cpuShares weight, 1024 a core
     * @param cpuQuota microseconds of processor time a period; 0 for no limit
     * @param cpuPeriod microseconds
     * @param memory bytes; 0 for no limit
     * @param askedMemory bytes that the container asked for; nothing enforces them
     * @param oomScore -1000 (never killed for want of memory) to 1000 (first)
     */
    public record Limits(long cpuShares, long cpuQuota, long cpuPeriod, long memory, long askedMemory, int oomScore) {
        public static final Limits NONE = new Limits(0, 0, 0, 0, 0, 1000);
    }
}

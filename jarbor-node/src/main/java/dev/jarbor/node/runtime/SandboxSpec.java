package dev.jarbor.node.runtime;

import java.util.List;
import java.util.Map;

/**
 * How a sandbox is to be made.
 *
 * @param logDirectory where its containers' logs go; "" where the runtime keeps none
 * @param cgroupParent the control group of the pod, such as {@code /jarbor/burstable/pod123}; "" for the runtime's own
 * @param runtimeHandler the handler of the pod's RuntimeClass; "" for the default
 */
public record SandboxSpec(
        PodIdentity pod,
        int attempt,
        String hostname,
        String logDirectory,
        String cgroupParent,
        String runtimeHandler,
        DnsSettings dns,
        List<PortMapping> ports,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, String> sysctls,
        Namespaces namespaces,
        Security security) {

    /** The content of resolv.conf; all empty means the host's own. */
    public record DnsSettings(List<String> servers, List<String> searches, List<String> options) {
        public static final DnsSettings HOST = new DnsSettings(List.of(), List.of(), List.of());
    }

    /** A port of the pod that is reachable at a port of the host; {@code protocol} is TCP, UDP or SCTP. */
    public record PortMapping(String protocol, int containerPort, int hostPort, String hostIp) {}

    /** Which namespaces the pod shares with the host, and whether its containers share one process namespace. */
    public record Namespaces(boolean hostNetwork, boolean hostPid, boolean hostIpc, boolean sharedProcesses) {}
}

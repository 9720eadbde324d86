package dev.jarbor.node.cri;

import dev.jarbor.node.cri.proto.AuthConfig;
import dev.jarbor.node.cri.proto.Capability;
import dev.jarbor.node.cri.proto.ContainerConfig;
import dev.jarbor.node.cri.proto.ContainerMetadata;
import dev.jarbor.node.cri.proto.DNSConfig;
import dev.jarbor.node.cri.proto.ImageSpec;
import dev.jarbor.node.cri.proto.Int64Value;
import dev.jarbor.node.cri.proto.KeyValue;
import dev.jarbor.node.cri.proto.LinuxContainerConfig;
import dev.jarbor.node.cri.proto.LinuxContainerResources;
import dev.jarbor.node.cri.proto.LinuxContainerSecurityContext;
import dev.jarbor.node.cri.proto.LinuxPodSandboxConfig;
import dev.jarbor.node.cri.proto.LinuxSandboxSecurityContext;
import dev.jarbor.node.cri.proto.Mount;
import dev.jarbor.node.cri.proto.MountPropagation;
import dev.jarbor.node.cri.proto.NamespaceMode;
import dev.jarbor.node.cri.proto.NamespaceOption;
import dev.jarbor.node.cri.proto.PodSandboxConfig;
import dev.jarbor.node.cri.proto.PodSandboxMetadata;
import dev.jarbor.node.cri.proto.PortMapping;
import dev.jarbor.node.cri.proto.Protocol;
import dev.jarbor.node.cri.proto.SecurityProfile;
import dev.jarbor.node.runtime.ContainerSpec;
import dev.jarbor.node.runtime.RegistryCredentials;
import dev.jarbor.node.runtime.SandboxSpec;
import dev.jarbor.node.runtime.Security;
import java.util.List;
import java.util.Map;

/** Writes specs as the messages of the CRI. */
final class CriRequests {
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private CriRequests() {}

    static PodSandboxConfig sandbox(SandboxSpec spec, Map<String, String> ownLabels) {
        var linux = LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(spec.cgroupParent())
                .putAllSysctls(spec.sysctls())
                .setSecurityContext(sandboxSecurity(spec));
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(spec.pod().name())
                        .setNamespace(spec.pod().namespace())
                        .setUid(spec.pod().uid())
                        .setAttempt(spec.attempt()))
                .setHostname(spec.hostname())
                .setLogDirectory(spec.logDirectory())
                .putAllLabels(spec.labels())
                .putAllLabels(ownLabels)
                .putAllAnnotations(spec.annotations())
                .setLinux(linux);
        var dns = spec.dns();
        if (!dns.equals(SandboxSpec.DnsSettings.HOST)) {
            config.setDnsConfig(DNSConfig.newBuilder()
                    .addAllServers(dns.servers())
                    .addAllSearches(dns.searches())
                    .addAllOptions(dns.options()));
        }
        spec.ports()
                .forEach(port -> config.addPortMappings(PortMapping.newBuilder()
                        .setProtocol(
                                switch (port.protocol()) {
                                    case "UDP" -> Protocol.UDP;
                                    case "SCTP" -> Protocol.SCTP;
                                    default -> Protocol.TCP;
                                })
                        .setContainerPort(port.containerPort())
                        .setHostPort(port.hostPort())
                        .setHostIp(port.hostIp())));
        return config.build();
    }

    private static LinuxSandboxSecurityContext sandboxSecurity(SandboxSpec spec) {
        Security security = spec.security();
        var context = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(spec.namespaces()))
                .addAllSupplementalGroups(security.supplementalGroups())
                .setPrivileged(security.privileged())
                .setSeccomp(seccomp(security.seccomp()));
        security.userIfSet().ifPresent(user -> context.setRunAsUser(number(user)));
        security.groupIfSet().ifPresent(group -> context.setRunAsGroup(number(group)));
        return context.build();
    }

    static ContainerConfig container(ContainerSpec spec, Map<String, String> ownLabels) {
        var config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(spec.name()).setAttempt(spec.attempt()))
                .setImage(ImageSpec.newBuilder().setImage(spec.image()))
                .addAllCommand(spec.command())
                .addAllArgs(spec.args())
                .setWorkingDir(spec.workingDirectory())
                .putAllLabels(spec.labels())
                .putAllLabels(ownLabels)
                .putAllAnnotations(spec.annotations())
                .setLogPath(spec.logPath())
                .setStdin(spec.stdin())
                .setStdinOnce(spec.stdinOnce())
                .setTty(spec.tty());
        spec.environment()
                .forEach((name, value) ->
                        config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(value)));
        spec.mounts()
                .forEach(mount -> config.addMounts(Mount.newBuilder()
                        .setContainerPath(mount.containerPath())
                        .setHostPath(mount.hostPath())
                        .setReadonly(mount.readOnly())
                        .setPropagation(
                                switch (mount.propagation()) {
                                    case NONE -> MountPropagation.PROPAGATION_PRIVATE;
                                    case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                                    case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                                })));
        var limits = spec.limits();
        config.setLinux(LinuxContainerConfig.newBuilder()
                .setResources(LinuxContainerResources.newBuilder()
                        .setCpuShares(limits.cpuShares())
                        .setCpuQuota(limits.cpuQuota())
                        .setCpuPeriod(limits.cpuPeriod())
                        .setMemoryLimitInBytes(limits.memory())
                        .setOomScoreAdj(limits.oomScore()))
                .setSecurityContext(containerSecurity(spec)));
        return config.build();
    }

    private static LinuxContainerSecurityContext containerSecurity(ContainerSpec spec) {
        Security security = spec.security();
        var context = LinuxContainerSecurityContext.newBuilder()
                .setPrivileged(security.privileged())
                .setNamespaceOptions(namespaces(spec.namespaces()))
                .setReadonlyRootfs(security.readOnlyRoot())
                .addAllSupplementalGroups(security.supplementalGroups())
                .setNoNewPrivs(security.noNewPrivileges())
                .setSeccomp(seccomp(security.seccomp()))
                .setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(security.addCapabilities())
                        .addAllDropCapabilities(security.dropCapabilities()));
        if (!security.privileged() && !security.unmaskedProc()) {
            context.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        security.userIfSet().ifPresent(user -> context.setRunAsUser(number(user)));
        security.groupIfSet().ifPresent(group -> context.setRunAsGroup(number(group)));
        return context.build();
    }

    /** The interface's own default is to share process namespaces; Kubernetes' is not to. */
    private static NamespaceOption namespaces(SandboxSpec.Namespaces namespaces) {
        return NamespaceOption.newBuilder()
                .setNetwork(namespaces.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(
                        namespaces.hostPid()
                                ? NamespaceMode.NODE
                                : namespaces.sharedProcesses() ? NamespaceMode.POD : NamespaceMode.CONTAINER)
                .setIpc(namespaces.hostIpc() ? NamespaceMode.NODE : NamespaceMode.POD)
                .build();
    }

    private static SecurityProfile seccomp(Security.Seccomp seccomp) {
        return SecurityProfile.newBuilder()
                .setProfileType(
                        switch (seccomp.mode()) {
                            case RUNTIME_DEFAULT -> SecurityProfile.ProfileType.RuntimeDefault;
                            case UNCONFINED -> SecurityProfile.ProfileType.Unconfined;
                            case LOCALHOST -> SecurityProfile.ProfileType.Localhost;
                        })
                .setLocalhostRef(seccomp.localProfile())
                .build();
    }

    static AuthConfig auth(RegistryCredentials credentials) {
        return AuthConfig.newBuilder()
                .setUsername(credentials.username())
                .setPassword(credentials.password())
                .setIdentityToken(credentials.identityToken())
                .build();
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }
}

package dev.jarbor.server.kinds.pod;

import java.util.List;

/** How the reference's structs of security settings print, for {@link dev.jarbor.server.kinds.rules.Internal}. */
final class SecurityShapes {
    static final List<String> CONTAINER = List.of(
            "Capabilities",
            "Privileged",
            "SELinuxOptions",
            "WindowsOptions",
            "RunAsUser",
            "RunAsGroup",
            "RunAsNonRoot",
            "ReadOnlyRootFilesystem",
            "AllowPrivilegeEscalation",
            "ProcMount",
            "SeccompProfile",
            "AppArmorProfile");

    static final List<String> SECCOMP = List.of("Type=\"\"", "LocalhostProfile");

    private SecurityShapes() {}
}

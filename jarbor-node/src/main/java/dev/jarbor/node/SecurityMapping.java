package dev.jarbor.node;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSecurityContext;
import dev.jarbor.api.core.v1.SeccompProfile;
import dev.jarbor.api.core.v1.SecurityContext;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.SandboxSpec;
import dev.jarbor.node.runtime.Security;
import dev.jarbor.node.runtime.Security.Mode;
import dev.jarbor.node.runtime.Security.Seccomp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a pod's and a container's security contexts come to; the container's own wins. */
final class SecurityMapping {
    private SecurityMapping() {}

    static Security sandbox(Pod pod) {
        PodSecurityContext context = pod.spec().securityContext();
        boolean privileged = pod.spec().containers().stream()
                .anyMatch(one -> one.securityContext().privileged());
        return new Security(
                context.runAsUserOr(-1),
                context.runAsGroupOr(-1),
                groups(context),
                privileged,
                false,
                false,
                List.of(),
                List.of(),
                context.hasSeccompProfile() ? seccomp(context.seccompProfile()) : Seccomp.RUNTIME_DEFAULT,
                false);
    }

    static Security container(Pod pod, Container container) {
        PodSecurityContext shared = pod.spec().securityContext();
        SecurityContext own = container.securityContext();
        Seccomp seccomp = own.hasSeccompProfile()
                ? seccomp(own.seccompProfile())
                : shared.hasSeccompProfile() ? seccomp(shared.seccompProfile()) : Seccomp.UNCONFINED;
        return new Security(
                own.runAsUserOr(shared.runAsUserOr(-1)),
                own.runAsGroupOr(shared.runAsGroupOr(-1)),
                groups(shared),
                own.privileged(),
                own.readOnlyRootFilesystem(),
                !own.allowPrivilegeEscalationOr(true),
                own.capabilities().add(),
                own.capabilities().drop(),
                own.privileged() ? Seccomp.UNCONFINED : seccomp,
                own.procMount().equals("Unmasked"));
    }

    /** Why a container that must not run as root would; empty where all is well. */
    static Optional<String> rootRefusal(Pod pod, Container container, ImageRecord image) {
        SecurityContext own = container.securityContext();
        PodSecurityContext shared = pod.spec().securityContext();
        if (!own.runAsNonRootOr(shared.runAsNonRoot())) {
            return Optional.empty();
        }
        String where = " (pod: \"" + pod.name() + "_" + pod.namespace() + "("
                + pod.metadata().uid() + ")\", container: " + container.name() + ")";
        long asked = own.runAsUserOr(shared.runAsUserOr(-1));
        if (asked > 0 || (asked < 0 && image.user() > 0)) {
            return Optional.empty();
        }
        if (asked == 0) {
            return Optional.of("container's runAsUser breaks non-root policy" + where);
        }
        return Optional.of(
                image.userName().isEmpty()
                        ? "container has runAsNonRoot and image will run as root" + where
                        : "container has runAsNonRoot and image has non-numeric user (" + image.userName()
                                + "), cannot verify user is non-root" + where);
    }

    static SandboxSpec.Namespaces namespaces(Pod pod) {
        return new SandboxSpec.Namespaces(
                pod.spec().hostNetwork(),
                pod.spec().hostPID(),
                pod.spec().hostIPC(),
                pod.spec().shareProcessNamespace());
    }

    private static List<Long> groups(PodSecurityContext context) {
        var groups = new ArrayList<Long>(context.supplementalGroups());
        if (context.hasFsGroup() && !groups.contains(context.fsGroup())) {
            groups.add(context.fsGroup());
        }
        return groups;
    }

    private static Seccomp seccomp(SeccompProfile profile) {
        return switch (profile.type()) {
            case "RuntimeDefault" -> Seccomp.RUNTIME_DEFAULT;
            case "Localhost" -> new Seccomp(Mode.LOCALHOST, profile.localhostProfile());
            default -> Seccomp.UNCONFINED;
        };
    }
}

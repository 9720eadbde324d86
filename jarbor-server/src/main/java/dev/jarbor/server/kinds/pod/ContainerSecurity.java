package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.List;

/**
 * What a container may do to its node.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/">Configure a Security Context
 *     for a Pod or Container</a>
 */
final class ContainerSecurity {
    private static final List<String> PROC_MOUNTS = List.of("Default", "Unmasked");
    private static final long MOST_ID = Integer.MAX_VALUE;

    private ContainerSecurity() {}

    static void check(ObjectValue container, boolean hostUsers, FieldPath at, Checks checks) {
        ObjectValue security = container.object("securityContext");
        if (security.isEmpty()) {
            return;
        }
        id(security, "runAsUser", at, checks);
        id(security, "runAsGroup", at, checks);
        if (security.has("procMount")) {
            String mount = security.string("procMount");
            if (!PROC_MOUNTS.contains(mount)) {
                checks.notSupported(at.child("procMount"), mount, PROC_MOUNTS);
            }
            if (hostUsers && mount.equals("Unmasked")) {
                checks.invalid(at.child("procMount"), mount, "`hostUsers` must be false to use `Unmasked`");
            }
        }
        Profiles.seccomp(security, at.child("seccompProfile"), checks);
        if (security.has("allowPrivilegeEscalation") && !security.bool("allowPrivilegeEscalation")) {
            noEscalation(security, at, checks);
        }
        WindowsOptions.check(security, at.child("windowsOptions"), checks);
        Profiles.appArmor(security, at.child("appArmorProfile"), checks);
    }

    private static void noEscalation(ObjectValue security, FieldPath at, Checks checks) {
        if (security.bool("privileged")) {
            checks.add(Internal.invalid(
                    at,
                    security,
                    SecurityShapes.CONTAINER,
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
        }
        for (String capability : security.object("capabilities").list("add").strings()) {
            if (capability.equals("CAP_SYS_ADMIN")) {
                checks.add(Internal.invalid(
                        at,
                        security,
                        SecurityShapes.CONTAINER,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
            }
        }
    }

    /** A user's or group's number, where one is given. */
    static void id(ObjectValue security, String field, FieldPath at, Checks checks) {
        if (security.has(field)) {
            id(security.integer(field), at.child(field), checks);
        }
    }

    static void id(long id, FieldPath at, Checks checks) {
        if (id < 0 || id > MOST_ID) {
            checks.invalid(at, id, "must be between 0 and 2147483647, inclusive");
        }
    }
}

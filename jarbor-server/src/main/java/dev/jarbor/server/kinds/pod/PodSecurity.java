package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/**
 * What holds for all containers of a pod.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/">Configure a Security Context
 *     for a Pod or Container</a>
 */
final class PodSecurity {
    private PodSecurity() {}

    static void check(PodSpecs.Context context, FieldPath at, Checks checks) {
        ObjectValue spec = context.spec();
        ObjectValue security = spec.object("securityContext");
        ContainerSecurity.id(security, "fsGroup", at, checks);
        ContainerSecurity.id(security, "runAsUser", at, checks);
        ContainerSecurity.id(security, "runAsGroup", at, checks);
        ListValue groups = security.list("supplementalGroups");
        for (int i = 0; i < groups.size(); i++) {
            long group = groups.get(i) instanceof IntegerValue(long number) ? number : 0;
            ContainerSecurity.id(group, at.child("supplementalGroups").index(i), checks);
        }
        if (spec.bool("shareProcessNamespace") && spec.bool("hostPID")) {
            checks.invalid(
                    at.child("shareProcessNamespace"),
                    BooleanValue.TRUE,
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        if (security.isEmpty()) {
            return;
        }
        Sysctls.check(spec, context.leniency(), at.child("sysctls"), checks);
        one(security, "fsGroupChangePolicy", List.of("Always", "OnRootMismatch"), at, checks);
        Profiles.seccomp(security, at.child("seccompProfile"), checks);
        WindowsOptions.check(security, at.child("windowsOptions"), checks);
        Profiles.appArmor(security, at.child("appArmorProfile"), checks);
        one(security, "supplementalGroupsPolicy", List.of("Merge", "Strict"), at, checks);
        one(
                security,
                "seLinuxChangePolicy",
                context.leniency().seLinuxPolicies() ? List.of("MountOption", "Recursive") : List.of("Recursive"),
                at,
                checks);
    }

    private static void one(ObjectValue security, String field, List<String> supported, FieldPath at, Checks checks) {
        if (security.has(field) && !supported.contains(security.string(field))) {
            checks.notSupported(at.child(field), security.string(field), supported);
        }
    }
}

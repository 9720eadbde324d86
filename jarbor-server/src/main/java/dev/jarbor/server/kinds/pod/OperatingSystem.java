package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/**
 * A pod that says its operating system may not use what that system does not have.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/#pod-os">Pod OS</a>
 */
final class OperatingSystem {
    private static final String NOT_ON_WINDOWS = "cannot be set for a windows pod";
    private static final String NOT_ON_LINUX = "windows options cannot be set for a linux pod";

    private static final List<String> LINUX_CONTAINER = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup");

    private OperatingSystem() {}

    static void check(ObjectValue spec, FieldPath at, Checks checks) {
        if (!spec.has("os")) {
            return;
        }
        String name = spec.object("os").string("name");
        switch (name) {
            case "linux" -> linux(spec, at, checks);
            case "windows" -> windows(spec, at, checks);
            case "" -> checks.required(at.child("os").child("name"));
            default -> checks.notSupported(at.child("os"), name, List.of("linux", "windows"));
        }
    }

    private static void linux(ObjectValue spec, FieldPath at, Checks checks) {
        if (spec.object("securityContext").has("windowsOptions")) {
            checks.forbidden(at.child("securityContext").child("windowsOptions"), NOT_ON_LINUX);
        }
        Containers.each(spec, at, (container, here) -> {
            if (container.object("securityContext").has("windowsOptions")) {
                checks.forbidden(here.child("securityContext").child("windowsOptions"), NOT_ON_LINUX);
            }
        });
    }

    private static void windows(ObjectValue spec, FieldPath at, Checks checks) {
        ObjectValue security = spec.object("securityContext");
        FieldPath inside = at.child("securityContext");
        unset(security, List.of("appArmorProfile", "seLinuxOptions"), inside, checks);
        unset(spec, List.of("hostUsers"), at, checks);
        for (String field : List.of("hostPID", "hostIPC")) {
            if (spec.bool(field)) {
                checks.forbidden(at.child(field), NOT_ON_WINDOWS);
            }
        }
        unset(security, List.of("seccompProfile", "fsGroup", "fsGroupChangePolicy"), inside, checks);
        if (!security.list("sysctls").isEmpty()) {
            checks.forbidden(inside.child("sysctls"), NOT_ON_WINDOWS);
        }
        unset(spec, List.of("shareProcessNamespace"), at, checks);
        unset(
                security,
                List.of(
                        "runAsUser",
                        "runAsGroup",
                        "supplementalGroups",
                        "supplementalGroupsPolicy",
                        "seLinuxChangePolicy"),
                inside,
                checks);
        Containers.each(
                spec,
                at,
                (container, here) -> unset(
                        container.object("securityContext"), LINUX_CONTAINER, here.child("securityContext"), checks));
    }

    private static void unset(ObjectValue object, List<String> fields, FieldPath at, Checks checks) {
        for (String field : fields) {
            if (object.has(field)) {
                checks.forbidden(at.child(field), NOT_ON_WINDOWS);
            }
        }
    }
}

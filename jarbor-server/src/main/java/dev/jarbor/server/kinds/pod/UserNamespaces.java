package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;

/**
 * A pod with users of its own shares no other namespace with the host.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/">User Namespaces</a>
 */
final class UserNamespaces {
    private static final String NOT_OWN_USERS = "when `hostUsers` is false";

    private UserNamespaces() {}

    static void check(PodSpecs.Context context, FieldPath at, Checks checks) {
        ObjectValue spec = context.spec();
        if (context.hostUsers()) {
            return;
        }
        if (spec.bool("hostNetwork") && !context.leniency().userNamespaceOnHostNetwork()) {
            checks.forbidden(at.child("hostNetwork"), NOT_OWN_USERS);
        }
        // The reference writes these two with a capital.
        if (spec.bool("hostPID")) {
            checks.forbidden(at.child("HostPID"), NOT_OWN_USERS);
        }
        if (spec.bool("hostIPC")) {
            checks.forbidden(at.child("HostIPC"), NOT_OWN_USERS);
        }
        if (!context.leniency().userNamespaceDevices()) {
            Containers.each(spec, at, (container, here) -> {
                if (!container.list("volumeDevices").isEmpty()) {
                    checks.forbidden(here.child("volumeDevices"), NOT_OWN_USERS);
                }
            });
        }
    }
}

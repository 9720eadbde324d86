package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Kernel parameters of a pod; only those of a namespace that the pod has for itself.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/">Using sysctls in a Kubernetes
 *     Cluster</a>
 */
final class Sysctls {
    private static final int LONGEST = 253;
    private static final String FORMAT = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    private static final Set<String> OF_IPC = Set.of(
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced",
            "kernel.shm",
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.msg");

    private Sysctls() {}

    static void check(ObjectValue spec, Leniency leniency, FieldPath at, Checks checks) {
        List<ObjectValue> sysctls =
                spec.object("securityContext").list("sysctls").objects();
        var seen = new HashSet<String>();
        for (int i = 0; i < sysctls.size(); i++) {
            String name = sysctls.get(i).string("name");
            FieldPath here = at.index(i).child("name");
            if (name.isEmpty()) {
                checks.required(here);
            } else if (!isName(name)) {
                checks.invalid(here, name, "must have at most " + LONGEST + " characters and match regex " + FORMAT);
            } else if (seen.contains(name)) {
                checks.duplicate(here, name);
            }
            if (!leniency.hostSysctls()) {
                String namespace = ofHost(name, spec);
                if (!namespace.isEmpty()) {
                    checks.invalid(here, name, "may not be specified when '" + namespace + "' is true");
                }
            }
            seen.add(name);
        }
    }

    static boolean anyOfHost(ObjectValue spec) {
        for (ObjectValue sysctl : spec.object("securityContext").list("sysctls").objects()) {
            if (!ofHost(sysctl.string("name"), spec).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The field of the spec by which the parameter's namespace is the host's; "" where it is not. */
    private static String ofHost(String sysctl, ObjectValue spec) {
        String name = dotted(sysctl);
        int star = name.indexOf('*');
        name = star < 0 ? name : name.substring(0, star);
        if (name.startsWith("net.")) {
            return spec.bool("hostNetwork") ? "hostNetwork" : "";
        }
        boolean ipc = OF_IPC.contains(name) || name.startsWith("fs.mqueue.");
        return ipc && spec.bool("hostIPC") ? "hostIPC" : "";
    }

    /** Names may be written with slashes; which of the two comes first is the separator, and the other is swapped. */
    private static String dotted(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        if (slash < 0 || (dot >= 0 && dot < slash)) {
            return name;
        }
        var swapped = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            swapped.append(c == '.' ? '/' : c == '/' ? '.' : c);
        }
        return swapped.toString();
    }

    /** Segments of lower case letters and digits, with dashes and underscores inside, between dots and slashes. */
    private static boolean isName(String name) {
        if (name.length() > LONGEST) {
            return false;
        }
        boolean edge = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean separator = c == '.' || c == '/';
            boolean inner = c == '-' || c == '_';
            boolean last = i + 1 == name.length() || name.charAt(i + 1) == '.' || name.charAt(i + 1) == '/';
            if (!plain && !separator && !inner) {
                return false;
            }
            if ((edge || (last && !separator)) && !plain) {
                return false;
            }
            edge = separator;
        }
        return !edge;
    }
}

package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What no ordinary pod needs: ways around the walls between it and its node.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline">Baseline</a>
 */
final class BaselineChecks {
    private static final Set<String> CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private BaselineChecks() {}

    static Optional<Check.Violation> hostNamespaces(ObjectValue metadata, ObjectValue spec) {
        List<String> used = List.of("hostNetwork", "hostPID", "hostIPC").stream()
                .filter(spec::bool)
                .map(field -> field + "=true")
                .toList();
        return Check.when(!used.isEmpty(), "host namespaces", String.join(", ", used));
    }

    static Optional<Check.Violation> privileged(ObjectValue metadata, ObjectValue spec) {
        List<String> bad = Containers.names(
                spec, container -> Containers.security(container).bool("privileged"));
        return Check.when(
                !bad.isEmpty(),
                "privileged",
                Check.named("container", bad) + " must not set securityContext.privileged=true");
    }

    static Optional<Check.Violation> capabilities(ObjectValue metadata, ObjectValue spec) {
        return Capabilities.added(spec, CAPABILITIES)
                .map(detail -> new Check.Violation("non-default capabilities", detail));
    }

    static Optional<Check.Violation> hostPathVolumes(ObjectValue metadata, ObjectValue spec) {
        List<String> bad = spec.list("volumes").objects().stream()
                .filter(volume -> volume.has("hostPath"))
                .map(volume -> volume.string("name"))
                .toList();
        return Check.when(!bad.isEmpty(), "hostPath volumes", Check.named("volume", bad));
    }

    static Optional<Check.Violation> hostPorts(ObjectValue metadata, ObjectValue spec) {
        var ports = new TreeSet<String>();
        var bad = new ArrayList<String>();
        for (ObjectValue container : Containers.of(spec)) {
            List<String> own = container.list("ports").objects().stream()
                    .map(port -> port.integer("hostPort"))
                    .filter(port -> port != 0)
                    .map(port -> Long.toString(port))
                    .toList();
            ports.addAll(own);
            if (!own.isEmpty()) {
                bad.add(container.string("name"));
            }
        }
        return Check.when(
                !bad.isEmpty(),
                "hostPort",
                Check.named("container", bad)
                        + (bad.size() == 1 ? " uses " : " use ")
                        + (ports.size() == 1 ? "hostPort " : "hostPorts ")
                        + String.join(", ", ports));
    }

    static Optional<Check.Violation> hostProbes(ObjectValue metadata, ObjectValue spec) {
        var hosts = new TreeSet<String>();
        var bad = new TreeSet<String>();
        for (ObjectValue container : Containers.of(spec)) {
            ObjectValue lifecycle = container.object("lifecycle");
            for (ObjectValue handler : List.of(
                    container.object("livenessProbe"),
                    container.object("readinessProbe"),
                    container.object("startupProbe"),
                    lifecycle.object("postStart"),
                    lifecycle.object("preStop"))) {
                for (String action : List.of("httpGet", "tcpSocket")) {
                    String host = handler.object(action).string("host");
                    if (!host.isEmpty()) {
                        hosts.add(host);
                        bad.add(container.string("name"));
                    }
                }
            }
        }
        return Check.when(
                !bad.isEmpty(),
                "probe or lifecycle host",
                Check.named("container", List.copyOf(bad))
                        + (bad.size() == 1 ? " uses " : " use ")
                        + Check.named("probe or lifecycle host", List.copyOf(hosts)));
    }

    /** The mask over /proc stays, also in a user namespace. */
    static Optional<Check.Violation> procMount(ObjectValue metadata, ObjectValue spec) {
        var mounts = new TreeSet<String>();
        List<String> bad = Containers.names(spec, container -> {
            String mount = Containers.security(container).string("procMount");
            boolean other = !mount.isEmpty() && !mount.equals("Default");
            if (other) {
                mounts.add(mount);
            }
            return other;
        });
        return Check.when(
                !bad.isEmpty(),
                "procMount",
                Check.named("container", bad) + " must not set securityContext.procMount to "
                        + Check.quoted(List.copyOf(mounts)));
    }

    static Optional<Check.Violation> windowsHostProcess(ObjectValue metadata, ObjectValue spec) {
        String setters = Containers.setters(
                spec, security -> security.object("windowsOptions").bool("hostProcess"));
        return Check.when(
                !setters.isEmpty(),
                "hostProcess",
                setters + " must not set securityContext.windowsOptions.hostProcess=true");
    }

    /** @param allowed the sysctls that only reach the pod itself, as a version knew them */
    static Check sysctls(Set<String> allowed) {
        return (metadata, spec) -> {
            List<String> bad = Containers.security(spec).list("sysctls").objects().stream()
                    .map(sysctl -> sysctl.string("name"))
                    .filter(name -> !allowed.contains(name))
                    .toList();
            return Check.when(!bad.isEmpty(), "forbidden sysctls", String.join(", ", bad));
        };
    }

    /** @param types the SELinux types that keep a container confined, as a version knew them */
    static Check seLinuxOptions(Set<String> types) {
        return (metadata, spec) -> {
            var badTypes = new TreeSet<String>();
            var badFields = new TreeSet<String>();
            String setters = Containers.setters(spec, security -> {
                ObjectValue options = security.object("seLinuxOptions");
                boolean type = !options.string("type").isEmpty() && !types.contains(options.string("type"));
                if (type) {
                    badTypes.add(options.string("type"));
                }
                boolean user = !options.string("user").isEmpty();
                boolean role = !options.string("role").isEmpty();
                if (user) {
                    badFields.add("user");
                }
                if (role) {
                    badFields.add("role");
                }
                return type || user || role;
            });
            var data = new ArrayList<String>();
            if (!badTypes.isEmpty()) {
                data.add(Check.named("type", List.copyOf(badTypes)));
            }
            for (String field : List.of("user", "role")) {
                if (badFields.contains(field)) {
                    data.add(field + " may not be set");
                }
            }
            return Check.when(
                    !setters.isEmpty(),
                    "seLinuxOptions",
                    setters + " set forbidden securityContext.seLinuxOptions: " + String.join("; ", data));
        };
    }
}

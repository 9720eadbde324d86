package dev.jarbor.server.admission.podsecurity;

import static dev.jarbor.server.admission.podsecurity.RestrictedChecks.exceptInUserNamespace;
import static dev.jarbor.server.admission.podsecurity.RestrictedChecks.exceptOnWindows;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The Pod Security Standards with their history: which checks belong to which level, and in which version each was
 * tightened or loosened.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
final class Standards {
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_27 = with(SYSCTLS, "net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_29 = with(
            SYSCTLS_27,
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_32 = with(SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

    private static final Set<String> SE_LINUX = Set.of("container_t", "container_init_t", "container_kvm_t");
    private static final Set<String> SE_LINUX_31 = with(SE_LINUX, "container_engine_t");

    /**
     * A control through the versions.
     *
     * @param level where it begins to matter
     * @param revisions its checks, by the minor version from which each holds
     * @param replaces the control of the level below that is not asked where this one is
     */
    private record Control(Level level, NavigableMap<Integer, Check> revisions, String replaces) {
        Optional<Check> at(int minor) {
            return Optional.ofNullable(revisions.floorEntry(minor)).map(Map.Entry::getValue);
        }
    }

    /** By name, which is also the order of what is reported. */
    private static final Map<String, Control> CONTROLS = controls();

    /** What "latest" means: the last version that changed anything. */
    private static final int LAST = CONTROLS.values().stream()
            .mapToInt(control -> control.revisions().lastKey())
            .max()
            .orElse(0);

    private Standards() {}

    private static Map<String, Control> controls() {
        var all = new TreeMap<String, Control>();
        baseline(all, "hostNamespaces", Map.of(0, BaselineChecks::hostNamespaces));
        baseline(all, "privileged", Map.of(0, BaselineChecks::privileged));
        baseline(all, "capabilities_baseline", Map.of(0, BaselineChecks::capabilities));
        baseline(all, "hostPathVolumes", Map.of(0, BaselineChecks::hostPathVolumes));
        baseline(all, "hostPorts", Map.of(0, BaselineChecks::hostPorts));
        baseline(all, "hostProbesAndHostLifecycle", Map.of(34, BaselineChecks::hostProbes));
        baseline(all, "appArmorProfile", Map.of(0, ProfileChecks::appArmor));
        baseline(
                all,
                "seLinuxOptions",
                Map.of(0, BaselineChecks.seLinuxOptions(SE_LINUX), 31, BaselineChecks.seLinuxOptions(SE_LINUX_31)));
        baseline(
                all,
                "procMount",
                Map.of(0, BaselineChecks::procMount, 35, exceptInUserNamespace(BaselineChecks::procMount)));
        baseline(
                all,
                "seccompProfile_baseline",
                Map.of(0, ProfileChecks::seccompAnnotations, 19, ProfileChecks::seccomp));
        baseline(
                all,
                "sysctls",
                Map.of(
                        0, BaselineChecks.sysctls(SYSCTLS),
                        27, BaselineChecks.sysctls(SYSCTLS_27),
                        29, BaselineChecks.sysctls(SYSCTLS_29),
                        32, BaselineChecks.sysctls(SYSCTLS_32)));
        baseline(all, "windowsHostProcess", Map.of(0, BaselineChecks::windowsHostProcess));
        restricted(all, "restrictedVolumes", Map.of(0, RestrictedChecks::volumes), "hostPathVolumes");
        restricted(
                all,
                "allowPrivilegeEscalation",
                Map.of(
                        8,
                        RestrictedChecks::privilegeEscalation,
                        25,
                        exceptOnWindows(RestrictedChecks::privilegeEscalation)),
                "");
        restricted(
                all,
                "runAsNonRoot",
                Map.of(0, RestrictedChecks::runAsNonRoot, 35, exceptInUserNamespace(RestrictedChecks::runAsNonRoot)),
                "");
        restricted(
                all,
                "runAsUser",
                Map.of(23, RestrictedChecks::runAsUser, 35, exceptInUserNamespace(RestrictedChecks::runAsUser)),
                "");
        restricted(
                all,
                "seccompProfile_restricted",
                Map.of(19, ProfileChecks::seccompRequired, 25, exceptOnWindows(ProfileChecks::seccompRequired)),
                "seccompProfile_baseline");
        restricted(
                all,
                "capabilities_restricted",
                Map.of(22, RestrictedChecks::capabilities, 25, exceptOnWindows(RestrictedChecks::capabilities)),
                "capabilities_baseline");
        restricted(all, "procMount_restricted", Map.of(35, BaselineChecks::procMount), "procMount");
        return all;
    }

    private static void baseline(Map<String, Control> all, String name, Map<Integer, Check> revisions) {
        all.put(name, new Control(Level.BASELINE, new TreeMap<>(revisions), ""));
    }

    private static void restricted(
            Map<String, Control> all, String name, Map<Integer, Check> revisions, String replaces) {
        all.put(name, new Control(Level.RESTRICTED, new TreeMap<>(revisions), replaces));
    }

    private static Set<String> with(Set<String> known, String... more) {
        var all = new HashSet<>(known);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    /** What a pod does against {@code standard}: baseline before restricted, each by the name of the control. */
    static List<Check.Violation> violations(Standard standard, ObjectValue metadata, ObjectValue spec) {
        int minor = Math.min(standard.version().minor(), LAST);
        var replaced = new HashSet<String>();
        if (standard.level() == Level.RESTRICTED) {
            CONTROLS.values().stream()
                    .filter(control -> control.at(minor).isPresent())
                    .forEach(control -> replaced.add(control.replaces()));
        }
        var violations = new ArrayList<Check.Violation>();
        for (Level level : List.of(Level.BASELINE, Level.RESTRICTED)) {
            CONTROLS.forEach((name, control) -> {
                boolean asked =
                        control.level() == level && level.compareTo(standard.level()) <= 0 && !replaced.contains(name);
                if (asked) {
                    control.at(minor).flatMap(check -> check.of(metadata, spec)).ifPresent(violations::add);
                }
            });
        }
        return violations;
    }
}

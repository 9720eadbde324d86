package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * What a cluster's owner decides about Pod Security.
 *
 * @param defaults for namespaces whose labels say nothing
 * @param users whose pods are not looked at
 * @param runtimeClasses whose pods are not looked at
 * @param namespaces whose pods are not looked at
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/">Enforce
 *     Pod Security Standards by configuring the built-in admission controller</a>
 */
public record PodSecuritySettings(
        Policy defaults, List<String> users, List<String> runtimeClasses, List<String> namespaces) {
    public PodSecuritySettings {
        users = List.copyOf(users);
        runtimeClasses = List.copyOf(runtimeClasses);
        namespaces = List.copyOf(namespaces);
    }

    /**
     * Reads a PodSecurityConfiguration of pod-security.admission.config.k8s.io/v1; an empty one means the defaults.
     *
     * @throws IllegalArgumentException where it names an unknown level or version
     */
    public static PodSecuritySettings read(ObjectValue configuration) {
        ObjectValue defaults = configuration.object("defaults");
        ObjectValue exemptions = configuration.object("exemptions");
        return new PodSecuritySettings(
                new Policy(standard(defaults, "enforce"), standard(defaults, "audit"), standard(defaults, "warn")),
                exemptions.list("usernames").strings(),
                exemptions.list("runtimeClasses").strings(),
                exemptions.list("namespaces").strings());
    }

    private static Standard standard(ObjectValue defaults, String mode) {
        String level = defaults.string(mode);
        String version = defaults.string(mode + "-version");
        return new Standard(
                level.isEmpty() ? Level.PRIVILEGED : Level.parse(level).orElseThrow(() -> unknown(mode, level)),
                version.isEmpty()
                        ? Version.LATEST
                        : Version.parse(version).orElseThrow(() -> unknown(mode + "-version", version)));
    }

    private static IllegalArgumentException unknown(String field, String value) {
        return new IllegalArgumentException("PodSecurity: defaults." + field + ": Invalid value: \"" + value + "\"");
    }
}

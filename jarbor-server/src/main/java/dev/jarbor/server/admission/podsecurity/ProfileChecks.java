package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which profiles of seccomp and AppArmor a pod may run under: those of the runtime, and the node's own. */
final class ProfileChecks {
    private static final Set<String> TYPES = Set.of("RuntimeDefault", "Localhost");
    private static final String POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private ProfileChecks() {}

    static Optional<Check.Violation> appArmor(ObjectValue metadata, ObjectValue spec) {
        var types = new TreeSet<String>();
        String setters = Containers.setters(spec, security -> isBad(security, "appArmorProfile", types));
        var values = new ArrayList<>(types);
        ObjectValue annotations = metadata.object("annotations");
        List<String> bad = annotations.names().stream()
                .filter(name -> name.startsWith(APP_ARMOR) && !isKnownAppArmor(annotations.string(name)))
                .map(name -> name + "=\"" + annotations.string(name) + "\"")
                .toList();
        values.addAll(bad);
        if (!bad.isEmpty()) {
            setters += (setters.isEmpty() ? "" : " and ") + (bad.size() == 1 ? "annotation" : "annotations");
        }
        return Check.when(
                !setters.isEmpty(),
                values.size() == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
                setters + " must not set AppArmor profile type to " + Check.quoted(values));
    }

    private static boolean isKnownAppArmor(String profile) {
        return profile.isEmpty() || profile.equals("runtime/default") || profile.startsWith("localhost/");
    }

    private static boolean isBad(ObjectValue security, String field, Set<String> badTypes) {
        if (!security.has(field)) {
            return false;
        }
        String type = security.object(field).string("type");
        boolean bad = !TYPES.contains(type);
        if (bad) {
            badTypes.add(type);
        }
        return bad;
    }

    /** Before version 1.19, profiles were annotations. */
    static Optional<Check.Violation> seccompAnnotations(ObjectValue metadata, ObjectValue spec) {
        ObjectValue annotations = metadata.object("annotations");
        var names = new ArrayList<String>();
        names.add(POD);
        Containers.of(spec).forEach(container -> names.add(CONTAINER + container.string("name")));
        var bad = new TreeSet<String>();
        names.stream()
                .filter(name -> annotations.has(name) && !isKnownSeccomp(annotations.string(name)))
                .forEach(name -> bad.add(name + "=\"" + annotations.string(name) + "\""));
        return Check.when(
                !bad.isEmpty(),
                "seccompProfile",
                "forbidden annotation" + (bad.size() == 1 ? " " : "s ") + String.join(", ", bad));
    }

    private static boolean isKnownSeccomp(String profile) {
        return profile.equals("runtime/default")
                || profile.equals("docker/default")
                || profile.startsWith("localhost/");
    }

    static Optional<Check.Violation> seccomp(ObjectValue metadata, ObjectValue spec) {
        var types = new TreeSet<String>();
        String setters = Containers.setters(spec, security -> isBad(security, "seccompProfile", types));
        return Check.when(
                !setters.isEmpty(),
                "seccompProfile",
                setters + " must not set securityContext.seccompProfile.type to " + Check.quoted(List.copyOf(types)));
    }

    /** Beyond {@link #seccomp}: every container runs under a profile that it or the pod names. */
    static Optional<Check.Violation> seccompRequired(ObjectValue metadata, ObjectValue spec) {
        Optional<Check.Violation> bad = seccomp(metadata, spec);
        if (bad.isPresent() || Containers.security(spec).has("seccompProfile")) {
            return bad;
        }
        List<String> silent = Containers.names(
                spec, container -> !Containers.security(container).has("seccompProfile"));
        return Check.when(
                !silent.isEmpty(),
                "seccompProfile",
                "pod or " + Check.named("container", silent)
                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }
}

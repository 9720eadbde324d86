package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pod does that is as confined as it can be.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted">Restricted</a>
 */
final class RestrictedChecks {
    private static final Set<String> VOLUMES = Set.of(
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private static final List<String> OTHER_VOLUMES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "gitRepo",
            "nfs",
            "iscsi",
            "glusterfs",
            "rbd",
            "flexVolume",
            "cinder",
            "cephfs",
            "flocker",
            "fc",
            "azureFile",
            "vsphereVolume",
            "quobyte",
            "azureDisk",
            "photonPersistentDisk",
            "portworxVolume",
            "scaleIO",
            "storageos");

    private RestrictedChecks() {}

    static Optional<Check.Violation> volumes(ObjectValue metadata, ObjectValue spec) {
        var types = new TreeSet<String>();
        var bad = new ArrayList<String>();
        for (ObjectValue volume : spec.list("volumes").objects()) {
            if (VOLUMES.stream().noneMatch(volume::has)) {
                bad.add(volume.string("name"));
                types.add(OTHER_VOLUMES.stream().filter(volume::has).findFirst().orElse("unknown"));
            }
        }
        return Check.when(
                !bad.isEmpty(),
                "restricted volume types",
                Check.named("volume", bad)
                        + (bad.size() == 1 ? " uses " : " use ")
                        + Check.named("restricted volume type", List.copyOf(types)));
    }

    static Optional<Check.Violation> privilegeEscalation(ObjectValue metadata, ObjectValue spec) {
        List<String> bad = Containers.names(spec, container -> {
            ObjectValue security = Containers.security(container);
            return !security.has("allowPrivilegeEscalation") || security.bool("allowPrivilegeEscalation");
        });
        return Check.when(
                !bad.isEmpty(),
                "allowPrivilegeEscalation != false",
                Check.named("container", bad) + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static Optional<Check.Violation> runAsNonRoot(ObjectValue metadata, ObjectValue spec) {
        String field = "runAsNonRoot";
        String setters = Containers.setters(spec, security -> security.has(field) && !security.bool(field));
        if (!setters.isEmpty()) {
            return Optional.of(new Check.Violation(
                    "runAsNonRoot != true", setters + " must not set securityContext.runAsNonRoot=false"));
        }
        List<String> silent = Containers.security(spec).bool(field)
                ? List.of()
                : Containers.names(
                        spec, container -> !Containers.security(container).has(field));
        return Check.when(
                !silent.isEmpty(),
                "runAsNonRoot != true",
                "pod or " + Check.named("container", silent) + " must set securityContext.runAsNonRoot=true");
    }

    static Optional<Check.Violation> runAsUser(ObjectValue metadata, ObjectValue spec) {
        String setters =
                Containers.setters(spec, security -> security.has("runAsUser") && security.integer("runAsUser") == 0);
        return Check.when(!setters.isEmpty(), "runAsUser=0", setters + " must not set runAsUser=0");
    }

    static Optional<Check.Violation> capabilities(ObjectValue metadata, ObjectValue spec) {
        var details = new ArrayList<String>();
        List<String> keeping = Containers.names(
                spec,
                container -> !Capabilities.of(container).list("drop").strings().contains("ALL"));
        if (!keeping.isEmpty()) {
            details.add(Check.named("container", keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        Capabilities.added(spec, Set.of("NET_BIND_SERVICE")).ifPresent(details::add);
        return Check.when(!details.isEmpty(), "unrestricted capabilities", String.join("; ", details));
    }

    /** Windows knows none of this: pods that say they are for it are spared. */
    static Check exceptOnWindows(Check check) {
        return (metadata, spec) ->
                spec.object("os").string("name").equals("windows") ? Optional.empty() : check.of(metadata, spec);
    }

    /** In a namespace of users of its own, the pod's root is nobody on the node. */
    static Check exceptInUserNamespace(Check check) {
        return (metadata, spec) ->
                spec.has("hostUsers") && !spec.bool("hostUsers") ? Optional.empty() : check.of(metadata, spec);
    }
}

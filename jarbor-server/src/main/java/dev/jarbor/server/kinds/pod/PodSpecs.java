package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pod's spec must look like, in a pod and in every template of one; here is the order, the parts are beside it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod</a>
 */
public final class PodSpecs {
    /**
     * What the parts of one spec need to know of each other.
     *
     * @param spec the whole spec
     * @param volumes sources of the volumes that are in order, by name
     * @param claims names of the claims for devices
     * @param leniency what is let pass
     */
    record Context(ObjectValue spec, Map<String, ObjectValue> volumes, Set<String> claims, Leniency leniency) {
        boolean neverRestarts() {
            return spec.string("restartPolicy").equals("Never");
        }

        /** Whether containers share the host's user namespace, which is the default. */
        boolean hostUsers() {
            return !spec.has("hostUsers") || spec.bool("hostUsers");
        }

        boolean isWindows() {
            return spec.object("os").string("name").equals("windows");
        }
    }

    private PodSpecs() {}

    /** @param metadata of the pod; empty for a template */
    static void check(ObjectValue spec, ObjectValue metadata, Leniency leniency, FieldPath at, Checks checks) {
        if (!spec.has("terminationGracePeriodSeconds")) {
            checks.required(at.child("terminationGracePeriodSeconds"));
        }
        Map<String, ObjectValue> volumes =
                Volumes.check(spec.list("volumes").objects(), metadata, leniency, at.child("volumes"), checks);
        var context = new Context(spec, volumes, claimNames(spec), leniency);
        DeviceClaims.check(spec, metadata, at.child("resourceClaims"), checks);
        Containers.check(context, at, checks);
        PodResources.check(context, at.child("resources"), checks);
        hostPorts(context, at.child("containers"), checks);
        checks.oneOf(spec, "restartPolicy", at, "Always", "OnFailure", "Never");
        checks.oneOf(spec, "dnsPolicy", at, "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        checks.labels(spec.object("nodeSelector"), at.child("nodeSelector"));
        PodSecurity.check(context, at.child("securityContext"), checks);
        Affinity.check(spec.object("affinity"), leniency, at.child("affinity"), checks);
        Dns.config(spec, at.child("dnsConfig"), checks);
        gates(spec, at, checks);
        SpreadConstraints.check(spec, leniency, at.child("topologySpreadConstraints"), checks);
        WindowsOptions.hostProcess(spec, at, checks);
        UserNamespaces.check(context, at, checks);
        Dns.hostnameOverride(spec, at.child("hostnameOverride"), checks);
        names(spec, at, checks);
        deadline(spec, at.child("activeDeadlineSeconds"), checks);
        label(spec, "hostname", at, checks);
        label(spec, "subdomain", at, checks);
        Tolerations.check(spec.list("tolerations").objects(), leniency, at.child("tolerations"), checks);
        Dns.hostAliases(spec, at.child("hostAliases"), checks);
        subdomain(spec, "priorityClassName", at, checks);
        if (spec.has("runtimeClassName")) {
            checks.dnsSubdomain(spec.string("runtimeClassName"), at.child("runtimeClassName"));
        }
        if (spec.has("preemptionPolicy")) {
            checks.oneOf(spec, "preemptionPolicy", at, "PreemptLowerPriority", "Never");
        }
        if (spec.has("overhead")) {
            ObjectValue overhead = ObjectValue.of("limits", spec.valueOrNull("overhead"));
            Requirements.ofContainer(overhead, Set.of(), leniency, at.child("overhead"), checks);
        }
        OperatingSystem.check(spec, at, checks);
        Environment.fileVolumes(spec, at, checks);
    }

    private static Set<String> claimNames(ObjectValue spec) {
        List<ObjectValue> claims = spec.list("resourceClaims").objects();
        if (claims.isEmpty()) {
            return Set.of();
        }
        var names = new TreeSet<String>();
        claims.forEach(claim -> names.add(claim.string("name")));
        names.remove("");
        return names;
    }

    /** On the host's network a container port is the host's port; a template may leave that to the pod's defaults. */
    private static void hostPorts(Context context, FieldPath at, Checks checks) {
        if (!context.spec().bool("hostNetwork")) {
            return;
        }
        List<ObjectValue> containers = context.spec().list("containers").objects();
        for (int i = 0; i < containers.size(); i++) {
            List<ObjectValue> ports = containers.get(i).list("ports").objects();
            for (int j = 0; j < ports.size(); j++) {
                long port = ports.get(j).integer("hostPort");
                boolean asked = context.leniency().pod() || port != 0;
                if (asked && port != ports.get(j).integer("containerPort")) {
                    checks.invalid(
                            at.index(i).child("ports").index(j).child("hostPort"),
                            port,
                            "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private static void gates(ObjectValue spec, FieldPath at, Checks checks) {
        List<ObjectValue> readiness = spec.list("readinessGates").objects();
        for (int i = 0; i < readiness.size(); i++) {
            checks.qualifiedName(
                    readiness.get(i).string("conditionType"),
                    at.child("readinessGates").index(i).child("conditionType"));
        }
        List<ObjectValue> scheduling = spec.list("schedulingGates").objects();
        var seen = new HashSet<String>();
        for (int i = 0; i < scheduling.size(); i++) {
            String name = scheduling.get(i).string("name");
            FieldPath here = at.child("schedulingGates").index(i);
            checks.qualifiedName(name, here);
            if (!seen.add(name)) {
                checks.duplicate(here, name);
            }
        }
    }

    private static void names(ObjectValue spec, FieldPath at, Checks checks) {
        subdomain(spec, "serviceAccountName", at, checks);
        subdomain(spec, "nodeName", at, checks);
    }

    private static void subdomain(ObjectValue spec, String field, FieldPath at, Checks checks) {
        String name = spec.string(field);
        if (!name.isEmpty()) {
            checks.problems(at.child(field), name, Names.dnsSubdomain(name));
        }
    }

    private static void label(ObjectValue spec, String field, FieldPath at, Checks checks) {
        String name = spec.string(field);
        if (!name.isEmpty()) {
            checks.dnsLabel(name, at.child(field));
        }
    }

    private static void deadline(ObjectValue spec, FieldPath at, Checks checks) {
        long seconds = spec.integer("activeDeadlineSeconds");
        if (spec.has("activeDeadlineSeconds") && (seconds < 1 || seconds > Integer.MAX_VALUE)) {
            checks.invalid(at, seconds, "must be between 1 and 2147483647, inclusive");
        }
    }
}

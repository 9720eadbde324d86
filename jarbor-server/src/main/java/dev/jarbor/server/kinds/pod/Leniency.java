package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.ResourceNames;
import java.util.List;

/**
 * What is let pass because the object had it already when a rule was made stricter: an update must not fail for what it
 * does not change. A new object gets none of it.
 *
 * @param pod whether a pod itself is checked, not a template of one
 * @param deletionCost a deletion cost that is no number
 * @param selectorValues values in selectors of pod affinities that are no label values
 * @param nodeValues values in required node affinities that are no label values
 * @param partialPages amounts that are no multiple of their huge page
 * @param spreadSelectors malformed selectors of spread constraints
 * @param spreadKeys keys that a spread constraint's selector names as well
 * @param tokenPaths token paths that lead out of their volume
 * @param hostSysctls kernel parameters of a namespace that is the host's
 * @param userNamespaceOnHostNetwork a user namespace together with the host's network
 * @param userNamespaceDevices a user namespace together with raw block devices
 * @param numericTolerations tolerations that compare numbers
 * @param seLinuxPolicies policies other than Recursive
 * @param initRestartOnResize init containers that restart on resize
 */
public record Leniency(
        boolean pod,
        boolean deletionCost,
        boolean selectorValues,
        boolean nodeValues,
        boolean partialPages,
        boolean spreadSelectors,
        boolean spreadKeys,
        boolean tokenPaths,
        boolean hostSysctls,
        boolean userNamespaceOnHostNetwork,
        boolean userNamespaceDevices,
        boolean numericTolerations,
        boolean seLinuxPolicies,
        boolean initRestartOnResize) {

    /** For new templates. */
    public static final Leniency TEMPLATE = strict(false);

    /** For new pods. */
    public static final Leniency POD = strict(true);

    private static Leniency strict(boolean pod) {
        return new Leniency(
                pod, false, false, false, false, false, false, false, false, false, false, false, false, false);
    }

    /** For an update of a pod, or of an object with a template, that was {@code before}: its metadata and spec. */
    public static Leniency after(ObjectValue before, boolean pod) {
        ObjectValue spec = before.object("spec");
        boolean hostNetwork = spec.bool("hostNetwork");
        boolean userNamespace = spec.has("hostUsers") && !spec.bool("hostUsers");
        return new Leniency(
                pod,
                !PodAnnotations.isDeletionCost(before.object("metadata").object("annotations")),
                hasBadSelector(spec),
                hasBadNodeValue(spec),
                hasPartialPages(spec),
                hasBadSpreadSelector(spec),
                hasBadSpreadKeys(spec),
                Projections.hasForeignTokenPath(spec),
                Sysctls.anyOfHost(spec),
                hostNetwork && userNamespace,
                userNamespace && Containers.any(spec, container -> container.has("volumeDevices")),
                Tolerations.anyNumeric(spec),
                spec.object("securityContext").has("seLinuxChangePolicy"),
                hasInitRestartOnResize(spec));
    }

    private static boolean hasBadSelector(ObjectValue spec) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            ObjectValue affinity = spec.object("affinity").object(kind);
            for (ObjectValue term : affinity.list("requiredDuringSchedulingIgnoredDuringExecution")
                    .objects()) {
                if (isBadTerm(term)) {
                    return true;
                }
            }
            for (ObjectValue term : affinity.list("preferredDuringSchedulingIgnoredDuringExecution")
                    .objects()) {
                if (isBadTerm(term.object("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isBadTerm(ObjectValue term) {
        return !LabelSelectors.isValid(term.object("labelSelector"))
                || !LabelSelectors.isValid(term.object("namespaceSelector"));
    }

    private static boolean hasBadNodeValue(ObjectValue spec) {
        ObjectValue required =
                spec.object("affinity").object("nodeAffinity").object("requiredDuringSchedulingIgnoredDuringExecution");
        for (ObjectValue term : required.list("nodeSelectorTerms").objects()) {
            for (ObjectValue expression : term.list("matchExpressions").objects()) {
                for (String value : expression.list("values").strings()) {
                    if (!Labels.value(value).isEmpty()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hasPartialPages(ObjectValue spec) {
        return isPartial(spec.object("overhead"))
                || Containers.any(spec, container -> {
                    ObjectValue resources = container.object("resources");
                    return isPartial(resources.object("limits")) || isPartial(resources.object("requests"));
                });
    }

    private static boolean isPartial(ObjectValue amounts) {
        for (int i = 0; i < amounts.size(); i++) {
            if (ResourceNames.isHugePages(amounts.name(i))
                    && !ResourceNames.isDivisible(amounts.name(i), Quantity.read(amounts.value(i)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasBadSpreadSelector(ObjectValue spec) {
        return spec.list("topologySpreadConstraints").objects().stream()
                .anyMatch(constraint -> !LabelSelectors.isValid(constraint.object("labelSelector")));
    }

    private static boolean hasBadSpreadKeys(ObjectValue spec) {
        var checks = new Checks();
        for (ObjectValue constraint : spec.list("topologySpreadConstraints").objects()) {
            MatchLabelKeys.check(constraint, FieldPath.NONE, checks);
        }
        return !checks.isEmpty();
    }

    private static boolean hasInitRestartOnResize(ObjectValue spec) {
        return spec.list("initContainers").objects().stream()
                .filter(container -> !Containers.isSidecar(container))
                .flatMap(container -> container.list("resizePolicy").objects().stream())
                .anyMatch(policy -> policy.string("restartPolicy").equals("RestartContainer"));
    }
}

package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Edits;

/**
 * Fields that the API has, and that the reference leaves out of what it stores because their features are off unless an
 * administrator turns them on.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/">Feature Gates</a>
 */
public final class DisabledFields {
    private DisabledFields() {}

    /** The spec of a pod without them. */
    static ObjectValue dropped(ObjectValue spec) {
        ObjectValue kept = spec.without("schedulingGroup");
        kept = Edits.each(
                kept,
                "volumes",
                volume -> Edits.inside(
                        volume,
                        "projected",
                        projected -> Edits.each(
                                projected,
                                "sources",
                                source -> source.without("clusterTrustBundle").without("podCertificate"))));
        for (String list : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
            kept = Edits.each(kept, list, DisabledFields::container);
        }
        return kept;
    }

    /** The object under {@code template}, as Deployments and their like hold one, without them. */
    public static ObjectValue ofTemplate(ObjectValue spec) {
        return Edits.inside(spec, "template", template -> Edits.inside(template, "spec", DisabledFields::dropped));
    }

    private static ObjectValue container(ObjectValue container) {
        if (!container.object("lifecycle").has("stopSignal")) {
            return container;
        }
        ObjectValue lifecycle = container.object("lifecycle").without("stopSignal");
        return lifecycle.isEmpty() ? container.without("lifecycle") : container.with("lifecycle", lifecycle);
    }
}

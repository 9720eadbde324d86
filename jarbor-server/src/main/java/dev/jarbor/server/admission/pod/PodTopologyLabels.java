package dev.jarbor.server.admission.pod;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.List;

/**
 * Gives a pod the zone and region of the node that it is bound to, as labels, so that its containers may read them.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podtopologylabels">PodTopologyLabels</a>
 */
public final class PodTopologyLabels implements Admission {
    private static final List<String> LABELS = List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    @Override
    public ObjectValue mutate(Review review) {
        if (review.operation() != Operation.CREATE || !review.resource().is("", "pods")) {
            return review.object();
        }
        return switch (review.subresource()) {
            case "" -> labelled(review, review.object().object("spec").string("nodeName"));
            case "binding" -> {
                ObjectValue target = review.object().object("target");
                boolean node = List.of("", "Node").contains(target.string("kind"));
                yield node ? labelled(review, target.string("name")) : review.object();
            }
            default -> review.object();
        };
    }

    private static ObjectValue labelled(Review review, String node) {
        ObjectValue known = review.now()
                .get("nodes", ObjectKey.cluster(node))
                .orElse(ObjectValue.EMPTY)
                .object("metadata")
                .object("labels");
        ObjectValue labels = review.object().object("metadata").object("labels");
        ObjectValue changed = labels;
        for (String label : LABELS) {
            changed = known.has(label) ? changed.with(label, known.string(label)) : changed;
        }
        ObjectValue all = changed;
        return all.equals(labels)
                ? review.object()
                : review.object().update("metadata", metadata -> metadata.with("labels", all));
    }
}

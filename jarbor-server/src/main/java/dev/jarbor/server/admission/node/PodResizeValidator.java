package dev.jarbor.server.admission.node;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.quota.PodAmounts;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod on a node is resized only to what the node could ever give it, and on Linux alone.
 *
 * @see <a href="https://kep.k8s.io/1287">KEP-1287: in-place update of pod resources</a>
 */
public final class PodResizeValidator implements Admission {
    @Override
    public void validate(Review review) {
        if (!BoundPods.isChanged(review) || !review.subresource().equals("resize")) {
            return;
        }
        ObjectValue node = BoundPods.node(review);
        Usage wanted = PodAmounts.requests(review.object().without("status"));
        Usage given = Usage.read(node.object("status").object("allocatable"));
        List<String> missing = new ArrayList<>();
        if (wanted.of("cpu").compareTo(given.of("cpu")) > 0) {
            missing.add("cpu, requested: " + wanted.of("cpu").milliValue() + ", allocatable: "
                    + given.of("cpu").milliValue());
        }
        if (wanted.of("memory").compareTo(given.of("memory")) > 0) {
            missing.add("memory, requested: " + wanted.of("memory").longValue() + ", allocatable: "
                    + given.of("memory").longValue());
        }
        if (!missing.isEmpty()) {
            throw Refusal.forbidden(
                    review, "Node didn't have enough allocatable resources: " + String.join("; ", missing));
        }
        String system = node.object("metadata").object("labels").string("kubernetes.io/os");
        if (!system.equals("linux")) {
            throw Refusal.forbidden(
                    review,
                    "pod resize is only supported on linux nodes, node "
                            + GoText.quote(node.object("metadata").string("name")) + " is " + GoText.quote(system));
        }
    }
}

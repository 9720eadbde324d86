package dev.jarbor.server.admission.node;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A pod on a node is changed only in ways that the node says it can follow, in {@code status.declaredFeatures}
 * (NodeDeclaredFeatureValidator).
 *
 * @see <a href="https://kep.k8s.io/5328">KEP-5328: node declared features</a>
 */
public final class NodeDeclaredFeatures implements Admission {
    @Override
    public void validate(Review review) {
        if (!BoundPods.isChanged(review) || !List.of("", "resize").contains(review.subresource())) {
            return;
        }
        var needed = needed(review.before(), review.object());
        if (needed.isEmpty()) {
            return;
        }
        ObjectValue node = BoundPods.node(review);
        needed.removeAll(node.object("status").list("declaredFeatures").strings());
        if (!needed.isEmpty()) {
            throw Refusal.forbidden(
                    review,
                    "pod update requires features " + String.join(", ", needed) + " which are not available on node "
                            + GoText.quote(node.object("metadata").string("name")));
        }
    }

    private static SortedSet<String> needed(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        var needed = new TreeSet<String>();
        boolean guaranteed = before.object("status").string("qosClass").equals("Guaranteed");
        if (guaranteed && changes(old, spec, "containers", NodeDeclaredFeatures::cpu)) {
            needed.add("GuaranteedQoSPodCPUResize");
        }
        if (!old.object("resources").equals(spec.object("resources"))) {
            needed.add("InPlacePodLevelResourcesVerticalScaling");
        }
        if (changes(old, spec, "initContainers", NodeDeclaredFeatures::resourcesAtStart)) {
            needed.add("InPlacePodVerticalScalingInitContainers");
        }
        return needed;
    }

    private interface Part {
        Object of(ObjectValue container);
    }

    private static boolean changes(ObjectValue old, ObjectValue spec, String list, Part part) {
        List<ObjectValue> before = old.list(list).objects();
        List<ObjectValue> after = spec.list(list).objects();
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            if (!part.of(before.get(i)).equals(part.of(after.get(i)))) {
                return true;
            }
        }
        return false;
    }

    private static Object cpu(ObjectValue container) {
        return Usage.read(container.object("resources").object("requests")).of("cpu");
    }

    /** What an init container asks for that ends before the others start. */
    private static Object resourcesAtStart(ObjectValue container) {
        return container.string("restartPolicy").equals("Always") ? "" : container.object("resources");
    }
}

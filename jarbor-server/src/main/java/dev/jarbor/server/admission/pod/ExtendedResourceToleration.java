package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import java.util.List;
import java.util.TreeSet;

/**
 * A pod that asks for an extended resource tolerates the taint that keeps others off the nodes that have it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration">ExtendedResourceToleration</a>
 */
public final class ExtendedResourceToleration implements Admission {
    @Override
    public ObjectValue mutate(Review review) {
        if (!PodSpecs.writesPod(review)) {
            return review.object();
        }
        ObjectValue spec = review.object().object("spec");
        var resources = new TreeSet<String>();
        for (String list : List.of("containers", "initContainers")) {
            spec.list(list)
                    .objects()
                    .forEach(container -> container.object("resources").object("requests").names().stream()
                            .filter(ExtendedResourceToleration::isExtended)
                            .forEach(resources::add));
        }
        ListValue tolerations = spec.list("tolerations");
        for (String resource : resources) {
            tolerations = Tolerations.with(
                    tolerations,
                    ObjectValue.EMPTY
                            .with("key", resource)
                            .with("operator", "Exists")
                            .with("effect", "NoSchedule"));
        }
        return resources.isEmpty()
                ? review.object()
                : review.object().with("spec", spec.with("tolerations", tolerations));
    }

    private static boolean isExtended(String name) {
        return name.indexOf('/') > 0 && !name.contains("kubernetes.io/") && !name.startsWith("requests.");
    }
}

package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;

/**
 * Pods may keep others off their node, and off nothing larger.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#limitpodhardantiaffinitytopology">LimitPodHardAntiAffinityTopology</a>
 */
public final class LimitPodHardAntiAffinityTopology implements Admission {
    private static final String HOST = "kubernetes.io/hostname";

    @Override
    public void validate(Review review) {
        if (!PodSpecs.writesPod(review)) {
            return;
        }
        ObjectValue antiAffinity =
                review.object().object("spec").object("affinity").object("podAntiAffinity");
        for (ObjectValue term : antiAffinity
                .list("requiredDuringSchedulingIgnoredDuringExecution")
                .objects()) {
            if (!term.string("topologyKey").equals(HOST)) {
                throw Refusal.forbidden(
                        review,
                        "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey "
                                + term.string("topologyKey") + " but only key " + HOST + " is allowed");
            }
        }
    }
}

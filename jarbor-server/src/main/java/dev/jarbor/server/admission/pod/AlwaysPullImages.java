package dev.jarbor.server.admission.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes every image be pulled anew, so that nobody uses what others were allowed to pull before.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwayspullimages">AlwaysPullImages</a>
 */
public final class AlwaysPullImages implements Admission {
    private static final String POLICY = "imagePullPolicy";
    private static final String ALWAYS = "Always";
    private static final List<String> LISTS = List.of("initContainers", "containers", "ephemeralContainers");

    @Override
    public ObjectValue mutate(Review review) {
        if (!concerns(review)) {
            return review.object();
        }
        return review.object().update("spec", spec -> {
            ObjectValue changed = spec;
            for (String list : LISTS) {
                changed = PodSpecs.each(changed, list, container -> container.with(POLICY, ALWAYS));
            }
            return PodSpecs.each(
                    changed,
                    "volumes",
                    volume -> volume.has("image")
                            ? volume.update("image", image -> image.with("pullPolicy", ALWAYS))
                            : volume);
        });
    }

    @Override
    public void validate(Review review) {
        if (!concerns(review)) {
            return;
        }
        var errors = new ArrayList<FieldError>();
        for (String list : LISTS) {
            List<ObjectValue> containers =
                    review.object().object("spec").list(list).objects();
            for (int i = 0; i < containers.size(); i++) {
                String policy = containers.get(i).string(POLICY);
                if (!policy.equals(ALWAYS)) {
                    FieldPath path = FieldPath.of("spec", list).index(i).child(POLICY);
                    errors.add(FieldError.notSupported(path, policy, List.of(ALWAYS)));
                }
            }
        }
        if (!errors.isEmpty()) {
            throw Refusal.forbidden(review, FieldError.aggregate(errors));
        }
    }

    /** An update that brings no image that the pod did not have already is none of ours. */
    private static boolean concerns(Review review) {
        if (!PodSpecs.writesPod(review)) {
            return false;
        }
        return review.operation() == Operation.CREATE
                || !images(review.before()).containsAll(images(review.object()));
    }

    private static Set<String> images(ObjectValue pod) {
        var images = new TreeSet<String>();
        PodSpecs.containers(pod.object("spec")).forEach(container -> images.add(container.string("image")));
        return images;
    }
}

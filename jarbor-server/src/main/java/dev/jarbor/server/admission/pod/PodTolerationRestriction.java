package dev.jarbor.server.admission.pod;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.quota.PodAmounts;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import java.util.Set;

/**
 * The tolerations that a namespace gives its pods, and those that they may have at all.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podtolerationrestriction">PodTolerationRestriction</a>
 */
public final class PodTolerationRestriction implements Admission {
    private static final String DEFAULTS = "scheduler.alpha.kubernetes.io/defaultTolerations";
    private static final String ALLOWED = "scheduler.alpha.kubernetes.io/tolerationsWhitelist";
    private static final ObjectValue MEMORY_PRESSURE = ObjectValue.EMPTY
            .with("key", "node.kubernetes.io/memory-pressure")
            .with("operator", "Exists")
            .with("effect", "NoSchedule");

    private final ListValue defaults;
    private final ListValue allowed;

    /** @param configuration {@code default} and {@code whitelist} for namespaces that say nothing themselves */
    public PodTolerationRestriction(ObjectValue configuration) {
        this.defaults = configuration.list("default");
        this.allowed = configuration.list("whitelist");
    }

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        ObjectValue spec = review.object().object("spec");
        ListValue tolerations = spec.list("tolerations");
        ListValue merged = Tolerations.merged(ofNamespace(review, DEFAULTS, defaults), tolerations);
        if (!isBestEffort(review.object())) {
            merged = Tolerations.merged(merged, ListValue.of(MEMORY_PRESSURE));
        }
        return merged.equals(tolerations)
                ? review.object()
                : review.object().with("spec", spec.with("tolerations", merged));
    }

    @Override
    public void validate(Review review) {
        if (!PodSpecs.writesPod(review)) {
            return;
        }
        ListValue may = ofNamespace(review, ALLOWED, allowed);
        ListValue tolerations = review.object().object("spec").list("tolerations");
        if (!may.isEmpty() && !Tolerations.allowed(tolerations, may)) {
            // The reference gives this no reason and so answers 500.
            throw ApiException.unknown("pod tolerations (possibly merged with namespace default tolerations) conflict"
                    + " with its namespace whitelist");
        }
    }

    private static boolean isBestEffort(ObjectValue pod) {
        return PodAmounts.requests(pod)
                .max(PodAmounts.limits(pod))
                .only(Set.of("cpu", "memory"))
                .withoutZeros()
                .isEmpty();
    }

    private static ListValue ofNamespace(Review review, String annotation, ListValue otherwise) {
        ObjectValue annotations = review.namespaceObject()
                .orElse(ObjectValue.EMPTY)
                .object("metadata")
                .object("annotations");
        String said = annotations.string(annotation);
        if (said.isEmpty()) {
            return otherwise;
        }
        try {
            return Json.parse(said) instanceof ListValue list ? list : otherwise;
        } catch (DecodeException malformed) {
            throw ApiException.unknown(String.valueOf(malformed.getMessage()));
        }
    }
}

package dev.jarbor.server.admission.pod;

import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.Map;
import java.util.TreeMap;

/**
 * The nodes that a namespace's pods may go to.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podnodeselector">PodNodeSelector</a>
 */
public final class PodNodeSelector implements Admission {
    private static final String ANNOTATION = "scheduler.alpha.kubernetes.io/node-selector";
    private static final String CLUSTER = "clusterDefaultNodeSelector";

    private final Map<String, String> configured;

    /** @param configuration {@code podNodeSelectorPluginConfig}: label selectors by namespace, and one for all others */
    public PodNodeSelector(ObjectValue configuration) {
        this.configured = configuration.object("podNodeSelectorPluginConfig").strings();
    }

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        Map<String, String> wanted = ofNamespace(review);
        ObjectValue spec = review.object().object("spec");
        var merged = new TreeMap<>(wanted);
        spec.object("nodeSelector").strings().forEach((key, value) -> {
            if (!wanted.getOrDefault(key, value).equals(value)) {
                throw Refusal.forbidden(
                        review, "pod node label selector conflicts with its namespace node label selector");
            }
            merged.put(key, value);
        });
        return wanted.isEmpty()
                ? review.object()
                : review.object().with("spec", spec.with("nodeSelector", ObjectValue.ofStrings(merged)));
    }

    @Override
    public void validate(Review review) {
        if (!review.creates("", "pods")) {
            return;
        }
        Map<String, String> allowed =
                labels(review, configured.getOrDefault(review.key().namespace(), ""));
        Map<String, String> selector =
                review.object().object("spec").object("nodeSelector").strings();
        boolean within =
                selector.entrySet().stream().allMatch(entry -> entry.getValue().equals(allowed.get(entry.getKey())));
        if (!allowed.isEmpty() && !within) {
            throw Refusal.forbidden(review, "pod node label selector labels conflict with its namespace whitelist");
        }
    }

    private Map<String, String> ofNamespace(Review review) {
        ObjectValue annotations = review.namespaceObject()
                .orElse(ObjectValue.EMPTY)
                .object("metadata")
                .object("annotations");
        return labels(
                review,
                annotations.has(ANNOTATION) ? annotations.string(ANNOTATION) : configured.getOrDefault(CLUSTER, ""));
    }

    private static Map<String, String> labels(Review review, String selector) {
        var labels = new TreeMap<String, String>();
        try {
            for (Requirement requirement : Selector.parse(selector).requirements()) {
                labels.put(requirement.key(), String.join(",", requirement.values()));
            }
        } catch (InvalidSelectorException malformed) {
            throw Refusal.forbidden(review, String.valueOf(malformed.getMessage()));
        }
        return labels;
    }
}

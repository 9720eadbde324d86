package dev.jarbor.server.admission.pod;

import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Gives containers the amounts that a namespace's LimitRanges say where they say none, and keeps containers, pods and
 * claims within the bounds.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/limit-range/">Limit Ranges</a>
 */
public final class LimitRanger implements Admission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        ObjectValue pod = review.object();
        for (ObjectValue range : ranges(review)) {
            pod = withDefaults(pod, range);
        }
        return pod;
    }

    @Override
    public void validate(Review review) {
        boolean resizes = review.operation() == Operation.UPDATE
                && review.resource().is("", "pods")
                && review.subresource().equals("resize");
        boolean pod = review.creates("", "pods") || resizes;
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        boolean claim = write && review.isAbout("", "persistentvolumeclaims");
        boolean going = review.before().object("metadata").has("deletionTimestamp");
        if (going || (!pod && !claim)) {
            return;
        }
        for (ObjectValue range : ranges(review)) {
            var problems = new LinkedHashSet<String>();
            for (ObjectValue limit : range.object("spec").list("limits").objects()) {
                problems.addAll(pod ? Limits.ofPod(limit, review.object()) : Limits.ofClaim(limit, review.object()));
            }
            if (!problems.isEmpty()) {
                String all = String.join(", ", problems);
                throw Refusal.forbidden(review, problems.size() == 1 ? all : "[" + all + "]");
            }
        }
    }

    private static Collection<ObjectValue> ranges(Review review) {
        return review.now().in("limitranges", review.key().namespace()).values();
    }

    /** Also writes down, in an annotation, what it filled in. */
    private static ObjectValue withDefaults(ObjectValue pod, ObjectValue range) {
        Usage requests = Usage.NONE;
        Usage limits = Usage.NONE;
        for (ObjectValue limit : range.object("spec").list("limits").objects()) {
            if (limit.string("type").equals("Container")) {
                requests = merged(requests, limit.object("defaultRequest"));
                limits = merged(limits, limit.object("default"));
            }
        }
        var filled = new ArrayList<String>();
        ObjectValue spec = pod.object("spec");
        Usage defaultRequests = requests;
        Usage defaultLimits = limits;
        for (String list : List.of("containers", "initContainers")) {
            String word = list.equals("containers") ? "container" : "init container";
            spec = PodSpecs.each(
                    spec, list, container -> filled(container, word, defaultRequests, defaultLimits, filled));
        }
        if (filled.isEmpty()) {
            return pod;
        }
        String note = "LimitRanger plugin set: " + String.join("; ", filled);
        return pod.with("spec", spec)
                .update(
                        "metadata",
                        metadata -> metadata.update("annotations", annotations -> annotations.with(ANNOTATION, note)));
    }

    private static Usage merged(Usage known, ObjectValue more) {
        Usage merged = known;
        Usage read = Usage.read(more);
        for (String name : read.names()) {
            merged = merged.with(name, read.of(name));
        }
        return merged;
    }

    private static ObjectValue filled(
            ObjectValue container, String word, Usage requests, Usage limits, List<String> notes) {
        ObjectValue resources = container.object("resources");
        resources = filled(resources, "requests", requests, " request for " + word + " ", container, notes);
        resources = filled(resources, "limits", limits, " limit for " + word + " ", container, notes);
        return resources.equals(container.object("resources")) ? container : container.with("resources", resources);
    }

    private static ObjectValue filled(
            ObjectValue resources, String field, Usage usual, String word, ObjectValue container, List<String> notes) {
        ObjectValue amounts = resources.object(field);
        var set = new ArrayList<String>();
        for (String name : usual.names()) {
            if (!amounts.has(name)) {
                amounts = amounts.with(name, usual.of(name).value());
                set.add(name);
            }
        }
        if (set.isEmpty()) {
            return resources;
        }
        notes.add(String.join(", ", set) + word + container.string("name"));
        return resources.with(field, amounts);
    }
}

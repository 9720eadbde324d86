package dev.jarbor.server;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.CustomVersion.ScalePaths;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.Map;

/**
 * How the objects of a resource show themselves as an {@code autoscaling/v1} Scale.
 *
 * @param paths where they keep their numbers
 * @param workload whether they are workloads of Kubernetes itself, with a label selector at {@code spec.selector}; else
 *     they have it as a text where their definition says
 */
record ScaleForm(ScalePaths paths, boolean workload) {
    /** The kind of Scales. */
    static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private static final ScaleForm WORKLOAD = new ScaleForm(
            new ScalePaths(List.of("spec", "replicas"), List.of("status", "replicas"), List.of(), Map.of()), true);

    static ScaleForm of(ServedResource resource) {
        return resource.custom().isCustom() ? new ScaleForm(resource.custom().scale(), false) : WORKLOAD;
    }

    /**
     * The Scale of {@code object}.
     *
     * @throws ApiException where a custom resource does not say how many replicas it wants
     */
    ObjectValue scale(ObjectValue object) {
        String selector = workload ? labels(object.object("spec").object("selector")) : text(object, paths.selector());
        ObjectValue status = ObjectValue.EMPTY.with("replicas", number(object, paths.statusReplicas()));
        return ObjectValue.builder()
                .put("apiVersion", SCALE.apiVersion())
                .put("kind", SCALE.kind())
                .put("metadata", metadata(Metadata.of(object)))
                .put("spec", ObjectValue.EMPTY.with("replicas", replicas(object)))
                .put("status", selector.isEmpty() ? status : status.with("selector", selector))
                .build();
    }

    /** {@code object} with as many replicas wanted. */
    ObjectValue withReplicas(ObjectValue object, long replicas) {
        return with(object, paths.specReplicas(), replicas);
    }

    private static ObjectValue with(ObjectValue object, List<String> path, long number) {
        String name = path.getFirst();
        return path.size() == 1
                ? object.with(name, number)
                : object.update(name, below -> with(below, path.subList(1, path.size()), number));
    }

    private long replicas(ObjectValue object) {
        if (!workload && !(at(object, paths.specReplicas()) instanceof IntegerValue)) {
            throw ApiException.internalError(
                    "the spec replicas field \"." + String.join(".", paths.specReplicas()) + "\" does not exist");
        }
        return number(object, paths.specReplicas());
    }

    private static ObjectValue metadata(ObjectValue metadata) {
        var own = ObjectValue.builder();
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (metadata.has(field)) {
                own.put(field, metadata.valueOrNull(field));
            }
        }
        return own.build();
    }

    /** Selectors of replication controllers are plain labels; all others are LabelSelector objects. */
    private static String labels(ObjectValue selector) {
        try {
            boolean structured = selector.has("matchLabels") || selector.has("matchExpressions");
            Selector parsed = structured ? Selector.ofObject(selector) : Selector.ofLabels(selector.strings());
            return parsed.toString();
        } catch (InvalidSelectorException malformed) {
            return "";
        }
    }

    private static String text(ObjectValue object, List<String> path) {
        return !path.isEmpty() && at(object, path) instanceof StringValue(String text) ? text : "";
    }

    private static long number(ObjectValue object, List<String> path) {
        return at(object, path) instanceof IntegerValue(long number) ? number : 0;
    }

    private static Value at(ObjectValue object, List<String> path) {
        return object.at(path.toArray(new String[0]));
    }
}

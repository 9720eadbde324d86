package dev.jarbor.api.apply;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The annotation by which {@code kubectl apply} without the server's help knows what it applied, and the way from there to
 * server-side apply: what it applied and nobody changed since is no conflict for the manager {@code kubectl}, and the
 * annotation is kept up to date for those who go back.
 */
final class LastApplied {
    static final String MANAGER = "kubectl";

    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

    private LastApplied() {}

    private static String text(ObjectValue object) {
        return object.object("metadata").object("annotations").string(ANNOTATION);
    }

    /** What client-side apply set and is still so. */
    static FieldSet fields(ObjectValue live, String apiVersion, Shape shape) {
        ObjectValue last;
        try {
            last = Json.object(text(live));
        } catch (DecodeException none) {
            return FieldSet.EMPTY;
        }
        if (!last.string("apiVersion").equals(apiVersion)
                || !ShapeCheck.faults(last, shape).isEmpty()) {
            return FieldSet.EMPTY;
        }
        Comparison changed = Comparison.of(last, live, shape);
        return Contents.of(last, shape).difference(changed.written()).difference(changed.removed());
    }

    static boolean covers(FieldSet fields, Conflict conflict) {
        FieldSet here = fields;
        List<String> way = conflict.path();
        for (String element : way.subList(0, way.size() - 1)) {
            here = here.inside(element);
        }
        return here.hasElement(way.getLast());
    }

    /** {@code object} with the annotation telling {@code applied}, where it has one. */
    static ObjectValue noted(ObjectValue object, ObjectValue applied) {
        if (text(object).isEmpty()) {
            return object;
        }
        ObjectValue own = applied.object("metadata").has("annotations")
                ? applied.update(
                        "metadata",
                        metadata -> metadata.update("annotations", annotations -> annotations.without(ANNOTATION)))
                : applied;
        return object.update(
                "metadata",
                metadata -> metadata.update("annotations", annotations -> {
                    ObjectValue noted = annotations.with(ANNOTATION, Json.text(own) + "\n");
                    return bytes(noted) > MOST_ANNOTATION_BYTES ? noted.without(ANNOTATION) : noted;
                }));
    }

    private static long bytes(ObjectValue annotations) {
        long bytes = 0;
        for (int i = 0; i < annotations.size(); i++) {
            Value value = annotations.value(i);
            bytes += annotations.name(i).getBytes(StandardCharsets.UTF_8).length;
            bytes += value.toString().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }
}

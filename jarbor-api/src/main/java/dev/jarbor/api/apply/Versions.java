package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import java.util.Optional;

/** The versions of one kind: owners name their fields in the version in which they wrote. */
public interface Versions {
    /** The shape of objects in {@code apiVersion}; empty where that version is not served (any more). */
    Optional<Shape> shape(String apiVersion);

    /** {@code object}, of the version {@code from}, in the version {@code to}; both are served. */
    ObjectValue convert(ObjectValue object, String from, String to);

    /** Whether a version's shape may have changed since somebody came to own fields in it, as that of a custom resource. */
    default boolean mayChangeShape() {
        return false;
    }

    /** A kind that looks the same in every version. */
    static Versions alike(Shape shape) {
        return new Versions() {
            @Override
            public Optional<Shape> shape(String apiVersion) {
                return Optional.of(shape);
            }

            @Override
            public ObjectValue convert(ObjectValue object, String from, String to) {
                return object;
            }
        };
    }
}

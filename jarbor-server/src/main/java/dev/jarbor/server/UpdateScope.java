package dev.jarbor.server;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Which part of an object one way of updating it reaches, and what it checks. */
interface UpdateScope {
    /** {@code after} with everything put back that this scope does not reach. */
    ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after);

    /**
     * What is wrong with the change.
     *
     * @param warnings is told what is wrong although the change is not to blame for it
     */
    List<FieldError> validate(
            ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings);

    /** What admission sees of an object: itself, unless the subresource shows something else of it. */
    default ObjectValue reviewed(ObjectValue object) {
        return object;
    }

    /** {@code object} with what admission made of what it saw of it. */
    default ObjectValue withReviewed(ObjectValue object, ObjectValue reviewed) {
        return reviewed;
    }

    /** The object itself: everything but the status. */
    UpdateScope MAIN = new UpdateScope() {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            ObjectValue kept = resource.hasStatus() ? keep(before, after, "status") : after;
            return resource.strategy().beforeUpdate(before, kept);
        }

        @Override
        public List<FieldError> validate(
                ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings) {
            var errors = new ArrayList<>(MetadataRules.check(resource, before, after));
            errors.addAll(MetadataRules.checkUpdate(before, after));
            errors.addAll(resource.strategy().validateReplacement(before, after, warnings));
            return errors;
        }
    };

    /** The status alone, with the annotations that some controllers write along with it. */
    UpdateScope STATUS = new UpdateScope() {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            ObjectValue merged = keep(after, before, "status");
            merged = merged.with("metadata", metadata(resource, Metadata.of(before), Metadata.of(after)));
            return resource.strategy().beforeStatusUpdate(before, merged);
        }

        // Labels, finalizers and owners belong to the object; a node's agent may label its node and pods this way.
        private ObjectValue metadata(ServedResource resource, ObjectValue before, ObjectValue after) {
            ObjectValue metadata = keep(before, after, "finalizers");
            metadata = keep(before, metadata, "ownerReferences");
            boolean labels = resource.is("", "pods") || resource.is("", "nodes");
            return labels ? metadata : keep(before, metadata, "labels");
        }

        @Override
        public List<FieldError> validate(
                ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings) {
            var errors = new ArrayList<>(MetadataRules.check(resource, before, after));
            errors.addAll(resource.strategy().validateStatusUpdate(before, after, warnings));
            return errors;
        }
    };

    /** {@code onto} with {@code field} as {@code from} has it, absence included. */
    static ObjectValue keep(ObjectValue from, ObjectValue onto, String field) {
        return from.has(field) ? onto.with(field, from.valueOrNull(field)) : onto.without(field);
    }
}

package dev.jarbor.server;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What metadata must look like, the same for every kind (k8s.io/apimachinery, api/validation). */
final class MetadataRules {
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;
    private static final String MANAGED = "managedFields";
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final FieldPath LABELS = METADATA.child("labels");
    private static final FieldPath ANNOTATIONS = METADATA.child("annotations");
    private static final FieldPath FINALIZERS = METADATA.child("finalizers");
    private static final FieldPath OWNERS = METADATA.child("ownerReferences");
    private static final FieldPath MANAGED_FIELDS = METADATA.child(MANAGED);
    private static final int LONGEST_SUBRESOURCE = 256;

    /** Finalizers that are fine without a slash, because the API itself made them up. */
    private static final Set<String> SHORT_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    private MetadataRules() {}

    static List<FieldError> check(ServedResource resource, ObjectValue object) {
        return check(resource, ObjectValue.EMPTY, object);
    }

    /**
     * The same for an object that is to take the place of {@code before}: what is the very same value there was found good when it
     * was written.
     */
    static List<FieldError> check(ServedResource resource, ObjectValue before, ObjectValue object) {
        ObjectValue old = Metadata.of(before);
        ObjectValue metadata = Metadata.of(object);
        var errors = new ArrayList<FieldError>();
        if (isNew("name", old, metadata) || isNew("generateName", old, metadata)) {
            names(resource, metadata, errors);
        }
        if (isNew("labels", old, metadata)) {
            labels(metadata.object("labels"), LABELS, errors);
        }
        if (isNew("annotations", old, metadata)) {
            annotations(metadata.object("annotations"), errors);
        }
        if (isNew("finalizers", old, metadata)) {
            finalizers(metadata, errors);
        }
        if (isNew("ownerReferences", old, metadata)) {
            owners(metadata, errors);
        }
        if (isNew(MANAGED, old, metadata)) {
            managers(old, metadata, errors);
        }
        return errors;
    }

    /** Whether {@code field} has to be looked at: a name may be missing from both, which is to be found. */
    @SuppressWarnings("ReferenceEquality") // the very same value was looked at before
    private static boolean isNew(String field, ObjectValue before, ObjectValue after) {
        return before.isEmpty() || before.valueOrNull(field) != after.valueOrNull(field);
    }

    private static void managers(ObjectValue before, ObjectValue metadata, List<FieldError> errors) {
        List<ObjectValue> known = before.list(MANAGED).objects();
        List<ObjectValue> entries = metadata.list(MANAGED).objects();
        for (int i = 0; i < entries.size(); i++) {
            if (i < known.size() && sameManager(known.get(i), entries.get(i))) {
                continue;
            }
            FieldPath entry = MANAGED_FIELDS.index(i);
            errors.addAll(WriteOptions.manager(entries.get(i).string("manager"), entry.child("manager")));
            if (utf8(entries.get(i).string("subresource")) > LONGEST_SUBRESOURCE) {
                errors.add(FieldError.tooLong(entry.child("subresource"), LONGEST_SUBRESOURCE));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same value was looked at before
    private static boolean sameManager(ObjectValue known, ObjectValue entry) {
        return known.valueOrNull("manager") == entry.valueOrNull("manager")
                && known.valueOrNull("subresource") == entry.valueOrNull("subresource");
    }

    /** What is wrong with the change of metadata; what the server decides alone has been put back before. */
    static List<FieldError> checkUpdate(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<FieldError>();
        ObjectValue old = Metadata.of(before);
        ObjectValue metadata = Metadata.of(after);
        if (old.has("deletionTimestamp")) {
            List<String> known = old.list("finalizers").strings();
            List<String> added = metadata.list("finalizers").strings().stream()
                    .filter(finalizer -> !known.contains(finalizer))
                    .toList();
            if (!added.isEmpty()) {
                errors.add(FieldError.forbidden(
                        FINALIZERS,
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + added.stream()
                                        .map(name -> "\"" + name + "\"")
                                        .toList()
                                        .toString()
                                        .replace(", ", ", ")));
            }
        }
        return errors;
    }

    private static void names(ServedResource resource, ObjectValue metadata, List<FieldError> errors) {
        String prefix = metadata.string("generateName");
        if (!prefix.isEmpty()) {
            for (String problem : resource.facts().names().problems(prefix, true)) {
                errors.add(FieldError.invalid(METADATA.child("generateName"), prefix, problem));
            }
        }
        String name = metadata.string("name");
        if (name.isEmpty()) {
            errors.add(FieldError.required(METADATA.child("name"), "name or generateName is required"));
            return;
        }
        for (String problem : resource.facts().names().problems(name, false)) {
            errors.add(FieldError.invalid(METADATA.child("name"), name, problem));
        }
    }

    /** Checks keys and values of labels, wherever they stand. */
    static void labels(ObjectValue labels, FieldPath path, List<FieldError> errors) {
        for (int i = 0; i < labels.size(); i++) {
            String key = labels.name(i);
            for (String problem : Labels.key(key)) {
                errors.add(FieldError.invalid(path, key, problem));
            }
            Value value = labels.value(i);
            for (String problem : Labels.value(value.toString())) {
                errors.add(FieldError.invalid(path, value, problem));
            }
        }
    }

    private static void annotations(ObjectValue annotations, List<FieldError> errors) {
        long bytes = 0;
        for (int i = 0; i < annotations.size(); i++) {
            String key = annotations.name(i);
            for (String problem : Labels.key(key.toLowerCase(Locale.ROOT))) {
                errors.add(FieldError.invalid(ANNOTATIONS, key, problem));
            }
            bytes += utf8(key);
            bytes += annotations.value(i) instanceof StringValue(String text) ? utf8(text) : 0;
        }
        if (bytes > MOST_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong(ANNOTATIONS, MOST_ANNOTATION_BYTES));
        }
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void finalizers(ObjectValue metadata, List<FieldError> errors) {
        List<String> finalizers = metadata.list("finalizers").strings();
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i);
            for (String problem : Labels.key(finalizer)) {
                errors.add(FieldError.invalid(FINALIZERS, finalizer, problem));
            }
            if (finalizer.indexOf('/') < 0 && !SHORT_FINALIZERS.contains(finalizer)) {
                errors.add(FieldError.invalid(
                        FINALIZERS.index(i),
                        finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        if (finalizers.contains("orphan") && finalizers.contains("foregroundDeletion")) {
            errors.add(FieldError.invalid(
                    FINALIZERS,
                    metadata.list("finalizers"),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    private static void owners(ObjectValue metadata, List<FieldError> errors) {
        List<ObjectValue> owners = metadata.list("ownerReferences").objects();
        String controller = "";
        for (ObjectValue owner : owners) {
            required(owner, "apiVersion", "version must not be empty", errors);
            required(owner, "kind", "must not be empty", errors);
            required(owner, "name", "must not be empty", errors);
            required(owner, "uid", "must not be empty", errors);
            if (owner.bool("controller")) {
                String here = owner.string("kind") + "/" + owner.string("name");
                if (!controller.isEmpty()) {
                    errors.add(FieldError.invalid(
                            OWNERS,
                            metadata.list("ownerReferences"),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + here));
                }
                controller = here;
            }
        }
    }

    private static void required(ObjectValue owner, String field, String detail, List<FieldError> errors) {
        if (owner.string(field).isEmpty()) {
            errors.add(FieldError.invalid(OWNERS.child(field), "", detail));
        }
    }
}

package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.KindFacts;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Interest;

/**
 * Which objects of a resource a list, a watch or a deletion of a collection is about.
 *
 * @param namespace "" for all
 * @param name "" for all
 */
record Selection(ServedResource resource, String namespace, String name, Selector labels, FieldSelector fields) {

    static Selection of(Call call) {
        try {
            Selector labels = Selector.parse(call.query().string("labelSelector"));
            FieldSelector fields = FieldSelector.parse(call.query().string("fieldSelector"));
            fields.terms().forEach(term -> requireSelectable(call.resource(), term.field()));
            String name =
                    call.name().isEmpty() ? fields.exactValue("metadata.name").orElse("") : call.name();
            return new Selection(call.resource(), call.namespace(), name, labels, fields);
        } catch (InvalidSelectorException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    /** Whether the selection is of everything in its namespace. */
    boolean isEverything() {
        return name.isEmpty() && labels.isEmpty() && fields.isEmpty();
    }

    boolean matches(ObjectKey key, ObjectValue object) {
        return (namespace.isEmpty() || namespace.equals(key.namespace()))
                && (name.isEmpty() || name.equals(key.name()))
                && (labels.isEmpty()
                        || labels.matches(
                                object.object("metadata").object("labels").strings()))
                && (fields.isEmpty() || fields.matches(field -> read(field, key, object)));
    }

    /** What all selected objects have in one field, where there is such a field; everything otherwise. */
    Interest interest() {
        if (!name.isEmpty()) {
            return Interest.named(name);
        }
        if (fields.isEmpty() || resource.custom().isCustom()) {
            return Interest.ALL; // a custom one is kept in another version, perhaps
        }
        return resource.facts().fields().entrySet().stream()
                .flatMap(known -> fields.exactValue(known.getKey()).stream()
                        .map(value -> new Interest(
                                known.getValue().path(), known.getValue().absent(), value)))
                .findFirst()
                .orElse(Interest.ALL);
    }

    private String read(String field, ObjectKey key, ObjectValue object) {
        return switch (field) {
            case "metadata.name" -> key.name();
            case "metadata.namespace" -> key.namespace();
            default -> {
                KindFacts.SelectableField known = resource.facts().fields().get(field);
                yield known == null ? "" : known.read(object);
            }
        };
    }

    private static void requireSelectable(ServedResource resource, String field) {
        boolean own = !resource.facts().fields().isEmpty() || resource.custom().isCustom();
        // kinds of the cluster that have fields of their own do not have the namespace of others
        boolean common = field.equals("metadata.name")
                || (field.equals("metadata.namespace") && (resource.namespaced() || !own));
        if (common || resource.facts().fields().containsKey(field)) {
            return;
        }
        String quoted = GoText.quote(field);
        throw ApiException.badRequest(
                switch (resource.groupResource().toString()) {
                    case "jobs.batch" -> "field label " + quoted + " not supported for batchv1.Job";
                    case "statefulsets.apps" -> "field label not supported for appsv1.StatefulSet: " + field;
                    default ->
                        own
                                ? "field label not supported: " + field
                                : quoted
                                        + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
                });
    }
}

package dev.jarbor.server.table;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.registry.PrinterColumn;
import dev.jarbor.server.table.Printers.Printer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns objects and lists into tables, one row each in the order of the list.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Receiving
 *     resources as Tables</a>
 */
public final class Tables {
    private static final String META = "meta.k8s.io/v1";

    /** How much of its object each row carries. */
    public enum IncludeObject {
        NONE,
        METADATA,
        OBJECT;

        /** Reads the query parameter {@code includeObject}. */
        public static IncludeObject of(String text) {
            return switch (text) {
                case "None" -> NONE;
                case "", "Metadata" -> METADATA;
                case "Object" -> OBJECT;
                default ->
                    throw ApiException.badRequest("Unable to convert to Table as requested: "
                            + FieldError.invalid(
                                    FieldPath.of("includeObject"),
                                    text,
                                    "must be 'Metadata', 'Object', 'None', or empty"));
            };
        }
    }

    private final Runtime runtime;

    public Tables(Runtime runtime) {
        this.runtime = runtime;
    }

    /**
     * The table of {@code body}, an object or a list of the kind of {@code resource}.
     *
     * @param headed whether the columns are told; later events of a watch leave them out
     */
    public ObjectValue of(ResourceDefinition resource, ObjectValue body, IncludeObject include, boolean headed) {
        return of(resource, body, include, headed, META);
    }

    /** The same in one of the group versions that tables are served in. */
    public ObjectValue of(
            ResourceDefinition resource, ObjectValue body, IncludeObject include, boolean headed, String groupVersion) {
        return of(Printers.of(resource, body), body, include, headed, groupVersion);
    }

    /** The same for custom resources with {@code columns}. */
    public ObjectValue of(
            List<PrinterColumn> columns, ObjectValue body, IncludeObject include, boolean headed, String groupVersion) {
        return of(CustomRows.printer(columns), body, include, headed, groupVersion);
    }

    private ObjectValue of(
            Printer printer, ObjectValue body, IncludeObject include, boolean headed, String groupVersion) {
        Instant now = runtime.now();
        boolean list = body.string("kind").endsWith("List") && body.has("items");
        List<ObjectValue> objects = list ? ordered(printer, body.list("items").objects()) : List.of(body);
        var rows = new ArrayList<ObjectValue>(objects.size());
        for (ObjectValue object : objects) {
            rows.add(row(printer, object, include, now, groupVersion));
        }
        var table = ObjectValue.builder()
                .put("kind", "Table")
                .put("apiVersion", groupVersion)
                .put("metadata", list ? body.object("metadata") : listMetadata(body))
                .put("rows", ListValue.of(rows));
        table.put("columnDefinitions", headed ? printer.columns().get() : NullValue.NULL);
        return table.build();
    }

    /** FlowSchemas are shown in the order in which they are tried. */
    private static List<ObjectValue> ordered(Printer printer, List<ObjectValue> objects) {
        return printer.table().equals("flowSchema")
                ? objects.stream().sorted(PolicyRows.AS_TRIED).toList()
                : objects;
    }

    private static ObjectValue listMetadata(ObjectValue object) {
        return ObjectValue.EMPTY.with(
                "resourceVersion", object.object("metadata").string("resourceVersion"));
    }

    private static ObjectValue row(
            Printer printer, ObjectValue object, IncludeObject include, Instant now, String groupVersion) {
        var row = ObjectValue.builder().put("cells", printer.rows().cells(new Row(object, now)));
        switch (include) {
            case NONE -> {}
            case METADATA -> row.put("object", metadata(object, groupVersion));
            case OBJECT -> row.put("object", object);
        }
        String phase = object.object("status").string("phase");
        if (printer.table().equals("pod") && (phase.equals("Succeeded") || phase.equals("Failed"))) {
            row.put("conditions", ListValue.of(completed(phase)));
        }
        return row.build();
    }

    /** Clients may hide the rows of pods that have ended. */
    private static ObjectValue completed(String phase) {
        return ObjectValue.builder()
                .put("type", "Completed")
                .put("status", "True")
                .put("reason", phase)
                .put("message", phase.equals("Succeeded") ? "The pod has completed successfully." : "The pod failed.")
                .build();
    }

    /** Objects and lists with nothing but their metadata. */
    public static ObjectValue partial(ObjectValue body, String groupVersion) {
        if (!body.string("kind").endsWith("List") || !body.has("items")) {
            return metadata(body, groupVersion);
        }
        return ObjectValue.builder()
                .put("kind", "PartialObjectMetadataList")
                .put("apiVersion", groupVersion)
                .put("metadata", body.object("metadata"))
                .put(
                        "items",
                        ListValue.of(body.list("items").objects().stream()
                                .map(item -> metadata(item, groupVersion))
                                .toList()))
                .build();
    }

    private static ObjectValue metadata(ObjectValue object, String groupVersion) {
        return ObjectValue.builder()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", groupVersion)
                .put("metadata", object.object("metadata"))
                .build();
    }
}

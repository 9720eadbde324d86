package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Inlined;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The layouts of a set of types, each made when it is first asked for. */
final class MessageLayouts {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    /** The kinds that every group version has: clients send them as {@code apps/v1 DeleteOptions}. */
    private static final Set<String> EVERYWHERE = Set.of(
            "CreateOptions",
            "DeleteOptions",
            "GetOptions",
            "ListOptions",
            "PatchOptions",
            "UpdateOptions",
            "Status",
            "WatchEvent");

    private final Schemas schemas;
    private final ConcurrentHashMap<String, MessageLayout> layouts = new ConcurrentHashMap<>();

    MessageLayouts(Schemas schemas) {
        this.schemas = schemas;
    }

    /** The layout of a kind's objects; empty where the kind or its numbers are not known. */
    Optional<MessageLayout> forKind(GroupVersionKind asked) {
        // the metadata of objects is served in an older version too, of the same shape
        GroupVersionKind kind =
                asked.group().equals("meta.k8s.io") && asked.version().equals("v1beta1")
                        ? new GroupVersionKind(asked.group(), "v1", asked.kind())
                        : asked;
        Optional<TypeSchema> type = schemas.forKind(kind);
        Optional<MessageLayout> layout = type.isEmpty() && EVERYWHERE.contains(kind.kind())
                ? schemas.type(META + kind.kind()).map(this::layout)
                : type.map(this::layout);
        return layout.filter(known -> !known.fields().isEmpty());
    }

    /** The layout of a type that another type refers to; one without fields where there is no such type. */
    MessageLayout forType(String id) {
        return layout(schemas.type(id).orElseGet(() -> TypeSchema.builder(id).build()));
    }

    private MessageLayout layout(TypeSchema type) {
        return layouts.computeIfAbsent(type.id(), id -> make(type));
    }

    private MessageLayout make(TypeSchema type) {
        var fields = new TreeMap<Integer, FieldSchema>();
        for (FieldSchema field : type.fields().values()) {
            if (field.protobufNumber() != 0) {
                fields.put(field.protobufNumber(), field);
            }
        }
        var inlined = new TreeMap<Integer, String>();
        for (Inlined message : type.inlined()) {
            inlined.put(message.protobufNumber(), message.type());
        }
        return new MessageLayout(type.id(), fields, inlined);
    }
}

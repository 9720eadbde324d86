package dev.jarbor.api.schema;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.Value;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The structure of one type of object.
 *
 * <p>{@link #fields()} are the fields in JSON. In protobuf some of them live in messages of their own ({@link
 * #inlined()}): such a field has number 0 here and its number in the inlined type.
 */
public final class TypeSchema {
    private final String id;
    private final @Nullable GroupVersionKind kind;
    private final MapType mapType;
    private final Map<String, FieldSchema> fields;
    private final SortedMap<String, Value> zeros;
    private final List<Inlined> inlined;
    private final @Nullable Union union;
    private final Documentation documentation;

    private TypeSchema(Builder builder) {
        id = builder.id;
        kind = builder.kind;
        mapType = builder.mapType;
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(builder.fields));
        zeros = zeros(fields.values());
        inlined = List.copyOf(builder.inlined.values());
        union = builder.union;
        documentation = builder.documentation;
    }

    /** @param id the name by which other types refer to it: the OpenAPI definition name */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    public String id() {
        return id;
    }

    /** The last part of the id, such as {@code PodSpec}. */
    public String simpleName() {
        return id.substring(id.lastIndexOf('.') + 1);
    }

    /** Present for types whose objects name their kind. */
    public Optional<GroupVersionKind> kind() {
        return Optional.ofNullable(kind);
    }

    /** How apply merges objects of this type where the field that holds them does not say. */
    public MapType mapType() {
        return mapType;
    }

    /** The fields in JSON, by name and in the order of their names. */
    public Map<String, FieldSchema> fields() {
        return fields;
    }

    public Optional<FieldSchema> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** The numbers and truth values that every object of the type has, with what they are where nobody says. */
    SortedMap<String, Value> zeros() {
        return zeros;
    }

    private static SortedMap<String, Value> zeros(Collection<FieldSchema> fields) {
        var zeros = new TreeMap<String, Value>();
        for (FieldSchema field : fields) {
            if (field.zero() == ZeroValue.WRITTEN) {
                if (field.type() == Scalar.INT32 || field.type() == Scalar.INT64) {
                    zeros.put(field.name(), Value.of(0));
                } else if (field.type() == Scalar.BOOLEAN) {
                    zeros.put(field.name(), BooleanValue.FALSE);
                }
            }
        }
        return Collections.unmodifiableSortedMap(zeros);
    }

    /** The names of the fields that must be there, in order. */
    public List<String> required() {
        return fields.values().stream()
                .filter(FieldSchema::required)
                .map(FieldSchema::name)
                .toList();
    }

    /** Protobuf messages whose fields are this type's own in JSON, by number. */
    public List<Inlined> inlined() {
        return inlined;
    }

    /** Present where one of the fields is set and another says which. */
    public Optional<Union> union() {
        return Optional.ofNullable(union);
    }

    /** What the type is for; "" where nobody says. */
    public String description() {
        return documentation.of("");
    }

    /** What a field is for; "" where nobody says. */
    public String description(String field) {
        return documentation.of(field);
    }

    @Override
    public String toString() {
        return id;
    }

    /** Collects the parts of a type. */
    public static final class Builder {
        private final String id;
        private final TreeMap<String, FieldSchema> fields = new TreeMap<>();
        private final TreeMap<Integer, Inlined> inlined = new TreeMap<>();
        private @Nullable GroupVersionKind kind;
        private MapType mapType = MapType.UNDECLARED;
        private @Nullable Union union;
        private Documentation documentation = Documentation.NONE;

        private Builder(String id) {
            this.id = id;
        }

        public Builder kind(GroupVersionKind named) {
            kind = named;
            return this;
        }

        public Builder mapType(MapType declared) {
            mapType = declared;
            return this;
        }

        public Builder field(FieldSchema field) {
            fields.put(field.name(), field);
            return this;
        }

        public Builder inlined(Inlined message) {
            inlined.put(message.protobufNumber(), message);
            return this;
        }

        public Builder union(Union declared) {
            union = declared;
            return this;
        }

        public Builder documentation(Documentation words) {
            documentation = words;
            return this;
        }

        public TypeSchema build() {
            return new TypeSchema(this);
        }
    }
}

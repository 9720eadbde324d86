package dev.jarbor.cel.type;

import dev.jarbor.api.schema.ListType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The type of a variable: what the checker knows of it, and the sizes from which costs are estimated before anything is
 * evaluated.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules">the
 *     types of schemas</a>
 */
public final class DeclaredType {
    /** The kinds of types. */
    public enum Kind {
        BOOL,
        INT,
        DOUBLE,
        STRING,
        BYTES,
        TIMESTAMP,
        DURATION,
        /** Anything; checked at evaluation. */
        DYN,
        LIST,
        MAP,
        /** Named fields. */
        OBJECT,
        /** A value that may be absent. */
        OPTIONAL,
        /** A type of a function library, known by its name. */
        OPAQUE
    }

    /** The bytes of the largest request, from which unbounded sizes are estimated. */
    public static final long LARGEST_REQUEST = 3L * 1024 * 1024;

    private static final long OPEN = LARGEST_REQUEST - 2;

    public static final DeclaredType BOOL = simple(Kind.BOOL, "bool", 4, 0);
    public static final DeclaredType INT = simple(Kind.INT, "int", 1, 0);
    public static final DeclaredType DOUBLE = simple(Kind.DOUBLE, "double", 1, 0);
    public static final DeclaredType STRING = simple(Kind.STRING, "string", 2, OPEN);
    public static final DeclaredType TIMESTAMP = simple(Kind.TIMESTAMP, "timestamp", 21, 32);
    public static final DeclaredType DYN = simple(Kind.DYN, "dyn", 1, OPEN);
    public static final DeclaredType AUTHORIZER = opaque("kubernetes.authorization.Authorizer");
    public static final DeclaredType RESOURCE_CHECK = opaque("kubernetes.authorization.ResourceCheck");

    private final Kind kind;
    private final String name;
    private final @Nullable DeclaredType element;
    private final Map<String, DeclaredType> fields;
    private final Map<String, String> escaped;
    private final long smallest;
    private final long most;
    private final ListType listType;
    private final List<String> listKeys;

    private DeclaredType(
            Kind kind,
            String name,
            @Nullable DeclaredType element,
            Map<String, DeclaredType> fields,
            Map<String, String> escaped,
            long smallest,
            long most,
            ListType listType,
            List<String> listKeys) {
        this.kind = kind;
        this.name = name;
        this.element = element;
        this.fields = Collections.unmodifiableMap(new TreeMap<>(fields));
        this.escaped = Collections.unmodifiableMap(new TreeMap<>(escaped));
        this.smallest = smallest;
        this.most = most;
        this.listType = listType;
        this.listKeys = List.copyOf(listKeys);
    }

    /**
     * A type without parts.
     *
     * @param smallest bytes of its smallest value in JSON
     * @param most the most characters or bytes a value has, 0 where that does not matter
     */
    public static DeclaredType simple(Kind kind, String name, long smallest, long most) {
        return new DeclaredType(kind, name, null, Map.of(), Map.of(), smallest, most, ListType.UNDECLARED, List.of());
    }

    /** A type of a function library. */
    public static DeclaredType opaque(String name) {
        return simple(Kind.OPAQUE, name, 1, 0);
    }

    /** A list of at most {@code most} items. */
    public static DeclaredType list(DeclaredType item, long most, ListType listType, List<String> listKeys) {
        return new DeclaredType(Kind.LIST, "list", item, Map.of(), Map.of(), 2, most, listType, listKeys);
    }

    public static DeclaredType list(DeclaredType item) {
        return list(item, 0, ListType.UNDECLARED, List.of());
    }

    /** A map from strings with at most {@code most} entries. */
    public static DeclaredType map(DeclaredType value, long most) {
        return new DeclaredType(Kind.MAP, "map", value, Map.of(), Map.of(), 2, most, ListType.UNDECLARED, List.of());
    }

    public static DeclaredType map(DeclaredType value) {
        return map(value, 0);
    }

    /** An object of a schema, whose fields are named with escapes; {@code name} is what messages call it. */
    public static DeclaredType object(String name, Map<String, DeclaredType> fields, long smallest) {
        var names = new TreeMap<String, String>();
        fields.keySet().forEach(field -> FieldNames.escape(field).ifPresent(as -> names.put(as, field)));
        return new DeclaredType(Kind.OBJECT, name, null, fields, names, smallest, 0, ListType.UNDECLARED, List.of());
    }

    /** An object whose fields are named as they are, such as {@code request}. */
    public static DeclaredType struct(String name, Map<String, DeclaredType> fields) {
        var names = new TreeMap<String, String>();
        fields.keySet().forEach(field -> names.put(field, field));
        return new DeclaredType(Kind.OBJECT, name, null, fields, names, 2, 0, ListType.UNDECLARED, List.of());
    }

    public static DeclaredType optional(DeclaredType value) {
        return new DeclaredType(
                Kind.OPTIONAL, "optional_type", value, Map.of(), Map.of(), 1, 0, ListType.UNDECLARED, List.of());
    }

    public Kind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    /** The items of a list, the values of a map, what an optional holds. */
    public Optional<DeclaredType> element() {
        return Optional.ofNullable(element);
    }

    /** The fields of an object, by their names in JSON. */
    public Map<String, DeclaredType> fields() {
        return fields;
    }

    /** The names in JSON of the fields that expressions can name, by the names they have there. */
    public Map<String, String> escapedNames() {
        return escaped;
    }

    /** The bytes of the smallest value in JSON. */
    public long smallest() {
        return smallest;
    }

    /** The most characters, bytes, items or entries. */
    public long most() {
        return most;
    }

    /** What equality and concatenation of a list mean. */
    public ListType listType() {
        return listType;
    }

    public List<String> listKeys() {
        return listKeys;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case LIST -> "list(" + element + ")";
            case MAP -> "map(string, " + element + ")";
            case OPTIONAL -> "optional_type(" + element + ")";
            default -> name;
        };
    }
}

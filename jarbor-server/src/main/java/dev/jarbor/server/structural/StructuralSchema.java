package dev.jarbor.server.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One schema of an {@code openAPIV3Schema}, read once: its structure (type, properties, items …) and what it asks of
 * values. Immutable; what it does not understand it carries along in {@link #raw}.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Structural
 *     schemas</a>
 */
public final class StructuralSchema {
    /** The schema that says nothing. */
    static final StructuralSchema EMPTY = of(ObjectValue.EMPTY);

    private final ObjectValue raw;
    private final String type;
    private final SortedMap<String, StructuralSchema> properties;
    private final @Nullable StructuralSchema items;
    private final @Nullable StructuralSchema additional;
    private final boolean allowsAdditional;
    private final List<StructuralSchema> allOf;
    private final List<StructuralSchema> anyOf;
    private final List<StructuralSchema> oneOf;
    private final @Nullable StructuralSchema not;
    private final List<String> required;
    private final @Nullable Pattern pattern;
    private final boolean hasDefaults;

    private StructuralSchema(ObjectValue raw) {
        this.raw = raw;
        type = raw.string("type");
        var fields = new TreeMap<String, StructuralSchema>();
        raw.object("properties").forEach((name, schema) -> fields.put(name, of(schema)));
        properties = Collections.unmodifiableSortedMap(fields);
        items = raw.valueOrNull("items") instanceof ObjectValue schema ? of(schema) : null;
        Value more = raw.valueOrNull("additionalProperties");
        additional = more instanceof ObjectValue schema ? of(schema) : null;
        allowsAdditional = more instanceof ObjectValue || (more instanceof BooleanValue(boolean allowed) && allowed);
        allOf = each(raw.list("allOf"));
        anyOf = each(raw.list("anyOf"));
        oneOf = each(raw.list("oneOf"));
        not = raw.valueOrNull("not") instanceof ObjectValue schema ? of(schema) : null;
        required = List.copyOf(raw.list("required").strings());
        pattern = compiled(raw.string("pattern"));
        hasDefaults = raw.has("default")
                || properties.values().stream().anyMatch(StructuralSchema::hasDefaults)
                || (items != null && items.hasDefaults)
                || (additional != null && additional.hasDefaults);
    }

    /** Reads a schema; what is no object reads as the empty schema. */
    public static StructuralSchema of(Value raw) {
        return new StructuralSchema(raw instanceof ObjectValue object ? object : ObjectValue.EMPTY);
    }

    private static List<StructuralSchema> each(ListValue schemas) {
        var read = new ArrayList<StructuralSchema>(schemas.size());
        schemas.items().forEach(schema -> read.add(of(schema)));
        return List.copyOf(read);
    }

    private static @Nullable Pattern compiled(String pattern) {
        if (pattern.isEmpty()) {
            return null;
        }
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException malformed) {
            // The definition's own validation reports it; nothing is served by such a schema.
            return null;
        }
    }

    /** The schema as it was written. */
    public ObjectValue raw() {
        return raw;
    }

    /** {@code object}, {@code array}, {@code string} …, or "". */
    public String type() {
        return type;
    }

    public SortedMap<String, StructuralSchema> properties() {
        return properties;
    }

    public Optional<StructuralSchema> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    public Optional<StructuralSchema> items() {
        return Optional.ofNullable(items);
    }

    /** What properties beyond the named ones look like, where a schema says so. */
    public Optional<StructuralSchema> additional() {
        return Optional.ofNullable(additional);
    }

    /** Whether it says that properties beyond the named ones may be there. */
    public boolean allowsAdditional() {
        return allowsAdditional;
    }

    /** Whether it says {@code additionalProperties: false}. */
    boolean forbidsAdditional() {
        return raw.valueOrNull("additionalProperties") instanceof BooleanValue(boolean allowed) && !allowed;
    }

    List<StructuralSchema> allOf() {
        return allOf;
    }

    List<StructuralSchema> anyOf() {
        return anyOf;
    }

    List<StructuralSchema> oneOf() {
        return oneOf;
    }

    Optional<StructuralSchema> not() {
        return Optional.ofNullable(not);
    }

    List<String> required() {
        return required;
    }

    /** What strings must match somewhere; empty where there is no pattern or no well-formed one. */
    Optional<Pattern> pattern() {
        return Optional.ofNullable(pattern);
    }

    public boolean nullable() {
        return raw.bool("nullable");
    }

    public boolean intOrString() {
        return raw.bool("x-kubernetes-int-or-string");
    }

    public boolean preservesUnknownFields() {
        return raw.bool("x-kubernetes-preserve-unknown-fields");
    }

    public boolean embeddedResource() {
        return raw.bool("x-kubernetes-embedded-resource");
    }

    /** {@code atomic}, {@code set}, {@code map} or "". */
    public String listType() {
        return raw.string("x-kubernetes-list-type");
    }

    public List<String> listMapKeys() {
        return raw.list("x-kubernetes-list-map-keys").strings();
    }

    /** {@code atomic}, {@code granular} or "". */
    public String mapType() {
        return raw.string("x-kubernetes-map-type");
    }

    /** What an absent value reads as; a default of null is none. */
    public Optional<Value> defaultValue() {
        Value value = raw.valueOrNull("default");
        return value instanceof NullValue ? Optional.empty() : Optional.of(value);
    }

    /** Whether it or a schema below it, logical ones aside, has a default. */
    public boolean hasDefaults() {
        return hasDefaults;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StructuralSchema that && raw.equals(that.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    @Override
    public String toString() {
        return raw.toString();
    }
}

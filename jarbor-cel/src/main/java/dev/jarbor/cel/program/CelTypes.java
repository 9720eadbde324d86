package dev.jarbor.cel.program;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.jarbor.cel.type.DeclaredType;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Declared types as the checker knows types: objects by unique names, from which it finds their fields. */
@SuppressWarnings("Immutable") // it grows only while its environment is being made
final class CelTypes implements CelTypeProvider {
    /** The name of types that have none of their own. */
    private static final String NAMELESS = "object";

    private final Map<String, CelType> byName = new LinkedHashMap<>();
    private final IdentityHashMap<DeclaredType, String> names = new IdentityHashMap<>();

    /** The checker's type for {@code type}; an object without a name of its own is called {@code nameless}. */
    CelType of(DeclaredType type, String nameless) {
        return switch (type.kind()) {
            case BOOL -> SimpleType.BOOL;
            case INT -> SimpleType.INT;
            case DOUBLE -> SimpleType.DOUBLE;
            case STRING -> SimpleType.STRING;
            case BYTES -> SimpleType.BYTES;
            case TIMESTAMP -> SimpleType.TIMESTAMP;
            case DURATION -> SimpleType.DURATION;
            case DYN -> SimpleType.DYN;
            case LIST -> ListType.create(element(type, nameless + ".@idx"));
            case MAP -> MapType.create(SimpleType.STRING, element(type, nameless + ".@elem"));
            case OPTIONAL -> OptionalType.create(element(type, nameless));
            case OPAQUE -> OpaqueType.create(type.name());
            case OBJECT -> StructTypeReference.create(object(type, nameless));
        };
    }

    /** A type whose fields hold anything. */
    void add(String name, Set<String> fields) {
        ImmutableSet<String> names = ImmutableSet.copyOf(fields);
        byName.put(name, StructType.create(name, names, field -> Optional.of(SimpleType.DYN)));
    }

    private CelType element(DeclaredType type, String nameless) {
        return type.element().map(element -> of(element, nameless)).orElse(SimpleType.DYN);
    }

    private String object(DeclaredType type, String nameless) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        String name = type.name().equals(NAMELESS) ? nameless : type.name();
        names.put(type, name);
        var fields = new LinkedHashMap<String, CelType>();
        type.escapedNames().forEach((escaped, field) -> {
            DeclaredType held = type.fields().get(field);
            if (held != null) {
                fields.put(escaped, of(held, name + "." + escaped));
            }
        });
        byName.put(
                name,
                StructType.create(
                        name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field))));
        return name;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(byName.values());
    }

    @Override
    public Optional<CelType> findType(String typeName) {
        return Optional.ofNullable(byName.get(typeName));
    }
}

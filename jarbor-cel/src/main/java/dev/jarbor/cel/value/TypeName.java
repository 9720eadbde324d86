package dev.jarbor.cel.value;

import dev.jarbor.api.value.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A type as a value: what {@code type(x)} answers. */
public record TypeName(String name) {
    /** The type of a value. */
    public static TypeName of(Object value) {
        return new TypeName(
                switch (value) {
                    case Boolean ignored -> "bool";
                    case Long ignored -> "int";
                    case Unsigned ignored -> "uint";
                    case Double ignored -> "double";
                    case String ignored -> "string";
                    case Bytes ignored -> "bytes";
                    case Instant ignored -> "google.protobuf.Timestamp";
                    case Duration ignored -> "google.protobuf.Duration";
                    case NullValue ignored -> "null_type";
                    case List<?> ignored -> "list";
                    case Map<?, ?> ignored -> "map";
                    case Maybe ignored -> "optional_type";
                    case TypeName ignored -> "type";
                    case Opaque opaque -> opaque.typeName();
                    case Struct struct -> struct.typeName();
                    default -> value.getClass().getSimpleName();
                });
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.jarbor.cel.program;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.jarbor.cel.type.DeclaredType;
import java.util.stream.Collectors;

/** The checker's types as text, and as types of variables. */
final class CelNames {
    private CelNames() {}

    static String of(CelType type) {
        String name = switch (type.kind()) {
            case DURATION -> "google.protobuf.Duration";
            case TIMESTAMP -> "google.protobuf.Timestamp";
            case NULL_TYPE -> "null_type";
            default -> type.name();
        };
        return type.parameters().isEmpty()
                ? name
                : name + type.parameters().stream().map(CelNames::of).collect(Collectors.joining(", ", "(", ")"));
    }

    static DeclaredType declared(CelType type) {
        return switch (type.kind()) {
            case BOOL -> DeclaredType.BOOL;
            case INT -> DeclaredType.INT;
            case DOUBLE -> DeclaredType.DOUBLE;
            case STRING -> DeclaredType.STRING;
            case BYTES -> DeclaredType.simple(DeclaredType.Kind.BYTES, "bytes", 2, 0);
            case TIMESTAMP -> DeclaredType.TIMESTAMP;
            case DURATION -> DeclaredType.simple(DeclaredType.Kind.DURATION, "duration", 3, 32);
            case LIST -> DeclaredType.list(declared(type.parameters().getFirst()));
            case MAP ->
                type.parameters().getFirst().kind() == CelKind.STRING
                        ? DeclaredType.map(declared(type.parameters().get(1)))
                        : DeclaredType.DYN;
            case OPAQUE -> {
                if (type.name().equals("optional_type")) {
                    yield DeclaredType.optional(declared(type.parameters().getFirst()));
                }
                yield DeclaredType.opaque(type.name());
            }
            default -> DeclaredType.DYN;
        };
    }
}

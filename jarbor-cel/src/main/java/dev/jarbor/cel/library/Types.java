package dev.jarbor.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;

/** The types that declarations speak of. */
final class Types {
    static final CelType BOOL = SimpleType.BOOL;
    static final CelType INT = SimpleType.INT;
    static final CelType UINT = SimpleType.UINT;
    static final CelType DOUBLE = SimpleType.DOUBLE;
    static final CelType STRING = SimpleType.STRING;
    static final CelType BYTES = SimpleType.BYTES;
    static final CelType DURATION = SimpleType.DURATION;
    static final CelType TIMESTAMP = SimpleType.TIMESTAMP;
    static final CelType DYN = SimpleType.DYN;
    static final CelType ANY_T = TypeParamType.create("T");
    static final CelType ANY_K = TypeParamType.create("K");
    static final CelType ANY_V = TypeParamType.create("V");
    static final CelType STRINGS = ListType.create(SimpleType.STRING);
    static final CelType LIST_OF_T = ListType.create(ANY_T);
    static final CelType MAP_OF_K_V = MapType.create(ANY_K, ANY_V);
    static final CelType URL = OpaqueType.create("kubernetes.URL");
    static final CelType IP = OpaqueType.create("net.IP");
    static final CelType CIDR = OpaqueType.create("net.CIDR");
    static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");

    private Types() {}

    static CelType list(CelType item) {
        return ListType.create(item);
    }

    static CelType optional(CelType held) {
        return OptionalType.create(held);
    }

    static CelType opaque(String name) {
        return OpaqueType.create(name);
    }
}

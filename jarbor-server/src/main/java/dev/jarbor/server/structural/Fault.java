package dev.jarbor.server.structural;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.Value;
import java.util.List;

/**
 * One thing that is wrong with a value, before it is known where the value's root stands.
 *
 * @param path from the root, "" for the root itself; ignored where the fault is of the whole
 * @param kind what kind of fault it is
 * @param value the refused value
 * @param detail what to do about it
 * @param bound the limit of what there is too much of
 */
record Fault(String path, Kind kind, Value value, String detail, long bound, List<String> supported) {
    /** The kinds of faults, each with words of its own. */
    enum Kind {
        INVALID,
        TYPE,
        REQUIRED,
        NOT_SUPPORTED,
        TOO_LONG,
        TOO_MANY,
        WHOLE
    }

    static Fault invalid(String path, Value value, String detail) {
        return new Fault(path, Kind.INVALID, value, detail, 0, List.of());
    }

    /** @param found the type that was found instead, or the text that has not the form it should have */
    static Fault type(String path, String wanted, String found) {
        String detail = in(path) + " must be of type " + wanted + ": \"" + found + "\"";
        return new Fault(path, Kind.TYPE, Value.of(found), detail, 0, List.of());
    }

    static Fault required(String path) {
        return new Fault(path, Kind.REQUIRED, Value.of(""), "", 0, List.of());
    }

    static Fault notSupported(String path, Value value, List<String> supported) {
        return new Fault(path, Kind.NOT_SUPPORTED, value, "", 0, supported);
    }

    static Fault tooLong(String path, long most) {
        return new Fault(path, Kind.TOO_LONG, Value.of(""), "", most, List.of());
    }

    static Fault tooMany(String path, long found, long most) {
        return new Fault(path, Kind.TOO_MANY, Value.of(found), "", most, List.of());
    }

    /** What the reference says of no field in particular: alternatives that do not hold. */
    static Fault whole(String detail) {
        return new Fault("", Kind.WHOLE, Value.of(""), detail, 0, List.of());
    }

    /** How messages name a value in the request. */
    static String in(String path) {
        return path + " in body";
    }

    FieldError error(FieldPath root) {
        String plain = path.startsWith(".") ? path.substring(1) : path;
        FieldPath here = plain.isEmpty() || kind == Kind.WHOLE ? root : root.child(plain);
        return switch (kind) {
            case INVALID, WHOLE -> FieldError.invalid(here, value, detail);
            case TYPE -> FieldError.typeInvalid(here, value, detail);
            case REQUIRED -> FieldError.required(here, "");
            case NOT_SUPPORTED -> FieldError.notSupported(here, value, supported);
            case TOO_LONG -> FieldError.tooLong(here, (int) bound);
            case TOO_MANY -> FieldError.tooMany(here, Integer.parseInt(value.toString()), (int) bound);
        };
    }
}

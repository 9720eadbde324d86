package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;

/** Paths of files in volumes, and the modes of such files. */
final class Paths {
    private static final int MOST_MODE = 0777;

    private Paths() {}

    /** Relative, and not out of where it starts. */
    static void descending(String path, FieldPath at, Checks checks) {
        if (path.startsWith("/")) {
            checks.invalid(at, path, "must be a relative path");
        }
        noBacksteps(path, at, checks);
    }

    static void noBacksteps(String path, FieldPath at, Checks checks) {
        if (hasBacksteps(path)) {
            checks.invalid(at, path, "must not contain '..'");
        }
    }

    static boolean hasBacksteps(String path) {
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            if (end - from == 2 && path.startsWith("..", from)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    /** A file that a volume writes: descending, and not one of the names that the node keeps for itself. */
    static void file(String path, FieldPath at, Checks checks) {
        descending(path, at, checks);
        if (path.startsWith("..") && !path.startsWith("../")) {
            checks.invalid(at, path, "must not start with '..'");
        }
    }

    static void mode(ObjectValue source, String field, FieldPath at, Checks checks) {
        long mode = source.integer(field);
        if (mode < 0 || mode > MOST_MODE) {
            checks.invalid(at.child(field), mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }
}

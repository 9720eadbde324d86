package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * ConfigMaps: named data, bounded, and fixed once it is said to be immutable.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/configmap/">ConfigMaps</a>
 */
final class ConfigMaps implements Strategy {
    /** What the data of a ConfigMap or a Secret may have in bytes. */
    static final int MOST_BYTES = 1024 * 1024;

    private static final FieldPath DATA = FieldPath.of("data");
    private static final FieldPath BINARY = FieldPath.of("binaryData");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, checks);
        return checks.errors();
    }

    private static void check(ObjectValue object, Checks checks) {
        ObjectValue data = object.object("data");
        ObjectValue binary = object.object("binaryData");
        long bytes = 0;
        for (int i = 0; i < data.size(); i++) {
            key(data.name(i), DATA, checks);
            if (binary.has(data.name(i))) {
                checks.invalid(DATA.key(data.name(i)), data.name(i), "duplicate of key present in binaryData");
            }
            bytes += Texts.bytes(data.value(i).toString());
        }
        for (int i = 0; i < binary.size(); i++) {
            key(binary.name(i), BINARY, checks);
            bytes += Texts.decoded(binary.value(i).toString());
        }
        if (bytes > MOST_BYTES) {
            checks.add(FieldError.tooLong(FieldPath.of(""), MOST_BYTES));
        }
    }

    /** Keys of data become names of files. */
    static void key(String key, FieldPath map, Checks checks) {
        List<String> problems = Names.configMapKey(key);
        if (!problems.isEmpty()) {
            checks.problems(map.key(key), key, problems);
        }
    }

    /** Nothing changes once {@code immutable} is set, itself included. */
    static void unchanged(ObjectValue before, ObjectValue after, Checks checks, String... fields) {
        if (!before.bool("immutable")) {
            return;
        }
        if (!after.bool("immutable")) {
            fixed("immutable", checks);
        }
        for (String field : fields) {
            if (!before.object(field).equals(after.object(field))) {
                fixed(field, checks);
            }
        }
    }

    private static void fixed(String field, Checks checks) {
        checks.forbidden(FieldPath.of(field), "field is immutable when `immutable` is set");
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        unchanged(before, after, checks, "data", "binaryData");
        check(after, checks);
        return checks.errors();
    }
}

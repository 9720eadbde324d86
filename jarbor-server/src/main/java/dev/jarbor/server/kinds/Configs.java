package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The rules of ConfigMaps and Secrets: named data, bounded, and fixed once it is said to be immutable. */
final class Configs {
    private static final int MOST_BYTES = 1024 * 1024;

    private Configs() {}

    private static void keys(ObjectValue data, String field, Checks checks) {
        for (int i = 0; i < data.size(); i++) {
            String key = data.name(i);
            for (String problem : Names.configMapKey(key)) {
                checks.add(FieldError.invalid(FieldPath.of(field).key(key), key, problem));
            }
        }
    }

    private static void unchanged(ObjectValue before, ObjectValue after, Checks checks, String... fields) {
        if (!before.bool("immutable")) {
            return;
        }
        if (!after.bool("immutable")) {
            checks.add(FieldError.forbidden(FieldPath.of("immutable"), "field is immutable when `immutable` is set"));
        }
        for (String field : fields) {
            if (!before.object(field).equals(after.object(field))) {
                checks.add(FieldError.forbidden(FieldPath.of(field), "field is immutable when `immutable` is set"));
            }
        }
    }

    /** ConfigMaps. */
    static final class ConfigMaps implements Strategy {
        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue data = object.object("data");
            ObjectValue binary = object.object("binaryData");
            keys(data, "data", checks);
            keys(binary, "binaryData", checks);
            long bytes = 0;
            for (int i = 0; i < data.size(); i++) {
                if (binary.has(data.name(i))) {
                    checks.add(FieldError.invalid(
                            FieldPath.of("data").key(data.name(i)),
                            data.name(i),
                            "duplicate of key present in binaryData"));
                }
                bytes += data.value(i).toString().getBytes(StandardCharsets.UTF_8).length;
            }
            for (int i = 0; i < binary.size(); i++) {
                bytes += decodedLength(binary.value(i));
            }
            if (bytes > MOST_BYTES) {
                checks.add(FieldError.tooLong(FieldPath.NONE, MOST_BYTES));
            }
            return checks.errors();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            unchanged(before, after, checks, "data", "binaryData");
            return checks.errors();
        }
    }

    /** Base64 has four characters for three bytes. */
    private static long decodedLength(Value base64) {
        String text = base64.toString();
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return text.length() / 4 * 3L - padding;
    }

    /** Secrets: plain text in {@code stringData} becomes bytes in {@code data}. */
    static final class Secrets implements Strategy {
        private static final FieldPath DATA = FieldPath.of("data");

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue texts = object.object("stringData");
            ObjectValue data = object.object("data");
            for (int i = 0; i < texts.size(); i++) {
                byte[] bytes = texts.value(i).toString().getBytes(StandardCharsets.UTF_8);
                data = data.with(texts.name(i), Base64.getEncoder().encodeToString(bytes));
            }
            ObjectValue filled = data.isEmpty() ? object : object.with("data", data);
            return Edits.text(filled.without("stringData"), "type", "Opaque");
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue data = object.object("data");
            keys(data, "data", checks);
            long bytes = 0;
            for (int i = 0; i < data.size(); i++) {
                bytes += decodedLength(data.value(i));
            }
            if (bytes > MOST_BYTES) {
                checks.add(FieldError.tooLong(DATA, MOST_BYTES));
            }
            switch (object.string("type")) {
                case "kubernetes.io/service-account-token" -> {
                    String name = object.object("metadata")
                            .object("annotations")
                            .string("kubernetes.io/service-account.name");
                    if (name.isEmpty()) {
                        checks.add(FieldError.required(
                                FieldPath.of("metadata", "annotations").key("kubernetes.io/service-account.name"), ""));
                    }
                }
                case "kubernetes.io/dockercfg" -> required(data, checks, ".dockercfg");
                case "kubernetes.io/dockerconfigjson" -> required(data, checks, ".dockerconfigjson");
                case "kubernetes.io/ssh-auth" -> required(data, checks, "ssh-privatekey");
                case "kubernetes.io/tls" -> required(data, checks, "tls.crt", "tls.key");
                case "kubernetes.io/basic-auth" -> {
                    if (!data.has("username") && !data.has("password")) {
                        required(data, checks, "username", "password");
                    }
                }
                default -> {}
            }
            return checks.errors();
        }

        private static void required(ObjectValue data, Checks checks, String... keys) {
            for (String key : keys) {
                if (!data.has(key)) {
                    checks.add(FieldError.required(DATA.key(key), ""));
                }
            }
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            checks.immutable(before, after, "type", FieldPath.NONE);
            unchanged(before, after, checks, "data");
            return checks.errors();
        }
    }
}

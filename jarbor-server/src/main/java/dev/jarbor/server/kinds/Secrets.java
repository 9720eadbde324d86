package dev.jarbor.server.kinds;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import dev.jarbor.server.tls.CertifiedKeys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Secrets: plain text in {@code stringData} becomes bytes in {@code data}; each type says which keys there must be.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/secret/#secret-types">Types of Secret</a>
 */
final class Secrets implements Strategy {
    private static final FieldPath DATA = FieldPath.of("data");
    private static final String ACCOUNT = "kubernetes.io/service-account.name";

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue typed = Edits.text(object, "type", "Opaque");
        ObjectValue texts = typed.object("stringData");
        if (texts.isEmpty()) {
            return typed.has("stringData") ? typed.without("stringData") : typed;
        }
        ObjectValue data = typed.object("data");
        for (int i = 0; i < texts.size(); i++) {
            byte[] bytes = texts.value(i).toString().getBytes(StandardCharsets.UTF_8);
            data = data.with(texts.name(i), Base64.getEncoder().encodeToString(bytes));
        }
        return typed.with("data", data).without("stringData");
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, checks);
        return checks.errors();
    }

    private static void check(ObjectValue object, Checks checks) {
        ObjectValue data = object.object("data");
        long bytes = 0;
        for (int i = 0; i < data.size(); i++) {
            ConfigMaps.key(data.name(i), DATA, checks);
            bytes += Texts.decoded(data.value(i).toString());
        }
        if (bytes > ConfigMaps.MOST_BYTES) {
            checks.add(FieldError.tooLong(DATA, ConfigMaps.MOST_BYTES));
        }
        switch (object.string("type")) {
            case "kubernetes.io/service-account-token" -> ofAccount(object, checks);
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", checks);
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", checks);
            case "kubernetes.io/ssh-auth" -> {
                if (data.string("ssh-privatekey").isEmpty()) {
                    checks.required(DATA.key("ssh-privatekey"));
                }
            }
            case "kubernetes.io/tls" -> required(data, checks, "tls.crt", "tls.key");
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    required(data, checks, "username", "password");
                }
            }
            default -> {}
        }
    }

    private static void ofAccount(ObjectValue object, Checks checks) {
        if (object.object("metadata").object("annotations").string(ACCOUNT).isEmpty()) {
            checks.required(FieldPath.of("metadata", "annotations").key(ACCOUNT));
        }
    }

    private static void required(ObjectValue data, Checks checks, String... keys) {
        for (String key : keys) {
            if (!data.has(key)) {
                checks.required(DATA.key(key));
            }
        }
    }

    /** Credentials for registries are a JSON object; what is wrong with one is said without showing it. */
    private static void json(ObjectValue data, String key, Checks checks) {
        if (!data.has(key)) {
            checks.required(DATA.key(key));
            return;
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(data.string(key));
            Json.object(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | DecodeException malformed) {
            checks.invalid(DATA.key(key), "<secret contents redacted>", String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        if (!before.string("type").equals(after.string("type"))) {
            checks.invalid(FieldPath.of("type"), after.string("type"), Checks.IMMUTABLE);
        }
        ConfigMaps.unchanged(before, after, checks, "data");
        check(after, checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        if (!object.string("type").equals("kubernetes.io/tls")) {
            return List.of();
        }
        ObjectValue data = object.object("data");
        String problem = CertifiedKeys.problem(text(data, "tls.crt"), text(data, "tls.key"));
        return problem.isEmpty() ? List.of() : List.of(problem);
    }

    private static String text(ObjectValue data, String key) {
        return new String(Base64.getMimeDecoder().decode(data.string(key)), StandardCharsets.ISO_8859_1);
    }
}

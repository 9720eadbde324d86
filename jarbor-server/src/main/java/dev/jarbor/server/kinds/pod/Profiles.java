package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.List;
import java.util.Optional;

/**
 * Profiles of seccomp and AppArmor, in fields and in the annotations that were there before the fields.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/">Linux kernel security
 *     constraints</a>
 */
final class Profiles {
    static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
    static final String APP_ARMOR_CONTAINER = "container.apparmor.security.beta.kubernetes.io/";

    private static final List<String> TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final int LONGEST_PROFILE = 4095;
    private static final String LOCAL = "localhost/";

    private Profiles() {}

    static void seccomp(ObjectValue security, FieldPath at, Checks checks) {
        if (!security.has("seccompProfile")) {
            return;
        }
        ObjectValue profile = security.object("seccompProfile");
        String type = profile.string("type");
        if (type.isEmpty()) {
            checks.required(at.child("type"), "type is required when seccompProfile is set");
        } else if (!TYPES.contains(type)) {
            checks.notSupported(at.child("type"), type, TYPES);
        }
        FieldPath local = at.child("localhostProfile");
        boolean named = profile.has("localhostProfile");
        if (!type.equals("Localhost")) {
            if (named) {
                checks.add(Internal.invalid(
                        local, profile, SecurityShapes.SECCOMP, "can only be set when seccomp type is Localhost"));
            }
        } else if (named) {
            Paths.descending(profile.string("localhostProfile"), local, checks);
        } else {
            checks.required(local, "must be set when seccomp type is Localhost");
        }
    }

    static void appArmor(ObjectValue security, FieldPath at, Checks checks) {
        if (!security.has("appArmorProfile")) {
            return;
        }
        ObjectValue profile = security.object("appArmorProfile");
        String type = profile.string("type");
        FieldPath local = at.child("localhostProfile");
        switch (type) {
            case "Localhost" -> localAppArmor(profile, local, checks);
            case "RuntimeDefault", "Unconfined" -> {
                if (profile.has("localhostProfile")) {
                    checks.invalid(
                            local,
                            profile.string("localhostProfile"),
                            "can only be set when AppArmor type is Localhost");
                }
            }
            case "" -> checks.required(at.child("type"), "type is required when appArmorProfile is set");
            default -> checks.notSupported(at.child("type"), type, TYPES);
        }
    }

    private static void localAppArmor(ObjectValue profile, FieldPath at, Checks checks) {
        String name = profile.string("localhostProfile");
        if (!name.strip().equals(name)) {
            checks.invalid(at, name, "must not be padded with whitespace");
        } else if (name.isEmpty()) {
            checks.required(at, "must be set when AppArmor type is Localhost");
        }
        if (Texts.bytes(name) > LONGEST_PROFILE) {
            checks.add(FieldError.tooLong(at, LONGEST_PROFILE));
        }
    }

    /** Both annotations, each with a profile's old name. */
    static void annotations(ObjectValue annotations, ObjectValue spec, FieldPath at, Checks checks) {
        if (annotations.has(SECCOMP_POD)) {
            seccompName(annotations.string(SECCOMP_POD), at.child(SECCOMP_POD), checks);
        }
        for (int i = 0; i < annotations.size(); i++) {
            String key = annotations.name(i);
            if (key.startsWith(SECCOMP_CONTAINER)) {
                seccompName(annotations.value(i).toString(), at.child(key), checks);
            }
        }
        for (int i = 0; i < annotations.size(); i++) {
            String key = annotations.name(i);
            if (!key.startsWith(APP_ARMOR_CONTAINER)) {
                continue;
            }
            String container = key.substring(APP_ARMOR_CONTAINER.length());
            if (!Containers.any(spec, other -> other.string("name").equals(container))) {
                checks.invalid(at.key(key), container, "container not found");
            }
            String name = annotations.value(i).toString();
            if (!name.isEmpty()
                    && !name.equals("runtime/default")
                    && !name.equals("unconfined")
                    && !name.startsWith(LOCAL)) {
                checks.invalid(at.key(key), name, "invalid AppArmor profile name: \"" + name + "\"");
            }
        }
    }

    private static void seccompName(String name, FieldPath at, Checks checks) {
        switch (name) {
            case "runtime/default", "docker/default", "unconfined" -> {}
            default -> {
                if (name.startsWith(LOCAL)) {
                    Paths.descending(name.substring(LOCAL.length()), at, checks);
                } else {
                    checks.invalid(at, name, "must be a valid seccomp profile");
                }
            }
        }
    }

    /** Where a profile is said in both ways, both must say the same. */
    static void agree(ObjectValue metadata, ObjectValue spec, FieldPath at, Checks checks) {
        ObjectValue annotations = metadata.object("annotations");
        if (annotations.isEmpty()) {
            return;
        }
        ObjectValue pod = spec.object("securityContext");
        if (pod.has("seccompProfile") && annotations.has(SECCOMP_POD)) {
            agree(
                    "seccomp",
                    annotations.string(SECCOMP_POD),
                    pod.object("seccompProfile"),
                    at.child("securityContext").child("seccompProfile"),
                    checks);
        }
        Containers.each(spec, at, (container, here) -> {
            String key = SECCOMP_CONTAINER + container.string("name");
            ObjectValue security = container.object("securityContext");
            if (security.has("seccompProfile") && annotations.has(key)) {
                agree(
                        "seccomp",
                        annotations.string(key),
                        security.object("seccompProfile"),
                        here.child("securityContext").child("seccompProfile"),
                        checks);
            }
        });
        if (spec.object("os").string("name").equals("windows")) {
            return;
        }
        Containers.each(spec, at, (container, here) -> {
            String key = APP_ARMOR_CONTAINER + container.string("name");
            ObjectValue security = container.object("securityContext");
            ObjectValue owner = security.has("appArmorProfile") ? security : pod;
            if (owner.has("appArmorProfile") && annotations.has(key)) {
                agree(
                        "apparmor",
                        annotations.string(key),
                        owner.object("appArmorProfile"),
                        here.child("securityContext").child("appArmorProfile"),
                        checks);
            }
        });
    }

    private static void agree(String what, String annotation, ObjectValue profile, FieldPath at, Checks checks) {
        boolean same = switch (profile.string("type")) {
            case "Unconfined" -> annotation.equals("unconfined");
            case "RuntimeDefault" ->
                annotation.equals("runtime/default") || (what.equals("seccomp") && annotation.equals("docker/default"));
            case "Localhost" -> annotation.startsWith(LOCAL);
            default -> true;
        };
        if (!same) {
            checks.forbidden(at.child("type"), what + " type in annotation and field must match");
        } else if (profile.string("type").equals("Localhost")
                && !annotation.substring(LOCAL.length()).equals(profile.string("localhostProfile"))) {
            checks.forbidden(at.child("localhostProfile"), what + " profile in annotation and field must match");
        }
    }

    /** The AppArmor field that an annotation of old stands for. */
    static Optional<ObjectValue> appArmorField(String annotation) {
        if (annotation.equals("unconfined")) {
            return Optional.of(ObjectValue.EMPTY.with("type", "Unconfined"));
        }
        if (annotation.equals("runtime/default")) {
            return Optional.of(ObjectValue.EMPTY.with("type", "RuntimeDefault"));
        }
        if (annotation.startsWith(LOCAL) && annotation.length() > LOCAL.length()) {
            return Optional.of(ObjectValue.EMPTY
                    .with("type", "Localhost")
                    .with("localhostProfile", annotation.substring(LOCAL.length())));
        }
        return Optional.empty();
    }
}

package dev.jarbor.api.generator;

import java.util.Set;
import javax.lang.model.SourceVersion;

/** How things of the API are called in Java. */
final class JavaNames {
    private static final String ROOT = "dev.jarbor.api";

    /** Methods that every record has already, besides Java's keywords. */
    private static final Set<String> TAKEN =
            Set.of("value", "hashCode", "toString", "getClass", "notify", "notifyAll", "wait", "clone", "finalize");

    private JavaNames() {}

    /** {@code x-kubernetes-map-type} as {@code xKubernetesMapType}, {@code $ref} as {@code ref}. */
    static String camelCase(String name) {
        var camel = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (Character.isLetterOrDigit(letter)) {
                camel.append(upper ? Character.toUpperCase(letter) : letter);
                upper = false;
            } else {
                upper = !camel.isEmpty();
            }
        }
        return camel.toString();
    }

    /** The accessor of a field: its name, with an underscore where Java or the record has taken the name. */
    static String accessor(String field) {
        String name = camelCase(field);
        return SourceVersion.isKeyword(name) || TAKEN.contains(name) ? name + "_" : name;
    }

    /** What follows "with" and "has". */
    static String capitalised(String field) {
        String name = camelCase(field);
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** {@code dev.jarbor.api.core.v1} of {@code io.k8s.api.core.v1}. */
    static String javaPackage(String idPackage) {
        if (idPackage.equals("io.k8s.apimachinery.pkg.version")) {
            return ROOT + ".version";
        }
        String[] parts = idPackage.split("\\.", -1);
        return ROOT + "." + parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    static String qualified(String id) {
        int dot = id.lastIndexOf('.');
        return javaPackage(id.substring(0, dot)) + id.substring(dot);
    }
}

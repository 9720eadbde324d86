package dev.jarbor.controllers.common;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.TreeMap;

/**
 * Compares and names pod templates: a Deployment's ReplicaSet is the one whose template is its own, and so is the revision
 * of a DaemonSet or StatefulSet.
 */
public final class Templates {
    /** The label of a Deployment's pods. */
    public static final String HASH = "pod-template-hash";

    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Templates() {}

    /** Whether two templates make the same pods: alike but for the hash label and for how absence is written. */
    public static boolean same(PodTemplateSpec one, PodTemplateSpec other) {
        return essence(one).equals(essence(other));
    }

    /**
     * The label value that tells the pods of different templates apart: the template's FNV-1a hash in the reference's
     * letters. It need not be the reference's own number, only the same for the same template.
     *
     * @param collisions how often the name that follows from it was taken by something else
     */
    public static String hash(PodTemplateSpec template, int collisions) {
        int hash = FNV_OFFSET;
        String text = Json.text(essence(template)) + (collisions == 0 ? "" : "#" + collisions);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        var name = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            name.append(Runtime.SUFFIX_ALPHABET.charAt(digit % Runtime.SUFFIX_ALPHABET.length()));
        }
        return name.toString();
    }

    /** {@code template} with one more label. */
    public static PodTemplateSpec labelled(PodTemplateSpec template, String label, String value) {
        var labels = new TreeMap<>(template.metadata().labels());
        labels.put(label, value);
        return template.withMetadata(template.metadata().withLabels(labels));
    }

    /** {@code template} without a label. */
    public static PodTemplateSpec unlabelled(PodTemplateSpec template, String label) {
        var labels = new TreeMap<>(template.metadata().labels());
        labels.remove(label);
        return template.withMetadata(template.metadata().withLabels(labels));
    }

    private static Value essence(PodTemplateSpec template) {
        return pruned(unlabelled(template, HASH).value());
    }

    /** Without nulls and empty lists and maps: the reference's types cannot tell them from absent ones. */
    private static Value pruned(Value value) {
        return switch (value) {
            case ObjectValue object -> {
                var kept = ObjectValue.builder();
                object.forEach((name, field) -> {
                    Value inner = pruned(field);
                    // An empty volume source such as emptyDir {} says which one it is.
                    boolean empty = inner instanceof NullValue || inner.equals(ListValue.EMPTY);
                    if (!empty && !(inner.equals(ObjectValue.EMPTY) && isMap(name))) {
                        kept.put(name, inner);
                    }
                });
                yield kept.build();
            }
            case ListValue list -> {
                var items = new ArrayList<Value>(list.size());
                list.forEach(item -> items.add(pruned(item)));
                yield ListValue.of(items);
            }
            default -> value;
        };
    }

    private static boolean isMap(String field) {
        return switch (field) {
            case "metadata",
                    "labels",
                    "annotations",
                    "nodeSelector",
                    "resources",
                    "limits",
                    "requests",
                    "securityContext",
                    "affinity" -> true;
            default -> false;
        };
    }
}

package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Volumes of kinds that are gone, and files of one volume that are in each other's way. */
public final class VolumeWarnings {
    /** Field, and what became of it, in the order in which it is said. */
    private static final List<Map.Entry<String, String>> OLD = List.of(
            Map.entry("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
            Map.entry("gitRepo", "deprecated in v1.11"),
            Map.entry("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
            Map.entry("flocker", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("storageos", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
            Map.entry("ephemeral", ""),
            Map.entry("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
            Map.entry("rbd", "deprecated in v1.28, non-functional in v1.31+"));

    /** A file and the object it is from; "" where the volume says that. */
    private record Written(String path, String source) {
        @Override
        public String toString() {
            return source.isEmpty() ? "\"" + path + "\"" : "\"" + path + "\" (" + source + ")";
        }
    }

    private VolumeWarnings() {}

    static void add(ObjectValue spec, FieldPath at, List<String> warnings) {
        List<ObjectValue> volumes = spec.list("volumes").objects();
        for (int i = 0; i < volumes.size(); i++) {
            for (Map.Entry<String, String> old : OLD) {
                ObjectValue volume = volumes.get(i);
                if (!volume.has(old.getKey())) {
                    continue;
                }
                if (old.getKey().equals("ephemeral")) {
                    ObjectValue template = volume.object("ephemeral").object("volumeClaimTemplate");
                    FieldPath here = at.index(i).child("ephemeral", "volumeClaimTemplate", "spec");
                    claim(template.object("spec"), here, warnings);
                } else {
                    gone(old, at.index(i), warnings);
                }
            }
        }
        volumes.forEach(volume -> overlaps(volume, warnings));
    }

    private static void gone(Map.Entry<String, String> old, FieldPath at, List<String> warnings) {
        String field = old.getKey().equals("storageos") ? "storageOS" : old.getKey();
        warnings.add(at.child(field) + ": " + old.getValue());
    }

    /** Where a volume is, of a kind that is gone. */
    public static void source(ObjectValue volume, FieldPath at, List<String> warnings) {
        for (Map.Entry<String, String> old : OLD) {
            if (volume.has(old.getKey())) {
                gone(old, at, warnings);
            }
        }
    }

    /** Storage is counted in whole bytes. */
    public static void claim(ObjectValue spec, FieldPath at, List<String> warnings) {
        for (String field : List.of("requests", "limits")) {
            Quantity amount =
                    Quantity.read(spec.object("resources").object(field).valueOrNull("storage"));
            if (Amounts.isFractional(amount)) {
                warnings.add(at.child("resources").child(field).key("storage") + ": fractional byte value \"" + amount
                        + "\" is invalid, must be an integer");
            }
        }
    }

    private static void overlaps(ObjectValue volume, List<String> warnings) {
        String name = volume.string("name");
        ObjectValue configMap = volume.object("configMap");
        ObjectValue secret = volume.object("secret");
        one(name, "ConfigMap \"" + configMap.string("name") + "\"", configMap.list("items"), warnings);
        one(name, "Secret \"" + secret.string("secretName") + "\"", secret.list("items"), warnings);
        one(name, "DownwardAPI", volume.object("downwardAPI").list("items"), warnings);
        if (!volume.has("projected")) {
            return;
        }
        var written = new ArrayList<Written>();
        for (ObjectValue source : volume.object("projected").list("sources").objects()) {
            if (source.isEmpty()) {
                warnings.add("volume \"" + name + "\" (Projected) has no sources provided");
            }
            projected(source).forEach(file -> write(file, name, "Projected", written, warnings));
        }
    }

    private static void one(String volume, String kind, ListValue items, List<String> warnings) {
        var written = new ArrayList<Written>();
        files(items, "").forEach(file -> write(file, volume, kind, written, warnings));
    }

    private static List<Written> projected(ObjectValue source) {
        ObjectValue configMap = source.object("configMap");
        ObjectValue secret = source.object("secret");
        if (configMap.has("items")) {
            return files(configMap.list("items"), "ConfigMap \"" + configMap.string("name") + "\"");
        }
        if (secret.has("items")) {
            return files(secret.list("items"), "Secret \"" + secret.string("name") + "\"");
        }
        if (source.object("downwardAPI").has("items")) {
            return files(source.object("downwardAPI").list("items"), "DownwardAPI");
        }
        return source.has("serviceAccountToken")
                ? List.of(new Written(
                        trimmed(source.object("serviceAccountToken").string("path")), "ServiceAccountToken"))
                : List.of();
    }

    private static List<Written> files(ListValue items, String source) {
        return items.objects().stream()
                .map(item -> new Written(trimmed(item.string("path")), source))
                .toList();
    }

    private static String trimmed(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static void write(Written file, String volume, String kind, List<Written> written, List<String> warnings) {
        for (Written other : written) {
            boolean both = !file.path().isEmpty() && !other.path().isEmpty();
            if (both && (isWithin(file.path(), other.path()) || isWithin(other.path(), file.path()))) {
                warnings.add("volume \"" + volume + "\" (" + kind + "): overlapping paths: " + file + " with " + other);
            }
        }
        written.add(file);
    }

    private static boolean isWithin(String path, String directory) {
        return (path + "/").startsWith(directory + "/");
    }
}

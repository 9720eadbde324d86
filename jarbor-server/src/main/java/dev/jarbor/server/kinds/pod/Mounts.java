package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a container sees its pod's volumes: as directories, or as raw block devices.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/">Volumes</a>
 */
final class Mounts {
    private static final List<String> PROPAGATIONS = List.of("Bidirectional", "HostToContainer", "None");

    private Mounts() {}

    static void check(ObjectValue container, Map<String, ObjectValue> volumes, FieldPath at, Checks checks) {
        List<ObjectValue> mounts = container.list("volumeMounts").objects();
        List<ObjectValue> devices = container.list("volumeDevices").objects();
        if (!mounts.isEmpty()) {
            Map<String, String> taken = paths(devices, "devicePath");
            var seen = new HashSet<String>();
            boolean privileged = container.object("securityContext").bool("privileged");
            for (int i = 0; i < mounts.size(); i++) {
                mount(mounts.get(i), volumes, taken, seen, at.child("volumeMounts"), i, checks);
                propagation(mounts.get(i), privileged, at.child("volumeMounts"), checks);
                recursion(mounts.get(i), at.child("volumeMounts").child("recursiveReadOnly"), checks);
            }
        }
        if (!devices.isEmpty()) {
            devices(devices, volumes, paths(mounts, "mountPath"), at.child("volumeDevices"), checks);
        }
    }

    private static Map<String, String> paths(List<ObjectValue> uses, String field) {
        if (uses.isEmpty()) {
            return Map.of();
        }
        var paths = new HashMap<String, String>();
        uses.forEach(use -> paths.put(use.string("name"), use.string(field)));
        return paths;
    }

    private static void mount(
            ObjectValue mount,
            Map<String, ObjectValue> volumes,
            Map<String, String> devices,
            Set<String> seen,
            FieldPath list,
            int index,
            Checks checks) {
        FieldPath at = list.index(index);
        String name = mount.string("name");
        if (name.isEmpty()) {
            checks.required(at.child("name"));
        }
        if (!volumes.containsKey(name)) {
            checks.add(FieldError.notFound(at.child("name"), Value.of(name)));
        }
        String path = mount.string("mountPath");
        if (path.isEmpty()) {
            checks.required(at.child("mountPath"));
        }
        if (!seen.add(path)) {
            checks.invalid(at.child("mountPath"), path, "must be unique");
        }
        if (devices.containsKey(name)) {
            checks.invalid(at.child("name"), name, "must not already exist in volumeDevices");
        }
        if (devices.containsValue(path)) {
            checks.invalid(at.child("mountPath"), path, "must not already exist as a path in volumeDevices");
        }
        // Paths of what follows leave the index out, as the reference's do.
        String sub = mount.string("subPath");
        if (!sub.isEmpty()) {
            Paths.descending(sub, list.child("subPath"), checks);
        }
        String expression = mount.string("subPathExpr");
        if (!expression.isEmpty()) {
            if (!sub.isEmpty()) {
                checks.invalid(at.child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive");
            }
            Paths.descending(expression, list.child("subPathExpr"), checks);
        }
    }

    private static void propagation(ObjectValue mount, boolean privileged, FieldPath list, Checks checks) {
        if (!mount.has("mountPropagation")) {
            return;
        }
        String propagation = mount.string("mountPropagation");
        if (!PROPAGATIONS.contains(propagation)) {
            checks.notSupported(list.child("mountPropagation"), propagation, PROPAGATIONS);
        }
        if (propagation.equals("Bidirectional") && !privileged) {
            checks.forbidden(
                    list.child("mountPropagation"),
                    "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void recursion(ObjectValue mount, FieldPath at, Checks checks) {
        if (!mount.has("recursiveReadOnly")) {
            return;
        }
        String recursion = mount.string("recursiveReadOnly");
        switch (recursion) {
            case "Disabled" -> {}
            case "Enabled", "IfPossible" -> {
                if (!mount.bool("readOnly")) {
                    checks.forbidden(at, "may only be specified when readOnly is true");
                }
                if (mount.has("mountPropagation")
                        && !mount.string("mountPropagation").equals("None")) {
                    checks.forbidden(at, "may only be specified when mountPropagation is None or not specified");
                }
            }
            default -> checks.notSupported(at, recursion, List.of("Disabled", "Enabled", "IfPossible"));
        }
    }

    private static void devices(
            List<ObjectValue> devices,
            Map<String, ObjectValue> volumes,
            Map<String, String> mounts,
            FieldPath list,
            Checks checks) {
        var paths = new HashSet<String>();
        var names = new HashSet<String>();
        for (int i = 0; i < devices.size(); i++) {
            FieldPath at = list.index(i);
            String name = devices.get(i).string("name");
            String path = devices.get(i).string("devicePath");
            ObjectValue volume = volumes.get(name);
            if (name.isEmpty()) {
                checks.required(at.child("name"));
            }
            if (names.contains(name)) {
                checks.invalid(at.child("name"), name, "must be unique");
            }
            if (volume == null) {
                checks.add(FieldError.notFound(at.child("name"), Value.of(name)));
            } else if (!volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
                checks.invalid(
                        at.child("name"),
                        name,
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (path.isEmpty()) {
                checks.required(at.child("devicePath"));
            }
            if (paths.contains(path)) {
                checks.invalid(at.child("devicePath"), path, "must be unique");
            }
            if (!path.isEmpty() && Paths.hasBacksteps(path)) {
                checks.invalid(at.child("devicePath"), path, "can not contain backsteps ('..')");
            } else {
                paths.add(path);
            }
            if (mounts.containsKey(name)) {
                checks.invalid(at.child("name"), name, "must not already exist in volumeMounts");
            }
            if (mounts.containsValue(path)) {
                checks.invalid(at.child("devicePath"), path, "must not already exist as a path in volumeMounts");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
    }
}

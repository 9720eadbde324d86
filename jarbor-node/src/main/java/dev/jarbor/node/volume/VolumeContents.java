package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.DownwardAPIVolumeFile;
import dev.jarbor.api.core.v1.KeyToPath;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.core.v1.VolumeProjection;
import dev.jarbor.node.env.DownwardFields;
import dev.jarbor.node.env.MissingReferenceException;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.env.ResourceFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of the volumes whose content comes from the API: configMap, secret, downwardAPI and projected (Kubernetes:
 * Volumes, Projected Volumes). Paths are relative and stay inside the volume.
 */
public final class VolumeContents {
    private static final int DEFAULT_MODE = 0644;

    private final Pod pod;
    private final PodReferences references;
    private final DownwardFields fields;
    private final ResourceFields resources;
    private final PodTokens tokens;

    public VolumeContents(
            Pod pod, PodReferences references, DownwardFields fields, ResourceFields resources, PodTokens tokens) {
        this.pod = pod;
        this.references = references;
        this.fields = fields;
        this.resources = resources;
        this.tokens = tokens;
    }

    /** The files of {@code volume}; empty where its content does not come from the API. */
    public Optional<SortedMap<String, VolumeFile>> of(Volume volume) {
        var files = new TreeMap<String, VolumeFile>();
        if (volume.hasConfigMap()) {
            var source = volume.configMap();
            configMap(files, source.name(), source.items(), source.defaultModeOr(DEFAULT_MODE), source.optional());
        } else if (volume.hasSecret()) {
            var source = volume.secret();
            secret(files, source.secretName(), source.items(), source.defaultModeOr(DEFAULT_MODE), source.optional());
        } else if (volume.hasDownwardAPI()) {
            downward(files, volume.downwardAPI().items(), volume.downwardAPI().defaultModeOr(DEFAULT_MODE));
        } else if (volume.hasProjected()) {
            int mode = volume.projected().defaultModeOr(DEFAULT_MODE);
            volume.projected().sources().forEach(source -> project(files, source, mode));
        } else {
            return Optional.empty();
        }
        return Optional.of(files);
    }

    private void project(Map<String, VolumeFile> files, VolumeProjection source, int mode) {
        if (source.hasConfigMap()) {
            var map = source.configMap();
            configMap(files, map.name(), map.items(), mode, map.optional());
        } else if (source.hasSecret()) {
            secret(
                    files,
                    source.secret().name(),
                    source.secret().items(),
                    mode,
                    source.secret().optional());
        } else if (source.hasDownwardAPI()) {
            downward(files, source.downwardAPI().items(), mode);
        } else if (source.hasServiceAccountToken()) {
            var token = source.serviceAccountToken();
            String text = tokens.token(pod, token.audience(), token.expirationSecondsOr(3600));
            // readable by the pod's own user only, or by its group where it has one
            int own = pod.spec().securityContext().hasFsGroup() ? 0600 : mode;
            add(files, token.path(), text.getBytes(StandardCharsets.UTF_8), own);
        } else {
            throw new MissingReferenceException("this source of a projected volume is not supported");
        }
    }

    private void configMap(
            Map<String, VolumeFile> files, String name, List<KeyToPath> items, int mode, boolean optional) {
        Optional<ConfigMap> found = references.configMap(pod.namespace(), name);
        if (found.isEmpty()) {
            if (optional) {
                return;
            }
            throw new MissingReferenceException("configmap \"" + name + "\" not found");
        }
        var data = new TreeMap<String, byte[]>(found.get().binaryDataBytes());
        found.get().data().forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
        addAll(files, data, items, mode, optional);
    }

    private void secret(Map<String, VolumeFile> files, String name, List<KeyToPath> items, int mode, boolean optional) {
        Optional<Secret> found = references.secret(pod.namespace(), name);
        if (found.isEmpty()) {
            if (optional) {
                return;
            }
            throw new MissingReferenceException("secret \"" + name + "\" not found");
        }
        addAll(files, new TreeMap<>(found.get().dataBytes()), items, mode, optional);
    }

    private static void addAll(
            Map<String, VolumeFile> files,
            SortedMap<String, byte[]> data,
            List<KeyToPath> items,
            int mode,
            boolean optional) {
        if (items.isEmpty()) {
            data.forEach((key, value) -> add(files, key, value, mode));
            return;
        }
        for (KeyToPath item : items) {
            byte[] value = data.get(item.key());
            if (value != null) {
                add(files, item.path(), value, item.modeOr(mode));
            } else if (!optional) {
                throw new MissingReferenceException("references non-existent config key: " + item.key());
            }
        }
    }

    private void downward(Map<String, VolumeFile> files, List<DownwardAPIVolumeFile> items, int mode) {
        for (DownwardAPIVolumeFile item : items) {
            String text = item.hasResourceFieldRef()
                    ? resources.read(pod, Container.EMPTY, item.resourceFieldRef())
                    : fields.read(item.fieldRef().fieldPath())
                            .orElseThrow(() -> new MissingReferenceException(
                                    "unsupported fieldPath: " + item.fieldRef().fieldPath()));
            add(files, item.path(), text.getBytes(StandardCharsets.UTF_8), item.modeOr(mode));
        }
    }

    private static void add(Map<String, VolumeFile> files, String path, byte[] bytes, int mode) {
        boolean inside = !path.isEmpty() && !path.startsWith("/");
        for (String part : path.split("/", -1)) {
            inside &= !part.isEmpty() && !part.equals("..") && !part.equals(".");
        }
        if (!inside || path.startsWith("..")) {
            throw new MissingReferenceException("invalid path in a volume: " + path);
        }
        files.put(path, VolumeFile.of(bytes, mode));
    }

    /** The group that owns a pod's files, where it has one. */
    static OptionalInt group(Pod pod) {
        return pod.spec().securityContext().hasFsGroup()
                ? OptionalInt.of(Math.toIntExact(pod.spec().securityContext().fsGroup()))
                : OptionalInt.empty();
    }
}

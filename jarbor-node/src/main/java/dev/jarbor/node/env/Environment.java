package dev.jarbor.node.env;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.EnvFromSource;
import dev.jarbor.api.core.v1.EnvVar;
import dev.jarbor.api.core.v1.EnvVarSource;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Works out a container's environment; later sources win: services, then envFrom in order, then env in order. */
public final class Environment {
    private final Pod pod;
    private final PodReferences references;
    private final DownwardFields fields;
    private final ResourceFields resources;

    public Environment(Pod pod, PodReferences references, DownwardFields fields, ResourceFields resources) {
        this.pod = pod;
        this.references = references;
        this.fields = fields;
        this.resources = resources;
    }

    /**
     * The variables of {@code container}.
     *
     * @throws MissingReferenceException where a source that is not optional is absent
     */
    public SortedMap<String, String> of(Container container) {
        SortedMap<String, String> services = ServiceLinks.of(
                references.services(pod.namespace()),
                references.services("default"),
                pod.spec().enableServiceLinksOr(true));
        var own = new TreeMap<String, String>();
        container.envFrom().forEach(source -> addAll(source, own));
        for (EnvVar variable : container.env()) {
            Optional<String> value = variable.hasValueFrom()
                    ? from(variable.valueFrom(), container)
                    : Optional.of(Expansion.expand(
                            variable.value_(),
                            name -> Optional.ofNullable(own.get(name))
                                    .or(() -> Optional.ofNullable(services.get(name)))));
            value.ifPresent(text -> own.put(variable.name(), text));
        }
        var all = new TreeMap<>(services);
        all.putAll(own);
        return all;
    }

    private void addAll(EnvFromSource source, Map<String, String> variables) {
        if (source.hasConfigMapRef()) {
            String name = source.configMapRef().name();
            Optional<ConfigMap> found = references.configMap(pod.namespace(), name);
            require(found.isPresent() || source.configMapRef().optional(), "configmap \"" + name + "\" not found");
            found.ifPresent(map -> map.data().forEach((key, value) -> variables.put(source.prefix() + key, value)));
        }
        if (source.hasSecretRef()) {
            String name = source.secretRef().name();
            Optional<Secret> found = references.secret(pod.namespace(), name);
            require(found.isPresent() || source.secretRef().optional(), "secret \"" + name + "\" not found");
            found.ifPresent(secret -> secret.dataBytes()
                    .forEach((key, value) ->
                            variables.put(source.prefix() + key, new String(value, StandardCharsets.UTF_8))));
        }
    }

    private Optional<String> from(EnvVarSource source, Container container) {
        if (source.hasFieldRef()) {
            String path = source.fieldRef().fieldPath();
            Optional<String> value = fields.read(path);
            require(value.isPresent(), "unsupported fieldPath: " + path);
            return value;
        }
        if (source.hasResourceFieldRef()) {
            return Optional.of(resources.read(pod, container, source.resourceFieldRef()));
        }
        if (source.hasConfigMapKeyRef()) {
            var ref = source.configMapKeyRef();
            Optional<ConfigMap> found = references.configMap(pod.namespace(), ref.name());
            require(found.isPresent() || ref.optional(), "configmap \"" + ref.name() + "\" not found");
            Optional<String> value =
                    found.flatMap(map -> Optional.ofNullable(map.data().get(ref.key())));
            require(
                    value.isPresent() || ref.optional(),
                    "couldn't find key " + ref.key() + " in ConfigMap " + pod.namespace() + "/" + ref.name());
            return value;
        }
        if (source.hasSecretKeyRef()) {
            var ref = source.secretKeyRef();
            Optional<Secret> found = references.secret(pod.namespace(), ref.name());
            require(found.isPresent() || ref.optional(), "secret \"" + ref.name() + "\" not found");
            Optional<String> value = found.flatMap(
                            secret -> Optional.ofNullable(secret.dataBytes().get(ref.key())))
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
            require(
                    value.isPresent() || ref.optional(),
                    "couldn't find key " + ref.key() + " in Secret " + pod.namespace() + "/" + ref.name());
            return value;
        }
        throw new MissingReferenceException("this source of an environment variable is not supported");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new MissingReferenceException(message);
        }
    }
}

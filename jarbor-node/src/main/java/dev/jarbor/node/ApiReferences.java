package dev.jarbor.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.node.env.PodReferences;
import java.util.List;
import java.util.Optional;

/**
 * Reads what pods refer to from the API when it is needed: a node may read the ConfigMaps and Secrets of its own pods by
 * name but not list them, and a read when a container starts sees what was written just before it.
 */
final class ApiReferences implements PodReferences {
    private final Api api;
    private final Informer<Service> services;

    ApiReferences(Api api, Informer<Service> services) {
        this.api = api;
        this.services = services;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return api.find(ConfigMap.KIND, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return api.find(Secret.KIND, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return api.find(PersistentVolumeClaim.KIND, new ObjectKey(namespace, name));
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return api.find(PersistentVolume.KIND, ObjectKey.cluster(name));
    }

    @Override
    public List<Service> services(String namespace) {
        return services.list(namespace);
    }
}

package dev.jarbor.node.env;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.Service;
import java.util.List;
import java.util.Optional;

/** Looks up the objects that pods refer to by name. */
public interface PodReferences {
    Optional<ConfigMap> configMap(String namespace, String name);

    Optional<Secret> secret(String namespace, String name);

    Optional<PersistentVolumeClaim> claim(String namespace, String name);

    Optional<PersistentVolume> volume(String name);

    /** The services of a namespace, in name order. */
    List<Service> services(String namespace);
}

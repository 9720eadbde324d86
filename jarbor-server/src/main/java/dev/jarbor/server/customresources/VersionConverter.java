package dev.jarbor.server.customresources;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** Rewrites custom resources from one version of their definition to another. */
interface VersionConverter {
    /**
     * Only apiVersion changes: strategy {@code None}.
     *
     * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/">Versions
     *     of custom resources</a>
     */
    VersionConverter NONE = (objects, apiVersion) -> objects.stream()
            .map(object -> object.with("apiVersion", apiVersion))
            .toList();

    /**
     * @param objects of whatever versions
     * @param apiVersion the version they are to be in, such as {@code example.com/v1}
     * @return them in that version, in order
     * @throws ApiException when they cannot be converted
     */
    List<ObjectValue> convert(List<ObjectValue> objects, String apiVersion);
}

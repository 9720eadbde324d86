package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;

/**
 * A Kubernetes API, as one user sees it: the only way components reach the cluster. Implemented by a direct call into
 * the server of the same process and by HTTPS to any cluster.
 *
 * <p>Calls are synchronous. They throw {@link ApiException} with the server's {@code Status} when the server refuses,
 * and with reason {@code ServiceUnavailable} when it cannot be reached.
 */
public interface Api {
    /** Carries out {@code request}; answers with the object, the list, or a {@code Status}. Not for watches. */
    ObjectValue call(ApiRequest request);

    /**
     * Starts a watch; {@code request.verb} is {@link Verb#WATCH}. Refusals are thrown here; what goes wrong later comes
     * as an ERROR event.
     */
    Watch watch(ApiRequest request, WatchListener listener);

    default <T extends KubeObject> T get(Kind<T> kind, ObjectKey key) {
        return kind.read(call(ApiRequest.of(Verb.GET, ResourcePath.of(kind, key))));
    }

    /** Like {@link #get}, with absence as an answer instead of an error. */
    default <T extends KubeObject> Optional<T> find(Kind<T> kind, ObjectKey key) {
        try {
            return Optional.of(get(kind, key));
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Lists {@code kind} in {@code namespace}, or in all of them for "". */
    default <T extends KubeObject> ObjectList<T> list(Kind<T> kind, String namespace, Query query) {
        ObjectValue list =
                call(ApiRequest.of(Verb.LIST, ResourcePath.collection(kind, namespace), query, ObjectValue.EMPTY));
        ObjectValue metadata = list.object("metadata");
        return new ObjectList<>(
                list.list("items").objects().stream()
                        .map(item -> kind.read(item.has("kind") ? item : kind.stamp(item)))
                        .toList(),
                metadata.string("resourceVersion"),
                metadata.string("continue"));
    }

    /** What is served in {@code version} of {@code group}; nothing where there is no such version. */
    default List<ResourceDefinition> resources(String group, String version) {
        try {
            return ResourceList.read(
                    group, version, call(ApiRequest.of(Verb.GET, ResourcePath.ofResources(group, version))));
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return List.of();
            }
            throw refused;
        }
    }

    /** Creates {@code object} in the namespace that its metadata names. */
    default <T extends KubeObject> T create(Kind<T> kind, T object) {
        ResourcePath path = ResourcePath.collection(kind, object.namespace());
        return kind.read(call(ApiRequest.of(Verb.CREATE, path, Query.NONE, kind.stamp(object.value()))));
    }

    /** Replaces the object; with a resource version in its metadata only if it is still at that version. */
    default <T extends KubeObject> T update(Kind<T> kind, T object) {
        ResourcePath path = ResourcePath.of(kind, object.key());
        return kind.read(call(ApiRequest.of(Verb.UPDATE, path, Query.NONE, kind.stamp(object.value()))));
    }

    /** Replaces the object's status and nothing else. */
    default <T extends KubeObject> T updateStatus(Kind<T> kind, T object) {
        ResourcePath path = ResourcePath.of(kind, object.key()).withSubresource("status");
        return kind.read(call(ApiRequest.of(Verb.UPDATE, path, Query.NONE, kind.stamp(object.value()))));
    }

    default <T extends KubeObject> T patch(Kind<T> kind, ObjectKey key, Patch patch) {
        return patch(kind, key, "", patch);
    }

    default <T extends KubeObject> T patch(Kind<T> kind, ObjectKey key, String subresource, Patch patch) {
        ResourcePath path = ResourcePath.of(kind, key).withSubresource(subresource);
        return kind.read(call(new ApiRequest(Verb.PATCH, path, Query.NONE, patch.body(), patch.type())));
    }

    /**
     * Makes the object say what {@code configuration} says, and {@code manager} the owner of that, whoever owned it before
     * (server-side apply, by force); creates it where it is not there, unless the configuration names a uid.
     */
    default <T extends KubeObject> T apply(Kind<T> kind, T configuration, String manager) {
        ResourcePath path = ResourcePath.of(kind, configuration.key());
        Query query = Query.NONE.with("fieldManager", manager).with("force", true);
        return kind.read(
                call(new ApiRequest(Verb.PATCH, path, query, kind.stamp(configuration.value()), PatchType.APPLY)));
    }

    default void delete(Kind<?> kind, ObjectKey key, DeleteOptions options) {
        call(ApiRequest.of(Verb.DELETE, ResourcePath.of(kind, key), Query.NONE, options.body()));
    }

    default void delete(Kind<?> kind, ObjectKey key) {
        delete(kind, key, DeleteOptions.NONE);
    }
}

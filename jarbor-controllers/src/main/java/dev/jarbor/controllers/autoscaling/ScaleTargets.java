package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.autoscaling.v2.CrossVersionObjectReference;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.common.CustomKinds;
import java.util.List;
import java.util.Optional;

/** Finds what autoscalers refer to, by group and kind, and reads and writes how many replicas it wants. */
final class ScaleTargets {
    private final Api api;
    private final List<ResourceDefinition> resources;
    private final Informer<CustomResourceDefinition> definitions;

    /** @param resources what the cluster serves beside custom resources */
    ScaleTargets(Api api, Informers informers, List<ResourceDefinition> resources) {
        this.api = api;
        this.resources = List.copyOf(resources);
        this.definitions = informers.of(CustomResourceDefinition.KIND);
    }

    /**
     * A Scale and where it is.
     *
     * @param replicas how many are wanted
     * @param running how many there are
     * @param selector of the pods; "" where the target has none
     */
    record Scale(ResourcePath path, ObjectValue object, int replicas, int running, String selector) {}

    /** Whether {@code reference} has no version that could be read. */
    static boolean isUnreadable(CrossVersionObjectReference reference) {
        String version = reference.apiVersion();
        return version.indexOf('/') != version.lastIndexOf('/');
    }

    /**
     * Where the object is that {@code reference} names, in {@code namespace} if its kind has namespaces.
     *
     * @throws UnknownMetricException where nothing of its kind is served
     */
    ResourcePath find(CrossVersionObjectReference reference, String namespace) {
        String version = reference.apiVersion();
        if (isUnreadable(reference)) {
            throw new UnknownMetricException("unexpected GroupVersion string: " + version);
        }
        String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
        Optional<ResourcePath> known = resources.stream()
                .filter(resource -> resource.group().equals(group)
                        && resource.kind().equals(reference.kind())
                        && resource.isStored())
                .findFirst()
                .map(resource -> path(resource, namespace, reference.name()));
        return known.or(() -> definitions.list().stream()
                        .flatMap(definition -> CustomKinds.of(definition).stream())
                        .filter(kind ->
                                kind.group().equals(group) && kind.name().equals(reference.kind()))
                        .findFirst()
                        .map(kind -> path(kind, namespace, reference.name())))
                .or(() -> elsewhere(reference, group, namespace))
                .orElseThrow(() -> new UnknownMetricException(
                        "no matches for kind \"" + reference.kind() + "\" in group \"" + group + "\""));
    }

    /** Of a kind that another server serves behind this one. */
    private Optional<ResourcePath> elsewhere(CrossVersionObjectReference reference, String group, String namespace) {
        String version = reference.apiVersion().substring(reference.apiVersion().indexOf('/') + 1);
        return api.resources(group, version).stream()
                .filter(resource -> resource.kind().equals(reference.kind()))
                .findFirst()
                .map(resource -> path(resource, namespace, reference.name()));
    }

    private static ResourcePath path(ResourceDefinition resource, String namespace, String name) {
        return new ResourcePath(
                resource.group(),
                resource.version(),
                resource.plural(),
                resource.namespaced() ? namespace : "",
                name,
                "");
    }

    private static ResourcePath path(Kind<GenericObject> kind, String namespace, String name) {
        return new ResourcePath(
                kind.group(), kind.version(), kind.plural(), kind.namespaced() ? namespace : "", name, "");
    }

    /** The scale of what {@code reference} names; refusals are the API's. */
    Scale scale(CrossVersionObjectReference reference, String namespace) {
        ResourcePath path = find(reference, namespace).withSubresource("scale");
        try {
            ObjectValue scale = api.call(ApiRequest.of(Verb.GET, path));
            return new Scale(
                    path,
                    scale,
                    (int) scale.object("spec").integer("replicas"),
                    (int) scale.object("status").integer("replicas"),
                    scale.object("status").string("selector"));
        } catch (ApiException refused) {
            throw new UnknownMetricException(String.valueOf(refused.getMessage()));
        }
    }

    /** Makes the target want {@code replicas}, unless somebody else has changed it meanwhile. */
    void write(Scale scale, int replicas) {
        ObjectValue wanted = scale.object().update("spec", spec -> spec.with("replicas", replicas));
        api.call(ApiRequest.of(Verb.UPDATE, scale.path(), Query.NONE, wanted));
    }
}

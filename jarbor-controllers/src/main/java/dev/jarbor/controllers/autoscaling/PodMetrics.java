package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.Fields;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Numbers from the three APIs of metrics: what pods use ({@code metrics.k8s.io}), numbers about objects of the cluster ({@code
 * custom.metrics.k8s.io}) and about anything else ({@code external.metrics.k8s.io}). All in thousandths.
 */
final class PodMetrics {
    private static final Duration CUSTOM_WINDOW = Duration.ofMinutes(1);
    private static final List<String> CUSTOM_VERSIONS = List.of("v1beta2", "v1beta1");

    private final Api api;

    PodMetrics(Api api) {
        this.api = api;
    }

    /**
     * What pods use of {@code resource}, by their names.
     *
     * @param container of which container alone; "" for all of a pod
     */
    Map<String, Sample> resource(String namespace, String resource, Selector pods, String container) {
        var path = new ResourcePath("metrics.k8s.io", "v1beta1", "pods", namespace, "", "");
        List<ObjectValue> items = items("resource", () -> call(Verb.LIST, path, Query.labels(pods.toString())));
        var samples = new TreeMap<String, Sample>();
        for (ObjectValue item : items) {
            String name = item.object("metadata").string("name");
            List<ObjectValue> containers = item.list("containers").objects();
            if (!container.isEmpty()) {
                ObjectValue one = containers.stream()
                        .filter(each -> each.string("name").equals(container))
                        .findFirst()
                        .orElseThrow(() -> new UnknownMetricException("failed to get container metrics: container "
                                + container + " not present in metrics for pod " + namespace + "/" + name));
                containers = List.of(one);
            }
            boolean complete =
                    containers.stream().allMatch(each -> each.object("usage").has(resource));
            if (complete && !containers.isEmpty()) {
                long sum = containers.stream()
                        .mapToLong(each -> Quantity.read(each.object("usage").valueOrNull(resource))
                                .milliValue())
                        .sum();
                samples.put(name, new Sample(sum, time(item), GoDuration.parse(item.string("window"))));
            }
        }
        return samples;
    }

    /** A number of each pod, by their names. */
    Map<String, Sample> ofPods(String namespace, String metric, Selector pods, Selector metrics) {
        List<ObjectValue> items =
                items("custom", () -> custom("pods", namespace, "*", metric, selectors(pods, metrics)));
        var samples = new TreeMap<String, Sample>();
        for (ObjectValue item : items) {
            Duration window =
                    item.has("windowSeconds") ? Duration.ofSeconds(item.integer("windowSeconds")) : CUSTOM_WINDOW;
            samples.put(
                    item.object("describedObject").string("name"),
                    new Sample(Quantity.read(item.valueOrNull("value")).milliValue(), time(item), window));
        }
        return samples;
    }

    /** A number about one object. */
    long ofObject(ResourcePath object, String metric, Selector metrics) {
        String resource = object.group().isEmpty() ? object.plural() : object.plural() + "." + object.group();
        List<ObjectValue> items = items(
                "custom",
                () -> object.plural().equals("namespaces") && object.group().isEmpty()
                        ? custom("metrics", object.name(), metric, "", selectors(Selector.everything(), metrics))
                        : custom(
                                resource,
                                object.namespace(),
                                object.name(),
                                metric,
                                selectors(Selector.everything(), metrics)));
        return Quantity.read(items.getFirst().valueOrNull("value")).milliValue();
    }

    /** The sum of a number about something outside of the cluster. */
    long external(String namespace, String metric, Selector metrics) {
        var path = new ResourcePath("external.metrics.k8s.io", "v1beta1", metric, namespace, "", "");
        return items("external", () -> call(Verb.LIST, path, Query.labels(metrics.toString()))).stream()
                .mapToLong(item -> Quantity.read(item.valueOrNull("value")).milliValue())
                .sum();
    }

    /**
     * The selector of a metric; an absent one selects everything.
     *
     * @throws UnknownMetricException where it is malformed
     */
    static Selector selector(Optional<ObjectValue> selector) {
        try {
            return selector.map(Selector::ofObject).orElse(Selector.everything());
        } catch (InvalidSelectorException malformed) {
            throw new UnknownMetricException(String.valueOf(malformed.getMessage()));
        }
    }

    private static Query selectors(Selector objects, Selector metrics) {
        Query query = objects.isEmpty() ? Query.NONE : Query.labels(objects.toString());
        return metrics.isEmpty() ? query : query.with("metricLabelSelector", metrics.toString());
    }

    /** In the newest version that is served. */
    private ObjectValue custom(String resource, String namespace, String name, String metric, Query query) {
        ApiException first = ApiException.unknownResource();
        for (String version : CUSTOM_VERSIONS) {
            try {
                return call(
                        Verb.GET,
                        new ResourcePath("custom.metrics.k8s.io", version, resource, namespace, name, metric),
                        query);
            } catch (ApiException refused) {
                if (!refused.isNotFound()) {
                    throw refused;
                }
                first = refused;
            }
        }
        throw first;
    }

    private ObjectValue call(Verb verb, ResourcePath path, Query query) {
        return api.call(ApiRequest.of(verb, path, query, ObjectValue.EMPTY));
    }

    private interface Asking {
        ObjectValue ask();
    }

    private static List<ObjectValue> items(String which, Asking asking) {
        List<ObjectValue> items;
        try {
            items = asking.ask().list("items").objects();
        } catch (ApiException refused) {
            throw new UnknownMetricException(
                    "unable to fetch metrics from " + which + " metrics API: " + refused.getMessage());
        }
        if (items.isEmpty()) {
            throw new UnknownMetricException("no metrics returned from " + which + " metrics API");
        }
        return items;
    }

    private static Instant time(ObjectValue item) {
        return Fields.time(item.valueOrNull("timestamp")).orElse(Instant.EPOCH);
    }
}

package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.resourcemetrics.Measurements;
import dev.jarbor.server.resourcemetrics.MetricsObjects;
import dev.jarbor.server.resourcemetrics.MetricsSchemas;
import dev.jarbor.store.Store;
import java.util.List;
import java.util.Locale;

/**
 * The resources of {@code metrics.k8s.io}: got and listed, with selectors, and nothing of them is stored. What has not been
 * measured is not there.
 */
final class ResourceMetrics implements AutoCloseable {
    private final Store store;
    private final Runtime runtime;
    private final Measurements measurements;
    private final MetricsObjects objects;

    ResourceMetrics(Store store, Runtime runtime, NodeConnections nodes) {
        this.store = store;
        this.runtime = runtime;
        this.measurements = new Measurements(store, runtime, nodes::to);
        this.objects = new MetricsObjects(measurements);
    }

    /** Begins to ask the nodes. */
    void start() {
        measurements.start();
    }

    @Override
    public void close() {
        measurements.close();
    }

    static boolean serves(ServedResource resource) {
        return resource.kind().group().equals(MetricsSchemas.GROUP);
    }

    Answer answer(Call call) {
        return call.verb() == Verb.LIST ? list(call) : get(call);
    }

    private Answer get(Call call) {
        ServedResource resource = call.resource();
        ObjectKey key = call.key();
        return objects.one(resource.kind().plural(), key, store.snapshot(), runtime.now())
                .map(Answer::ok)
                .orElseThrow(() -> ApiException.notFound(
                        new GroupResource(
                                resource.kind().group(), resource.kind().name().toLowerCase(Locale.ROOT)),
                        key.toString()));
    }

    private Answer list(Call call) {
        Selection selection = Selection.of(call);
        ServedResource resource = call.resource();
        List<Value> items =
                objects
                        .all(resource.kind().plural(), call.namespace(), store.snapshot(), runtime.now())
                        .entrySet()
                        .stream()
                        .filter(entry -> selection.matches(entry.getKey(), entry.getValue()))
                        .<Value>map(java.util.Map.Entry::getValue)
                        .toList();
        return Answer.ok(ObjectValue.builder()
                .put("kind", resource.listKind())
                .put("apiVersion", resource.kind().apiVersion())
                .put("metadata", ObjectValue.EMPTY)
                .put("items", ListValue.of(items))
                .build());
    }
}

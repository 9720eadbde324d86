package dev.jarbor.cluster;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.Settings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.Set;

/** A server and all controllers under virtual time, without nodes; with one namespace, {@code shop}. */
final class SimulatedControlPlane {
    private static final Set<String> CLUSTER_SCOPED = Set.of("persistentvolumes", "servicecidrs");

    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final ApiServer server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);

    SimulatedControlPlane() {
        server.start();
        Api api = server.as(User.ADMIN);
        var informers = new SharedInformers(api, runtime);
        Controllers.all(
                        api,
                        informers,
                        runtime,
                        Settings.of("certificate")
                                .withResources(RuntimeConfig.DEFAULT.served(
                                        Schemas.builtIn().resources())))
                .forEach(loop -> loop.start());
        informers.start();
        call(Verb.CREATE, new ResourcePath("", "v1", "namespaces", "", "", ""), yaml("metadata: {name: shop}"));
        settle();
    }

    /** Lets the controllers do what there is to do. */
    void settle() {
        runtime.advance(Duration.ofSeconds(5));
    }

    static ObjectValue yaml(String text) {
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    /** {@code apps/replicasets/name/status}: group (core for ""), resource, name and subresource, in the namespace. */
    static ResourcePath path(String text) {
        String[] parts = (text + "///").split("/", -1);
        String group = parts[0].equals("core") ? "" : parts[0];
        String namespace = CLUSTER_SCOPED.contains(parts[1]) ? "" : "shop";
        return new ResourcePath(group, "v1", parts[1], namespace, parts[2], parts[3]);
    }

    ObjectValue call(Verb verb, ResourcePath path, Value body) {
        return server.handle(User.ADMIN, ApiRequest.of(verb, path, Query.NONE, body))
                .body();
    }

    ObjectValue create(String path, String yaml) {
        return call(Verb.CREATE, path(path), yaml(yaml));
    }

    ObjectValue get(String path) {
        return call(Verb.GET, path(path), ObjectValue.EMPTY);
    }

    ObjectValue update(String path, ObjectValue object) {
        return call(Verb.UPDATE, path(path), object);
    }

    /** Deletes at once and lets the controllers follow. */
    void delete(String path) {
        call(
                Verb.DELETE,
                path(path),
                yaml("{kind: DeleteOptions, apiVersion: v1, gracePeriodSeconds: 0, propagationPolicy: Background}"));
        settle();
    }
}

package dev.jarbor.server;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.List;

/** A server on a memory store under virtual time, called the way a URL would: by path. */
final class TestServer {
    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final Store store;
    final ApiServer server;

    TestServer() {
        this(new MemoryStore());
    }

    TestServer(Store store) {
        this(store, AdmissionSettings.DEFAULT);
    }

    TestServer(AdmissionSettings admission) {
        this(new MemoryStore(), admission);
    }

    TestServer(ServerSettings settings) {
        this(new MemoryStore(), settings);
    }

    private TestServer(Store store, AdmissionSettings admission) {
        this(store, ServerSettings.DEFAULT.withAdmission(admission));
    }

    TestServer(Store store, ServerSettings settings) {
        this.store = store;
        server = new ApiServer(store, runtime, settings);
        server.start();
    }

    /** What a watch has heard. */
    static final class Heard implements WatchListener {
        final List<WatchEvent> events = new ArrayList<>();
        boolean closed;

        @Override
        public void event(WatchEvent event) {
            events.add(event);
        }

        @Override
        public void closed() {
            closed = true;
        }

        /** The events as {@code ADDED name}, and forgets them. */
        List<String> take() {
            List<String> texts = events.stream()
                    .map(event -> event.type() + " "
                            + event.object().object("metadata").string("name"))
                    .toList();
            events.clear();
            return texts;
        }
    }

    Answer handle(Verb verb, String path, Query query, Value body) {
        return server.handle(User.ADMIN, ApiRequest.of(verb, path(path), query, body));
    }

    ObjectValue get(String path) {
        return handle(Verb.GET, path, Query.NONE, ObjectValue.EMPTY).body();
    }

    ObjectValue list(String path, Query query) {
        return handle(Verb.LIST, path, query, ObjectValue.EMPTY).body();
    }

    ObjectValue create(String path, String json) {
        return handle(Verb.CREATE, path, Query.NONE, Json.object(json)).body();
    }

    ObjectValue update(String path, ObjectValue object) {
        return handle(Verb.UPDATE, path, Query.NONE, object).body();
    }

    ObjectValue patch(PatchType type, String path, String json) {
        return server.handle(User.ADMIN, new ApiRequest(Verb.PATCH, path(path), Query.NONE, Json.parse(json), type))
                .body();
    }

    ObjectValue delete(String path, String options) {
        return handle(Verb.DELETE, path, Query.NONE, Json.object(options)).body();
    }

    Watch watch(String path, Query query, WatchListener listener) {
        return server.watch(User.ADMIN, ApiRequest.of(Verb.WATCH, path(path), query, ObjectValue.EMPTY), listener);
    }

    /** Reads {@code v1/namespaces/shop/pods/web/status} or {@code apps/v1/namespaces/shop/deployments}. */
    static ResourcePath path(String text) {
        List<String> parts = List.of(text.split("/", -1));
        boolean core = parts.getFirst().equals("v1");
        String group = core ? "" : parts.getFirst();
        String version = parts.get(core ? 0 : 1);
        List<String> rest = parts.subList(core ? 1 : 2, parts.size());
        String namespace = "";
        if (rest.getFirst().equals("namespaces")
                && rest.size() > 2
                && !rest.get(2).equals("finalize")
                && !rest.get(2).equals("status")) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        return new ResourcePath(
                group,
                version,
                rest.get(0),
                namespace,
                rest.size() > 1 ? rest.get(1) : "",
                rest.size() > 2 ? rest.get(2) : "");
    }
}

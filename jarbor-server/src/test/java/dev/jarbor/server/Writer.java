package dev.jarbor.server;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import java.util.ArrayList;
import java.util.List;

/** A program that writes objects under its own name. */
record Writer(TestServer server, String manager) {
    /** What an apply answered: the code and the object. */
    Answer answer(String path, String yaml, Query query) {
        return call(Verb.PATCH, path, query, yaml(yaml), PatchType.APPLY);
    }

    ObjectValue apply(String path, String yaml) {
        return answer(path, yaml, Query.NONE).body();
    }

    ObjectValue force(String path, String yaml) {
        return answer(path, yaml, Query.NONE.with("force", true)).body();
    }

    ObjectValue create(String path, String yaml) {
        return call(Verb.CREATE, path, Query.NONE, yaml(yaml), PatchType.MERGE).body();
    }

    ObjectValue update(String path, ObjectValue object) {
        return call(Verb.UPDATE, path, Query.NONE, object, PatchType.MERGE).body();
    }

    ObjectValue merge(String path, String json) {
        return call(Verb.PATCH, path, Query.NONE, Json.parse(json), PatchType.MERGE)
                .body();
    }

    ObjectValue patch(PatchType type, String path, String json) {
        return call(Verb.PATCH, path, Query.NONE, Json.parse(json), type).body();
    }

    private Answer call(Verb verb, String path, Query query, Value body, PatchType type) {
        Query named = type == PatchType.APPLY ? query.with("fieldManager", manager) : query;
        var request = new ApiRequest(verb, TestServer.path(path), named, body, type);
        return server.server.handle(User.ADMIN, request, manager + "/v1.36.0 (linux/amd64) kubernetes/0000000");
    }

    static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    /** Who owns what, one line an entry: {@code kubectl Apply apps/v1 status {"f:…"}}. */
    static List<String> owners(ObjectValue object) {
        var lines = new ArrayList<String>();
        for (ObjectValue entry : object.object("metadata").list("managedFields").objects()) {
            lines.add(String.join(
                    " ",
                    entry.string("manager"),
                    entry.string("operation"),
                    entry.string("apiVersion"),
                    entry.string("subresource").isEmpty() ? "-" : entry.string("subresource"),
                    Json.text(entry.object("fieldsV1")).replace("\\\"", "'").replace("\"", "")));
        }
        return lines;
    }
}

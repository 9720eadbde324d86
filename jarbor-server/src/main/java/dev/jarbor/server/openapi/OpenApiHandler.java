package dev.jarbor.server.openapi;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.discovery.Document;
import dev.jarbor.server.registry.Catalog;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Answers {@code /openapi/v2}, {@code /openapi/v3} and the version 3 document of each group and version. Documents are
 * built when first asked for and dropped when memory is short; their hashes come from what they are built of.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition">OpenAPI
 *     interface definition</a>
 */
public final class OpenApiHandler {
    private static final String JSON = "application/json";

    private final Schemas schemas;
    private final Registry registry;
    private final Supplier<List<ResourceDefinition>> others;
    private final Supplier<Map<String, ObjectValue>> documents;
    private final String release;
    private final Map<String, Built> built = new ConcurrentHashMap<>();
    private final AtomicReference<Groups> groups;

    /** A document that was built, and what it was built of. */
    private record Built(String hash, SoftReference<byte[]> bytes) {}

    /**
     * What is served, by {@code api/v1} or {@code apis/apps/v1}.
     *
     * @param custom the custom resources that this holds for
     * @param hashes of the documents; the whole's is under ""
     */
    private record Groups(Catalog custom, Map<String, List<ServedResource>> resources, Map<String, String> hashes) {}

    /**
     * @param others what other servers behind this one serve, who have the version 3 documents of it
     * @param documents the version 2 documents of those servers, by {@code version.group}
     * @param release what the documents say as their version
     */
    public OpenApiHandler(
            Schemas schemas,
            Registry registry,
            Supplier<List<ResourceDefinition>> others,
            Supplier<Map<String, ObjectValue>> documents,
            String release) {
        this.others = others;
        this.documents = documents;
        this.schemas = schemas;
        this.registry = registry;
        this.release = release;
        this.groups = new AtomicReference<>(new Groups(Catalog.EMPTY, Map.of(), Map.of()));
    }

    /**
     * The document at {@code path}; empty where there is none.
     *
     * @param hash the version of it that the client asks for, or ""
     */
    public Optional<Document> document(String path, String hash, List<String> accept) {
        if (path.equals("/openapi/v2")) {
            Map<String, ObjectValue> foreign = documents.get();
            boolean binary = prefersBinary(accept);
            if (!binary) {
                requireJson(accept);
            }
            return Optional.of(document(
                    path,
                    binary ? BinaryDocument.MEDIA_TYPE : JSON,
                    hash(foreign),
                    () -> binary ? BinaryDocument.of(version2(foreign)) : Json.bytes(version2(foreign)),
                    false));
        }
        if (path.equals("/openapi/v3")) {
            return Optional.of(Document.json(JSON, index()));
        }
        if (!path.startsWith("/openapi/v3/")) {
            return Optional.empty();
        }
        String root = path.substring("/openapi/v3/".length());
        Groups now = groups();
        List<ServedResource> resources = now.resources().getOrDefault(root, List.of());
        if (resources.isEmpty()) {
            return Optional.empty();
        }
        requireJson(accept);
        String current = now.hashes().getOrDefault(root, "");
        if (!hash.isEmpty() && !hash.equals(current)) {
            return Optional.of(Document.moved(path + "?hash=" + current, current));
        }
        return Optional.of(document(path, JSON, current, () -> Json.bytes(version3(resources)), !hash.isEmpty()));
    }

    /** Whether the client asks for version 2 in its binary form first. */
    private static boolean prefersBinary(List<String> accept) {
        for (String range : accept) {
            if (range.startsWith("application/com.github.proto-openapi.spec.v2")) {
                return true;
            }
            if (range.startsWith(JSON) || range.startsWith("*/*")) {
                return false;
            }
        }
        return false;
    }

    /** Version 3 has no binary form here: clients ask for JSON since they read it at all. */
    private static void requireJson(List<String> accept) {
        boolean json = accept.isEmpty()
                || accept.stream().anyMatch(range -> range.startsWith(JSON) || range.startsWith("*/*"));
        if (!json) {
            throw ApiException.notAcceptable(List.of(JSON));
        }
    }

    private Document document(String path, String contentType, String hash, Supplier<byte[]> content, boolean forever) {
        String key = path + " " + contentType;
        Built kept = built.get(key);
        byte[] bytes =
                kept == null || !kept.hash().equals(hash) ? null : kept.bytes().get();
        if (bytes == null) {
            bytes = content.get();
            built.put(key, new Built(hash, new SoftReference<>(bytes)));
        }
        return new Document(contentType, bytes, hash, "", forever);
    }

    private ObjectValue index() {
        Groups now = groups();
        var paths = ObjectValue.builder();
        now.resources()
                .forEach((root, resources) -> paths.put(
                        root,
                        ObjectValue.EMPTY.with(
                                "serverRelativeURL",
                                "/openapi/v3/" + root + "?hash=" + now.hashes().getOrDefault(root, ""))));
        var foreign = new TreeMap<String, List<ResourceDefinition>>();
        others.get()
                .forEach(definition -> foreign.computeIfAbsent(
                                "apis/" + definition.group() + "/" + definition.version(), absent -> new ArrayList<>())
                        .add(definition));
        foreign.forEach((root, definitions) -> paths.put(
                root,
                ObjectValue.EMPTY.with(
                        "serverRelativeURL",
                        "/openapi/v3/" + root + "?hash=" + Document.hash(definitions.toString()))));
        return ObjectValue.of("paths", paths.build());
    }

    /** What is served at the moment; made anew only when the custom resources are others. */
    @SuppressWarnings("ReferenceEquality") // whether anything changed, not whether it is equal
    private Groups groups() {
        Groups known = groups.get();
        Catalog custom = registry.custom();
        if (!known.resources().isEmpty() && known.custom() == custom) {
            return known;
        }
        var resources = new TreeMap<String, List<ServedResource>>();
        for (ServedResource served : registry.served()) {
            ResourceDefinition definition = served.definition();
            String root = definition.group().isEmpty()
                    ? "api/" + definition.version()
                    : "apis/" + definition.group() + "/" + definition.version();
            resources.computeIfAbsent(root, absent -> new ArrayList<>()).add(served);
        }
        var hashes = new TreeMap<String, String>();
        var whole = new StringBuilder(release);
        resources.forEach((root, served) -> {
            String hash = Document.hash(release + root + source(served));
            hashes.put(root, hash);
            whole.append(hash);
        });
        hashes.put("", Document.hash(whole.toString()));
        var fresh = new Groups(custom, resources, hashes);
        groups.set(fresh);
        return fresh;
    }

    /** What a document is built of. */
    private static String source(List<ServedResource> resources) {
        var source = new StringBuilder();
        for (ServedResource resource : resources) {
            source.append(resource.definition());
            if (resource.custom().isCustom()) {
                source.append(resource.listKind())
                        .append(Json.text(resource.custom().schema()));
            }
        }
        return source.toString();
    }

    private ObjectValue version3(List<ServedResource> resources) {
        var writer = new SchemaWriter(schemas, Dialect.V3);
        var operations = new Operations(writer, Dialect.V3);
        resources.forEach(resource -> add(writer, operations, resource));
        return ObjectValue.builder()
                .put("openapi", "3.0.0")
                .put("info", info())
                .put("paths", ObjectValue.of(operations.paths()))
                .put("components", ObjectValue.of("schemas", ObjectValue.of(writer.all())))
                .build();
    }

    /** That of the version 2 document. */
    private String hash(Map<String, ObjectValue> foreign) {
        String own = groups().hashes().getOrDefault("", "");
        if (foreign.isEmpty()) {
            return own;
        }
        var whole = new StringBuilder(own);
        foreign.forEach((name, document) -> whole.append(name).append(Json.text(document)));
        return Document.hash(whole.toString());
    }

    private ObjectValue version2(Map<String, ObjectValue> foreign) {
        var merged = new MergedDocument(version2());
        foreign.forEach((name, document) -> {
            int dot = name.indexOf('.');
            merged.with(document, "/apis/" + name.substring(dot + 1) + "/" + name.substring(0, dot));
        });
        return merged.whole();
    }

    private ObjectValue version2() {
        var writer = new SchemaWriter(schemas, Dialect.V2);
        var operations = new Operations(writer, Dialect.V2);
        registry.served().forEach(served -> add(writer, operations, served));
        return ObjectValue.builder()
                .put("swagger", "2.0")
                .put("info", info())
                .put("paths", ObjectValue.of(operations.paths()))
                .put("definitions", ObjectValue.of(writer.all()))
                .build();
    }

    private void add(SchemaWriter writer, Operations operations, ServedResource resource) {
        if (resource.custom().isCustom()) {
            writer.add(resource);
            operations.addCustom(resource.definition(), CustomSchemas.id(resource), CustomSchemas.listId(resource));
            return;
        }
        schemas.forKind(resource.definition().groupVersionKind())
                .map(TypeSchema::id)
                .ifPresent(id -> operations.add(resource.definition(), id));
    }

    private ObjectValue info() {
        return ObjectValue.EMPTY.with("title", "Kubernetes").with("version", release);
    }
}

package dev.jarbor.server.openapi;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.discovery.Document;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
    private final String release;
    private final Map<String, SoftReference<byte[]>> built = new ConcurrentHashMap<>();

    /** @param release what the documents say as their version */
    public OpenApiHandler(Schemas schemas, Registry registry, String release) {
        this.schemas = schemas;
        this.registry = registry;
        this.release = release;
    }

    /**
     * The document at {@code path}; empty where there is none.
     *
     * @param hash the version of it that the client asks for, or ""
     */
    public Optional<Document> document(String path, String hash, List<String> accept) {
        if (path.equals("/openapi/v2")) {
            boolean binary = prefersBinary(accept);
            if (!binary) {
                requireJson(accept);
            }
            return Optional.of(document(
                    path,
                    binary ? BinaryDocument.MEDIA_TYPE : JSON,
                    hash(release + groups()),
                    () -> binary ? BinaryDocument.of(version2()) : Json.bytes(version2()),
                    false));
        }
        if (path.equals("/openapi/v3")) {
            return Optional.of(Document.json(JSON, index()));
        }
        if (!path.startsWith("/openapi/v3/")) {
            return Optional.empty();
        }
        String root = path.substring("/openapi/v3/".length());
        List<ResourceDefinition> resources = groups().getOrDefault(root, List.of());
        if (resources.isEmpty()) {
            return Optional.empty();
        }
        requireJson(accept);
        String current = hash(root, resources);
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
        SoftReference<byte[]> kept = built.get(key);
        byte[] bytes = kept == null ? null : kept.get();
        if (bytes == null) {
            bytes = content.get();
            built.put(key, new SoftReference<>(bytes));
        }
        return new Document(contentType, bytes, hash, "", forever);
    }

    private String hash(String root, List<ResourceDefinition> resources) {
        return hash(release + root + resources);
    }

    private static String hash(String source) {
        return Document.hash(source);
    }

    private ObjectValue index() {
        var paths = ObjectValue.builder();
        groups().forEach((root, resources) -> paths.put(
                root,
                ObjectValue.EMPTY.with("serverRelativeURL", "/openapi/v3/" + root + "?hash=" + hash(root, resources))));
        return ObjectValue.of("paths", paths.build());
    }

    /** By {@code api/v1} or {@code apis/apps/v1}. */
    private Map<String, List<ResourceDefinition>> groups() {
        var groups = new TreeMap<String, List<ResourceDefinition>>();
        for (ServedResource served : registry.served()) {
            ResourceDefinition definition = served.definition();
            String root = definition.group().isEmpty()
                    ? "api/" + definition.version()
                    : "apis/" + definition.group() + "/" + definition.version();
            groups.computeIfAbsent(root, absent -> new ArrayList<>()).add(definition);
        }
        return groups;
    }

    private ObjectValue version3(List<ResourceDefinition> resources) {
        var writer = new SchemaWriter(schemas, Dialect.V3);
        var operations = new Operations(writer, Dialect.V3);
        resources.forEach(resource -> add(operations, resource));
        return ObjectValue.builder()
                .put("openapi", "3.0.0")
                .put("info", info())
                .put("paths", ObjectValue.of(operations.paths()))
                .put("components", ObjectValue.of("schemas", ObjectValue.of(writer.all())))
                .build();
    }

    private ObjectValue version2() {
        var writer = new SchemaWriter(schemas, Dialect.V2);
        var operations = new Operations(writer, Dialect.V2);
        registry.served().forEach(served -> add(operations, served.definition()));
        return ObjectValue.builder()
                .put("swagger", "2.0")
                .put("info", info())
                .put("paths", ObjectValue.of(operations.paths()))
                .put("definitions", ObjectValue.of(writer.all()))
                .build();
    }

    private void add(Operations operations, ResourceDefinition resource) {
        GroupVersionKind kind = resource.groupVersionKind();
        schemas.forKind(kind).map(TypeSchema::id).ifPresent(id -> operations.add(resource, id));
    }

    private ObjectValue info() {
        return ObjectValue.EMPTY.with("title", "Kubernetes").with("version", release);
    }
}

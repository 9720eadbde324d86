package dev.jarbor.server.openapi;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the paths of resources with what can be done there. */
final class Operations {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> PATCHES = List.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");
    private static final List<String> CUSTOM_PATCHES =
            List.of("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
    private static final List<String> WRITES = List.of("pretty", "dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LISTS = List.of(
            "pretty",
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");
    private static final List<String> DELETES =
            List.of("pretty", "dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");

    private final SchemaWriter schemas;
    private final Dialect dialect;
    private final TreeMap<String, Value> paths = new TreeMap<>();
    private List<String> patches = PATCHES;

    Operations(SchemaWriter schemas, Dialect dialect) {
        this.schemas = schemas;
        this.dialect = dialect;
    }

    Map<String, Value> paths() {
        return paths;
    }

    void add(ResourceDefinition resource, String typeId) {
        patches = PATCHES;
        add(resource, typeId, schemas.knows(typeId + "List") ? typeId + "List" : typeId);
    }

    /**
     * Adds a custom resource, which takes no strategic merge patches.
     *
     * @param listId the type of lists
     */
    void addCustom(ResourceDefinition resource, String typeId, String listId) {
        patches = CUSTOM_PATCHES;
        add(resource, typeId, listId);
    }

    private void add(ResourceDefinition resource, String typeId, String listId) {
        String root = (resource.group().isEmpty() ? "/api/" : "/apis/" + resource.group() + "/") + resource.version();
        String collection = root + (resource.namespaced() ? "/namespaces/{namespace}/" : "/") + resource.plural();
        String item = collection + "/{name}";
        ObjectValue kind = kind(resource.groupVersionKind());
        for (String verb : resource.verbs()) {
            switch (verb) {
                case "list" -> {
                    put(collection, "get", "list", kind, listId, "", LISTS);
                    if (resource.namespaced()) {
                        put(root + "/" + resource.plural(), "get", "list", kind, listId, "", LISTS);
                    }
                }
                case "create" -> put(collection, "post", "post", kind, typeId, typeId, WRITES);
                case "deletecollection" ->
                    put(
                            collection,
                            "delete",
                            "deletecollection",
                            kind,
                            META + "Status",
                            META + "DeleteOptions",
                            DELETES);
                case "get" -> put(item, "get", "get", kind, typeId, "", List.of("pretty"));
                case "update" -> put(item, "put", "put", kind, typeId, typeId, WRITES);
                case "patch" -> patch(item, kind, typeId);
                case "delete" -> put(item, "delete", "delete", kind, META + "Status", META + "DeleteOptions", DELETES);
                default -> {
                    // watch is a parameter of list
                }
            }
        }
        for (SubresourceDefinition subresource : resource.subresources()) {
            add(item + "/" + subresource.name(), subresource, typeId);
        }
    }

    private void add(String path, SubresourceDefinition subresource, String ownerId) {
        ObjectValue kind = kind(subresource.kind());
        String id = schemas.id(subresource.kind()).orElse(ownerId);
        for (String verb : subresource.verbs()) {
            switch (verb) {
                case "get" -> put(path, "get", "get", kind, id, "", List.of("pretty"));
                case "create" -> put(path, "post", "post", kind, id, id, WRITES);
                case "update" -> put(path, "put", "put", kind, id, id, WRITES);
                case "patch" -> patch(path, kind, id);
                case "delete" -> put(path, "delete", "delete", kind, id, "", List.of());
                default -> {
                    // no method of its own
                }
            }
        }
    }

    private void patch(String path, ObjectValue kind, String typeId) {
        var parameters = List.of("pretty", "dryRun", "fieldManager", "fieldValidation", "force");
        put(path, "patch", "patch", kind, typeId, META + "Patch", parameters);
    }

    private void put(
            String path,
            String method,
            String action,
            ObjectValue kind,
            String answerId,
            String bodyId,
            List<String> parameters) {
        var operation = ObjectValue.builder()
                .put("operationId", operationId(method, path))
                .put("x-kubernetes-action", action)
                .put("x-kubernetes-group-version-kind", kind);
        var listed = new java.util.ArrayList<ObjectValue>();
        parameters.forEach(name -> listed.add(parameter(name, "query")));
        ObjectValue answer = ObjectValue.EMPTY.with("description", "OK");
        if (dialect == Dialect.V2) {
            answer = answer.with("schema", schemas.reference(answerId));
            if (!bodyId.isEmpty()) {
                listed.add(ObjectValue.builder()
                        .put("name", "body")
                        .put("in", "body")
                        .put("required", !method.equals("delete"))
                        .put("schema", body(bodyId))
                        .build());
            }
            operation.put("consumes", ListValue.ofStrings(method.equals("patch") ? patches : List.of("*/*")));
            operation.put("produces", ListValue.ofStrings(List.of("application/json", "application/yaml")));
            operation.put("schemes", ListValue.ofStrings(List.of("https")));
        } else {
            answer = answer.with("content", content(List.of("application/json", "application/yaml"), answerId));
            if (!bodyId.isEmpty()) {
                List<String> types = method.equals("patch") ? patches : List.of("*/*");
                operation.put("requestBody", ObjectValue.of("content", content(types, bodyId)));
            }
        }
        operation.put("parameters", ListValue.of(listed));
        operation.put("responses", ObjectValue.of("200", answer));
        ObjectValue before = paths.get(path) instanceof ObjectValue known ? known : pathItem(path);
        paths.put(path, before.with(method, operation.build()));
    }

    private ObjectValue content(List<String> mediaTypes, String id) {
        var content = ObjectValue.builder();
        mediaTypes.forEach(type -> content.put(type, ObjectValue.of("schema", body(id))));
        return content.build();
    }

    private ObjectValue body(String id) {
        return id.equals(META + "Patch") ? ObjectValue.EMPTY.with("type", "object") : schemas.reference(id);
    }

    private ObjectValue pathItem(String path) {
        var shared = new java.util.ArrayList<ObjectValue>();
        if (path.contains("{name}")) {
            shared.add(parameter("name", "path"));
        }
        if (path.contains("{namespace}")) {
            shared.add(parameter("namespace", "path"));
        }
        return shared.isEmpty() ? ObjectValue.EMPTY : ObjectValue.of("parameters", ListValue.of(shared));
    }

    private ObjectValue parameter(String name, String in) {
        String type = switch (name) {
            case "allowWatchBookmarks", "force", "orphanDependents", "sendInitialEvents", "watch" -> "boolean";
            case "gracePeriodSeconds", "limit", "timeoutSeconds" -> "integer";
            default -> "string";
        };
        ObjectValue parameter = ObjectValue.EMPTY.with("name", name).with("in", in);
        if (in.equals("path")) {
            parameter = parameter.with("required", true);
        }
        ObjectValue schema = ObjectValue.EMPTY.with("type", type).with("uniqueItems", true);
        return dialect == Dialect.V2
                ? parameter.with("type", type).with("uniqueItems", true)
                : parameter.with("schema", schema);
    }

    /** A name that no other operation has: the method and the words of the path. */
    private static String operationId(String method, String path) {
        var id = new StringBuilder(method);
        for (String part : path.split("[/{}.]", -1)) {
            if (!part.isEmpty()) {
                id.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
            }
        }
        return id.toString();
    }

    static ObjectValue kind(GroupVersionKind kind) {
        return ObjectValue.builder()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind())
                .build();
    }
}

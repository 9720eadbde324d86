package dev.jarbor.cli;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.StructuralCheck;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cli.Manifests.Manifest;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Patch;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes the cluster hold what manifests say, as {@code kubectl apply} does it on the client: objects are created with
 * the annotation {@code kubectl.kubernetes.io/last-applied-configuration}, and changed by a patch that sets what the
 * manifest says and removes what the last one said and this one does not (Kubernetes docs, "Declarative Management of
 * Kubernetes Objects Using Configuration Files"). So {@code kubectl apply} can take over afterwards.
 */
final class Applier {
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Api api;

    Applier(Api api) {
        this.api = api;
    }

    /** A manifest whose kind and place are known. */
    record Target(Manifest manifest, Kind<GenericObject> kind, ObjectKey key) {
        @Override
        public String toString() {
            return kind.resource() + "/" + key.name();
        }
    }

    /**
     * Finds the kind and the place of each manifest, namespaces first.
     *
     * @throws Refusal for a kind that the cluster does not serve
     */
    static List<Target> resolve(List<Manifest> manifests) {
        var targets = new ArrayList<Target>();
        for (Manifest manifest : manifests) {
            targets.add(resolve(manifest));
        }
        targets.sort(
                Comparator.comparing((Target target) -> !target.kind().name().equals("Namespace")));
        return targets;
    }

    private static Target resolve(Manifest manifest) {
        String apiVersion = manifest.object().string("apiVersion");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        ResourceDefinition resource = Schemas.builtIn().resources().stream()
                .filter(one -> one.group().equals(group)
                        && one.version().equals(version)
                        && one.kind().equals(manifest.kind()))
                .findFirst()
                .orElseThrow(() -> new Refusal(manifest.file() + ": no kind " + manifest.kind() + " in " + apiVersion
                        + "; `kubectl api-resources` lists the kinds there are"));
        Kind<GenericObject> kind =
                Kind.generic(group, version, resource.kind(), resource.plural(), resource.namespaced());
        String namespace = manifest.object().object("metadata").string("namespace");
        String place = !kind.namespaced() ? "" : namespace.isEmpty() ? "default" : namespace;
        return new Target(manifest, kind, new ObjectKey(place, manifest.name()));
    }

    /**
     * Checks names and types of all fields, before anything is started.
     *
     * @throws Refusal naming the first thing wrong
     */
    static void checkStructure(Target target) {
        StructuralCheck.Result result = StructuralCheck.check(
                Schemas.builtIn(), schema(target), target.manifest().object());
        result.wrongTypes().stream().findFirst().ifPresent(wrong -> {
            throw new Refusal(target.manifest().where() + ": " + wrong);
        });
        result.unknownFields().stream().findFirst().ifPresent(unknown -> {
            throw new Refusal(target.manifest().where() + ": " + unknown + "; `kubectl explain "
                    + target.kind().plural() + "` lists the fields there are");
        });
    }

    private static TypeSchema schema(Target target) {
        Kind<?> kind = target.kind();
        return Schemas.builtIn()
                .forKind(kind.group(), kind.version(), kind.name())
                .orElseThrow(() -> new Refusal(target + ": no schema"));
    }

    /** What applying did. */
    enum Effect {
        CREATED,
        CONFIGURED,
        UNCHANGED;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    Effect apply(Target target) {
        Query query = Query.NONE.with("fieldManager", "jarbor").with("fieldValidation", "Strict");
        ObjectValue wanted = annotated(target);
        Optional<GenericObject> found = api.find(target.kind(), target.key());
        if (found.isEmpty()) {
            ResourcePath path =
                    ResourcePath.collection(target.kind(), target.key().namespace());
            api.call(ApiRequest.of(Verb.CREATE, path, query, wanted));
            return Effect.CREATED;
        }
        ObjectValue last = lastApplied(found.get());
        Patch patch = new Patch(PatchType.STRATEGIC_MERGE, withRemovals(schema(target), last, wanted));
        ResourcePath path = ResourcePath.of(target.kind(), target.key());
        ObjectValue after = api.call(new ApiRequest(Verb.PATCH, path, query, patch.body(), patch.type()));
        String before = found.get().metadata().resourceVersion();
        return after.object("metadata").string("resourceVersion").equals(before) ? Effect.UNCHANGED : Effect.CONFIGURED;
    }

    /** Deletes what {@link #apply} has just created. */
    void remove(Target target) {
        try {
            api.delete(target.kind(), target.key());
        } catch (ApiException gone) {
            if (!gone.isNotFound()) {
                throw gone;
            }
        }
    }

    private static ObjectValue annotated(Target target) {
        ObjectValue object = target.manifest().object();
        if (target.kind().namespaced()) {
            object = object.update(
                    "metadata",
                    metadata -> metadata.with("namespace", target.key().namespace()));
        }
        ObjectValue plain = object.update("metadata", metadata -> {
            ObjectValue annotations = metadata.object("annotations").without(LAST_APPLIED);
            return metadata.with("annotations", annotations);
        });
        String text = Json.text(plain) + "\n";
        return plain.update(
                "metadata",
                metadata -> metadata.update("annotations", annotations -> annotations.with(LAST_APPLIED, text)));
    }

    private static ObjectValue lastApplied(GenericObject found) {
        String text = found.value().object("metadata").object("annotations").string(LAST_APPLIED);
        return text.isEmpty() ? ObjectValue.EMPTY : Json.object(text);
    }

    /** {@code wanted} as a strategic merge patch that also removes what only {@code last} has. */
    static ObjectValue withRemovals(TypeSchema schema, ObjectValue last, ObjectValue wanted) {
        ObjectValue patch = wanted;
        for (String name : last.names()) {
            Optional<FieldSchema> field = schema.field(name);
            if (!wanted.has(name)) {
                patch = patch.with(name, NullValue.NULL);
            } else if (field.isPresent()) {
                patch = patch.with(name, withRemovals(field.get(), last.valueOrNull(name), wanted.valueOrNull(name)));
            }
        }
        return patch;
    }

    private static Value withRemovals(FieldSchema field, Value last, Value wanted) {
        if (last instanceof ObjectValue before && wanted instanceof ObjectValue after) {
            Optional<TypeSchema> schema = target(field.type());
            return schema.isPresent() ? withRemovals(schema.get(), before, after) : withoutGone(before, after);
        }
        if (last instanceof ListValue before
                && wanted instanceof ListValue after
                && !field.patchMergeKey().isEmpty()) {
            return withDeletedItems(field, before, after);
        }
        return wanted;
    }

    private static ObjectValue withoutGone(ObjectValue last, ObjectValue wanted) {
        ObjectValue patch = wanted;
        for (String name : last.names()) {
            if (!wanted.has(name)) {
                patch = patch.with(name, NullValue.NULL);
            }
        }
        return patch;
    }

    private static ListValue withDeletedItems(FieldSchema field, ListValue last, ListValue wanted) {
        String key = field.patchMergeKey();
        var items = new ArrayList<Value>();
        for (ObjectValue item : wanted.objects()) {
            Optional<ObjectValue> before = withKey(last, key, item.valueOrNull(key));
            Optional<TypeSchema> schema = target(field.type());
            items.add(before.isPresent() && schema.isPresent() ? withRemovals(schema.get(), before.get(), item) : item);
        }
        for (ObjectValue item : last.objects()) {
            if (withKey(wanted, key, item.valueOrNull(key)).isEmpty()) {
                items.add(ObjectValue.of("$patch", Value.of("delete")).with(key, item.valueOrNull(key)));
            }
        }
        return ListValue.of(items);
    }

    private static Optional<ObjectValue> withKey(ListValue items, String key, Value value) {
        return items.objects().stream()
                .filter(item -> item.valueOrNull(key).equals(value))
                .findFirst();
    }

    private static Optional<TypeSchema> target(FieldType type) {
        return switch (type) {
            case FieldType.Ref(String id) -> Schemas.builtIn().type(id);
            case FieldType.ListOf(FieldType item) -> target(item);
            case FieldType.MapOf ignored -> Optional.empty();
            case Scalar ignored -> Optional.empty();
        };
    }
}

package dev.jarbor.server.customresources;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.jsonpath.InvalidJsonPathException;
import dev.jarbor.api.jsonpath.JsonPath;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.rules.ValidationRules;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.registry.Catalog;
import dev.jarbor.server.registry.Conversion;
import dev.jarbor.server.registry.CustomVersion;
import dev.jarbor.server.registry.CustomVersion.ScalePaths;
import dev.jarbor.server.registry.KindFacts;
import dev.jarbor.server.registry.KindFacts.SelectableField;
import dev.jarbor.server.registry.PrinterColumn;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.structural.StructuralSchema;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The custom resources that are served, as the definitions in the store have them at the moment. It holds nothing but the
 * outcome of the last look: the definitions are compared by reference, which costs nothing, and only those that have
 * changed are read again.
 */
public final class CustomResources implements Supplier<Catalog> {
    private static final List<String> VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
    private static final List<String> VERBS_WHEN_TERMINATING =
            List.of("delete", "deletecollection", "get", "list", "watch");
    private static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private static final PrinterColumn AGE = new PrinterColumn(
            "Age",
            "date",
            "",
            "CreationTimestamp is a timestamp representing the server time when this object was created.",
            0,
            JsonPath.parse(".metadata.creationTimestamp"));

    private final Store store;
    private final Runtime runtime;
    private final ConversionCall call;
    private final AtomicReference<Seen> seen =
            new AtomicReference<>(new Seen(new TreeMap<>(), new HashMap<>(), Catalog.EMPTY));

    /** What the definitions were at the last look, and what they came to. */
    private record Seen(SortedMap<ObjectKey, ObjectValue> definitions, Map<String, Built> built, Catalog catalog) {}

    /** What one definition came to. */
    private record Built(Serving serving, List<ServedResource> served) {}

    /** All of a definition that its resources depend on. */
    private record Serving(ObjectValue source, boolean established, boolean terminating) {
        static Serving of(Definition definition) {
            return new Serving(definition.source(), definition.isEstablished(), definition.isTerminating());
        }
    }

    /**
     * @param store where the definitions are
     * @param call how conversion webhooks are asked
     */
    public CustomResources(Store store, Runtime runtime, ConversionCall call) {
        this.store = store;
        this.runtime = runtime;
        this.call = call;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // snapshots share what has not changed
    public Catalog get() {
        SortedMap<ObjectKey, ObjectValue> now = store.snapshot().all(Definition.STORAGE);
        Seen last = seen.get();
        if (last.definitions() == now) {
            return last.catalog();
        }
        Seen fresh = look(now, last);
        seen.set(fresh);
        return fresh.catalog();
    }

    private Seen look(SortedMap<ObjectKey, ObjectValue> definitions, Seen last) {
        var built = new HashMap<String, Built>();
        var served = new ArrayList<ServedResource>();
        boolean same = last.built().size() == definitions.size();
        for (ObjectValue object : definitions.values()) {
            Definition definition = new Definition(object);
            Built known = last.built().get(definition.name());
            Serving serving = Serving.of(definition);
            if (known == null || !known.serving().equals(serving)) {
                same = false;
                known = new Built(serving, build(definition));
            }
            built.put(definition.name(), known);
            served.addAll(known.served());
        }
        return new Seen(definitions, built, same ? last.catalog() : new Catalog(served));
    }

    private List<ServedResource> build(Definition definition) {
        if (!definition.isEstablished() || definition.storageVersion().isEmpty()) {
            return List.of();
        }
        var schemas = new HashMap<String, StructuralSchema>();
        for (Definition.Version version : definition.versions()) {
            schemas.put(definition.group() + "/" + version.name(), StructuralSchema.of(version.schema()));
        }
        VersionConverter converter = converter(definition);
        var served = new ArrayList<ServedResource>();
        for (Definition.Version version : definition.versions()) {
            if (version.served()) {
                served.add(build(definition, version, schemas, converter));
            }
        }
        return List.copyOf(served);
    }

    private VersionConverter converter(Definition definition) {
        ObjectValue webhook = definition.conversion().object("webhook");
        return definition.conversion().string("strategy").equals("Webhook")
                ? new WebhookConversion(
                        webhook.object("clientConfig"),
                        webhook.list("conversionReviewVersions").strings(),
                        call,
                        runtime)
                : VersionConverter.NONE;
    }

    private static ServedResource build(
            Definition definition,
            Definition.Version version,
            Map<String, StructuralSchema> schemas,
            VersionConverter converter) {
        Kind<GenericObject> kind = kind(definition, version.name());
        Kind<GenericObject> stored = kind(
                definition,
                definition.storageVersion().map(Definition.Version::name).orElse(version.name()));
        StructuralSchema schema = schemas.getOrDefault(kind.apiVersion(), StructuralSchema.of(ObjectValue.EMPTY));
        ScalePaths scale = scale(definition, version);
        return new ServedResource(
                resource(definition, version),
                kind,
                stored,
                definition.name(),
                Conversion.NONE,
                facts(version),
                new CustomStrategy(schema, version.hasStatus(), scale, ValidationRules.of(schema.raw())),
                version.hasStatus(),
                new CustomShape(schema),
                new CustomKeeping(kind.apiVersion(), stored.apiVersion(), schemas, converter),
                warning(definition, version),
                new CustomVersion(
                        definition.name(),
                        definition.source(),
                        definition.acceptedNames().string("listKind"),
                        version.schema(),
                        MergeShapes.of(schema),
                        columns(version),
                        scale,
                        definition.isTerminating()));
    }

    private static Kind<GenericObject> kind(Definition definition, String version) {
        ObjectValue names = definition.acceptedNames();
        return Kind.generic(
                definition.group(),
                version,
                names.string("kind"),
                definition.names().string("plural"),
                definition.namespaced());
    }

    private static ResourceDefinition resource(Definition definition, Definition.Version version) {
        ObjectValue names = definition.acceptedNames();
        var own = new GroupVersionKind(definition.group(), version.name(), names.string("kind"));
        var subresources = new ArrayList<SubresourceDefinition>();
        if (version.hasStatus()) {
            subresources.add(new SubresourceDefinition("status", SUBRESOURCE_VERBS, own));
        }
        if (version.hasScale()) {
            subresources.add(new SubresourceDefinition("scale", SUBRESOURCE_VERBS, SCALE));
        }
        return new ResourceDefinition(
                definition.group(),
                version.name(),
                definition.names().string("plural"),
                names.string("singular"),
                names.string("kind"),
                definition.namespaced(),
                names.list("shortNames").strings(),
                names.list("categories").strings(),
                definition.isTerminating() ? VERBS_WHEN_TERMINATING : VERBS,
                subresources);
    }

    private static KindFacts facts(Definition.Version version) {
        var fields = new TreeMap<String, SelectableField>();
        for (ObjectValue field : version.selectableFields()) {
            List<String> path = simplePath(field.string("jsonPath"));
            if (!path.isEmpty()) {
                fields.put(String.join(".", path), new SelectableField(path, ""));
            }
        }
        return new KindFacts(KindFacts.NameRule.SUBDOMAIN, true, false, false, false, "Background", fields);
    }

    private static ScalePaths scale(Definition definition, Definition.Version version) {
        if (!version.hasScale()) {
            return ScalePaths.NONE;
        }
        var replicas = new HashMap<String, List<String>>();
        for (Definition.Version each : definition.versions()) {
            replicas.put(
                    definition.group() + "/" + each.name(),
                    simplePath(each.scale().string("specReplicasPath")));
        }
        ObjectValue scale = version.scale();
        return new ScalePaths(
                simplePath(scale.string("specReplicasPath")),
                simplePath(scale.string("statusReplicasPath")),
                simplePath(scale.string("labelSelectorPath")),
                replicas);
    }

    /** The names in a path such as {@code .spec.replicas}. */
    private static List<String> simplePath(String path) {
        return path.length() < 2 || !path.startsWith(".")
                ? List.of()
                : List.of(path.substring(1).split("\\.", -1));
    }

    /** The columns that a version names; the age where it names none, or one that cannot be read. */
    private static List<PrinterColumn> columns(Definition.Version version) {
        try {
            List<PrinterColumn> columns =
                    version.columns().stream().map(CustomResources::column).toList();
            return columns.isEmpty() ? List.of(AGE) : columns;
        } catch (InvalidJsonPathException malformed) {
            return List.of(AGE);
        }
    }

    private static PrinterColumn column(ObjectValue column) {
        String description = column.string("description");
        return new PrinterColumn(
                column.string("name"),
                column.string("type"),
                column.string("format"),
                description.isEmpty()
                        ? "Custom resource definition column (in JSONPath format): " + column.string("jsonPath")
                        : description,
                column.integer("priority"),
                JsonPath.parse(column.string("jsonPath")));
    }

    private static String warning(Definition definition, Definition.Version version) {
        if (!version.value().bool("deprecated")) {
            return "";
        }
        String own = version.value().string("deprecationWarning");
        return own.isEmpty()
                ? definition.group() + "/" + version.name() + " "
                        + definition.acceptedNames().string("kind") + " is deprecated"
                : own;
    }
}

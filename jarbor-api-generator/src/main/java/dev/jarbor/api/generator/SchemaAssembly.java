package dev.jarbor.api.generator;

import dev.jarbor.api.generator.ClientModel.ModelClass;
import dev.jarbor.api.generator.ClientModel.ModelField;
import dev.jarbor.api.generator.ProtobufModel.Message;
import dev.jarbor.api.generator.ProtobufModel.MessageField;
import dev.jarbor.api.generator.SchemaType.Inlined;
import dev.jarbor.api.generator.SchemaType.SchemaField;
import dev.jarbor.api.generator.SchemaType.Shape;
import dev.jarbor.api.generator.SchemaType.TypeKind;
import dev.jarbor.api.generator.SchemaType.Zero;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Joins the client's JSON model, the protobuf messages and the fact tables into one list of types.
 *
 * <p>A protobuf field that is no JSON field is an embedded Go struct: its message's fields are the type's own in JSON.
 * Messages that only ever appear so get a type of their own too, because a protobuf codec walks them.
 */
final class SchemaAssembly {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    /** What Go holds by value in every kind. */
    private static final Set<String> OF_KINDS = Set.of("metadata", "spec", "status");
    /** Scalars whose zero value Go leaves out unless they are pointers. */
    private static final Set<String> WITH_ZERO = Set.of("string", "bytes", "int32", "int64", "number", "boolean");

    private static final Map<String, String> SCALAR_MESSAGES = Map.ofEntries(
            Map.entry(META + "Time", "time"),
            Map.entry(META + "MicroTime", "micro_time"),
            Map.entry(META + "Duration", "duration"),
            Map.entry(META + "FieldsV1", "fields_v1"),
            Map.entry(META + "FieldsV1.FieldsV1", "fields_v1"),
            Map.entry("io.k8s.apimachinery.pkg.api.resource.Quantity", "quantity"),
            Map.entry("io.k8s.apimachinery.pkg.runtime.RawExtension", "raw_extension"),
            Map.entry("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "int_or_string"),
            Map.entry(EXTENSIONS + "JSON", "json"),
            Map.entry(EXTENSIONS + "JSONSchemaPropsOrBool", "schema_or_boolean"),
            Map.entry(EXTENSIONS + "JSONSchemaPropsOrArray", "schema_or_list"),
            Map.entry(EXTENSIONS + "JSONSchemaPropsOrStringArray", "schema_or_strings"));
    private static final Map<String, String> SCALAR_CLASSES = Map.ofEntries(
            Map.entry("String", "string"),
            Map.entry("Integer", "int32"),
            Map.entry("Long", "int64"),
            Map.entry("Double", "number"),
            Map.entry("Boolean", "boolean"),
            Map.entry("byte[]", "bytes"),
            Map.entry("Object", "any"),
            Map.entry("OffsetDateTime", "time"),
            Map.entry("Quantity", "quantity"),
            Map.entry("IntOrString", "int_or_string"));
    private static final Map<String, String> SCALAR_PROTOBUF = Map.of(
            "STRING", "string", "INT32", "int32", "INT64", "int64", "DOUBLE", "number", "BOOL", "boolean", "BYTES",
            "bytes");

    private final Facts facts;
    private final ClientModel model;
    private final ProtobufModel protobuf;
    private final Map<String, String> names;
    private final Map<String, SchemaType> types = new TreeMap<>();

    SchemaAssembly(Facts facts, ClientModel model, ProtobufModel protobuf) {
        this.facts = facts;
        this.model = model;
        this.protobuf = protobuf;
        this.names = TypeNames.of(facts, model, protobuf);
    }

    /** Every type, by id. */
    List<SchemaType> types() {
        for (ModelClass type : model.classes().values()) {
            add(fromModel(type));
        }
        facts.protobufOnly().forEach((id, apiVersion) -> add(fromMessage(id, true, apiVersion)));
        addWhatIsOnlyReferred();
        requireThatFactsAreOfSomething();
        return List.copyOf(types.values());
    }

    /** A fact about a type or field that is gone is a mistake, or due for removal. */
    private void requireThatFactsAreOfSomething() {
        var subjects = new TreeSet<>(types.keySet());
        types.values().forEach(type -> type.fields().forEach(field -> subjects.add(type.id() + "#" + field.name())));
        var stale = new TreeSet<String>();
        stale.addAll(facts.fields().keySet());
        stale.addAll(facts.mapTypes().keySet());
        stale.addAll(facts.unions().keySet());
        stale.addAll(facts.scalars().keySet());
        facts.pointers().forEach((type, fields) -> fields.forEach(field -> stale.add(type + "#" + field)));
        stale.removeAll(subjects);
        facts.written()
                .forEach((type, fields) -> fields.stream()
                        .filter(field -> types.values().stream().noneMatch(known -> hasOptional(known, type, field)))
                        .forEach(field -> stale.add(type + "#" + field)));
        if (!stale.isEmpty()) {
            throw new IllegalStateException("facts about what does not exist: " + stale);
        }
    }

    private static boolean hasOptional(SchemaType known, String type, String field) {
        return Facts.isOf(known.id(), type)
                && known.fields().stream().anyMatch(one -> one.name().equals(field) && !one.required());
    }

    private void add(SchemaType type) {
        if (types.put(type.id(), type) != null) {
            throw new IllegalStateException("two model classes are " + type.id());
        }
    }

    /** Messages that no model class stands for: inlined ones, and what those refer to. */
    private void addWhatIsOnlyReferred() {
        Set<String> missing = missing();
        while (!missing.isEmpty()) {
            missing.forEach(id -> add(fromMessage(id, !isOnlyInlined(id), "")));
            missing = missing();
        }
    }

    private Set<String> missing() {
        var missing = new TreeSet<String>();
        for (SchemaType type : types.values()) {
            type.inlined().forEach(inlined -> missing.add(inlined.type()));
            missing.addAll(references(type));
        }
        missing.removeAll(types.keySet());
        return missing;
    }

    private boolean isOnlyInlined(String id) {
        return types.values().stream()
                .noneMatch(type -> type.inJson() && references(type).contains(id));
    }

    private static Set<String> references(SchemaType type) {
        var references = new TreeSet<String>();
        type.fields().forEach(field -> collectReferences(field.shape(), references));
        return references;
    }

    private static void collectReferences(Shape shape, Set<String> references) {
        switch (shape) {
            case Shape.RefShape(String type) -> references.add(type);
            case Shape.ListShape(Shape item) -> collectReferences(item, references);
            case Shape.MapShape(Shape value) -> collectReferences(value, references);
            case Shape.ScalarShape ignored -> {}
        }
    }

    private SchemaType fromModel(ModelClass type) {
        String id = name(type.name());
        Optional<Message> message = protobuf.message(id);
        var fields = new ArrayList<SchemaField>();
        Optional<TypeKind> kind = kind(id, type);
        for (ModelField field : type.fields()) {
            Optional<MessageField> encoded = message.flatMap(found -> found.field(protobufName(field.name())));
            Shape shape = shape(id, field, encoded);
            boolean everywhere = field.required() || (kind.isPresent() && OF_KINDS.contains(field.name()));
            fields.add(new SchemaField(
                    field.name(),
                    shape,
                    field.required(),
                    field.description(),
                    encoded.map(MessageField::number).orElse(0),
                    encoded.filter(found -> isWrapped(field.type(), found)).isPresent(),
                    everywhere && !facts.isPointer(id, field.name()) ? Zero.WRITTEN : zero(id, field.name(), shape),
                    facts.field(id, field.name())));
        }
        return new SchemaType(
                id,
                kind,
                type.description(),
                facts.mapTypes().getOrDefault(id, ""),
                facts.unions().getOrDefault(id, ""),
                List.copyOf(fields),
                message.map(found -> inlined(type, found)).orElse(List.of()),
                true);
    }

    /** Of a field that may be absent. */
    private Zero zero(String id, String field, Shape shape) {
        if (facts.isPointer(id, field)) {
            return Zero.KEPT;
        }
        if (facts.isWritten(id, field)) {
            return Zero.WRITTEN;
        }
        return switch (shape) {
            case Shape.ListShape ignored -> Zero.OMITTED;
            case Shape.MapShape ignored -> Zero.OMITTED;
            case Shape.RefShape ignored -> Zero.KEPT;
            case Shape.ScalarShape(String name) -> WITH_ZERO.contains(name) ? Zero.OMITTED : Zero.KEPT;
        };
    }

    private Optional<TypeKind> kind(String id, ModelClass type) {
        boolean saysSo = type.fields().stream()
                .anyMatch(field -> field.name().equals("apiVersion")
                        && field.description().startsWith("APIVersion defines the versioned schema"));
        return saysSo ? Optional.of(kind(id)) : Optional.empty();
    }

    private TypeKind kind(String id) {
        String[] parts = id.split("\\.", -1);
        String folder = parts[parts.length - 3];
        String group = facts.groupOf(folder)
                .orElseThrow(() -> new IllegalStateException("groups.tsv does not know the package of " + id));
        return new TypeKind(group, parts[parts.length - 2], parts[parts.length - 1]);
    }

    private static TypeKind kind(String id, String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return new TypeKind(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1),
                id.substring(id.lastIndexOf('.') + 1));
    }

    /** How a JSON field is called in protobuf: {@code $ref} is ref, {@code x-kubernetes-map-type} in camel case. */
    private static String protobufName(String json) {
        return JavaNames.camelCase(json.replace("$", ""));
    }

    private Shape shape(String type, ModelField field, Optional<MessageField> encoded) {
        String fact = facts.scalars().get(type + "#" + field.name());
        return shape(field.type(), encoded.map(MessageField::type).orElse(""), fact == null ? "" : fact);
    }

    private Shape shape(Type type, String message, String fact) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return arguments.length == 1
                    ? new Shape.ListShape(shape(arguments[0], message, fact))
                    : new Shape.MapShape(shape(arguments[1], message, fact));
        }
        if (!fact.isEmpty()) {
            return new Shape.ScalarShape(fact);
        }
        String name = ((Class<?>) type).getSimpleName();
        String scalar = SCALAR_CLASSES.get(name);
        if (scalar == null) {
            return new Shape.RefShape(name(name));
        }
        if (scalar.equals("any")
                && !SCALAR_MESSAGES.containsKey(message)
                && protobuf.message(message).isPresent()) {
            return new Shape.RefShape(message);
        }
        return new Shape.ScalarShape(SCALAR_MESSAGES.getOrDefault(message, scalar));
    }

    private String name(String className) {
        String id = names.get(className);
        if (id == null) {
            throw new IllegalStateException("no type stands for the class " + className);
        }
        return id;
    }

    /** Whether {@code type} is a list, or a map of lists, that protobuf cannot say without a message around it. */
    private boolean isWrapped(Type type, MessageField field) {
        Type wrapped = field.map() ? ((ParameterizedType) type).getActualTypeArguments()[1] : type;
        return wrapped instanceof ParameterizedType && (field.map() || !field.repeated()) && wraps(field);
    }

    private List<Inlined> inlined(ModelClass type, Message message) {
        var json = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        type.fields().forEach(field -> json.add(protobufName(field.name())));
        var inlined = new ArrayList<Inlined>();
        for (MessageField field : message.fields()) {
            Optional<Message> embedded = protobuf.message(field.type());
            if (!json.contains(field.name()) && !field.repeated() && embedded.isPresent()) {
                inlined.add(new Inlined(field.name(), field.number(), field.type()));
            }
        }
        return List.copyOf(inlined);
    }

    /** @param apiVersion what its objects say they are, "" where they say nothing */
    private SchemaType fromMessage(String id, boolean inJson, String apiVersion) {
        Message message = protobuf.message(id)
                .orElseThrow(() -> new IllegalStateException("neither the model nor a message says what is " + id));
        var fields = new ArrayList<SchemaField>();
        Optional<TypeKind> kind = apiVersion.isEmpty() ? Optional.empty() : Optional.of(kind(id, apiVersion));
        if (kind.isPresent()) {
            fields.add(plainField("apiVersion"));
            fields.add(plainField("kind"));
        }
        for (MessageField field : message.fields()) {
            fields.add(new SchemaField(
                    field.name(),
                    shape(field),
                    false,
                    "",
                    field.number(),
                    wraps(field),
                    zero(id, field.name(), shape(field)),
                    facts.field(id, field.name())));
        }
        return new SchemaType(id, kind, "", "", "", List.copyOf(fields), List.of(), inJson);
    }

    private static SchemaField plainField(String name) {
        return new SchemaField(
                name, new Shape.ScalarShape("string"), false, "", 0, false, Zero.OMITTED, Facts.FieldFacts.NONE);
    }

    private boolean wraps(MessageField field) {
        return protobuf.message(field.type()).filter(Message::wrapsList).isPresent()
                && !names.containsValue(field.type());
    }

    private Shape shape(MessageField field) {
        Shape value;
        if (SCALAR_PROTOBUF.containsKey(field.type())) {
            value = new Shape.ScalarShape(SCALAR_PROTOBUF.getOrDefault(field.type(), ""));
        } else if (SCALAR_MESSAGES.containsKey(field.type())) {
            value = new Shape.ScalarShape(SCALAR_MESSAGES.getOrDefault(field.type(), ""));
        } else if (wraps(field)) {
            value = new Shape.ListShape(new Shape.ScalarShape("string"));
        } else {
            value = new Shape.RefShape(field.type());
        }
        if (field.map()) {
            return new Shape.MapShape(value);
        }
        return field.repeated() ? new Shape.ListShape(value) : value;
    }
}

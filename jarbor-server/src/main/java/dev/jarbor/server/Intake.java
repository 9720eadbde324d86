package dev.jarbor.server;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.registry.Structure;
import dev.jarbor.server.webhook.ObjectIntake;
import java.util.List;
import java.util.stream.Collectors;

/** The decoding step: turns what a request carries into an object as it is stored, checked in structure and defaulted. */
final class Intake implements ObjectIntake {
    private final Structure structure;

    Intake(Structure structure) {
        this.structure = structure;
    }

    /** Reads {@code body} as an object of the call's resource. */
    ObjectValue read(Call call, Value body) {
        ServedResource resource = call.resource();
        return resource.strategy()
                .withDefaults(resource.toStored(check(call, resource.kind().apiVersion(), kind(resource), body)));
    }

    /** Reads {@code body} as an object of another kind, such as the body of a subresource. */
    ObjectValue readAs(Call call, GroupVersionKind kind, Value body) {
        return check(call, kind.apiVersion(), kind, body);
    }

    /** Takes in an object of {@code resource} that admission has changed; what the type does not have is dropped. */
    @Override
    public ObjectValue taken(ServedResource resource, ObjectValue object) {
        return resource.strategy().withDefaults(resource.toStored(taken(kind(resource), object)));
    }

    @Override
    public ObjectValue taken(GroupVersionKind kind, ObjectValue object) {
        ObjectValue checked = structure.check(kind, object).object();
        return withLeanMetadata(checked).with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    private static GroupVersionKind kind(ServedResource resource) {
        return resource.definition().groupVersionKind();
    }

    private ObjectValue check(Call call, String apiVersion, GroupVersionKind kind, Value body) {
        if (!(body instanceof ObjectValue object)) {
            throw ApiException.badRequest("the body of the request is not an object of kind " + kind.kind());
        }
        String saysVersion = object.string("apiVersion");
        String saysKind = object.string("kind");
        if (!saysVersion.isEmpty() && !saysVersion.equals(apiVersion)) {
            throw ApiException.badRequest("the API version in the data (" + saysVersion
                    + ") does not match the expected API version (" + apiVersion + ")");
        }
        if (!saysKind.isEmpty() && !saysKind.equals(kind.kind())) {
            throw ApiException.badRequest(
                    "the kind in the data (" + saysKind + ") does not match the expected kind (" + kind.kind() + ")");
        }
        Structure.Checked checked = structure.check(kind, object);
        report(call, checked.unknown());
        return withLeanMetadata(checked.object()).with("apiVersion", apiVersion).with("kind", kind.kind());
    }

    /** Metadata has no empty fields: the reference leaves every one of them out when it writes an object. */
    private static ObjectValue withLeanMetadata(ObjectValue object) {
        if (!(object.valueOrNull("metadata") instanceof ObjectValue metadata)) {
            return object;
        }
        ObjectValue lean = metadata;
        for (String name : metadata.names()) {
            // An empty list of managed fields says that nobody is to own anything any more.
            if (isEmpty(metadata.valueOrNull(name)) && !name.equals("managedFields")) {
                lean = lean.without(name);
            }
        }
        return lean.size() == metadata.size() ? object : object.with("metadata", lean);
    }

    private static boolean isEmpty(Value value) {
        return switch (value) {
            case ObjectValue fields -> fields.isEmpty();
            case ListValue items -> items.isEmpty();
            case StringValue(String text) -> text.isEmpty();
            default -> false;
        };
    }

    private static void report(Call call, List<String> unknown) {
        switch (call.unknownFields()) {
            case IGNORE -> {}
            case WARN -> unknown.forEach(path -> call.warnings().add(quoted(path)));
            case STRICT -> {
                if (!unknown.isEmpty()) {
                    throw ApiException.badRequest("strict decoding error: "
                            + unknown.stream().map(Intake::quoted).collect(Collectors.joining(", ")));
                }
            }
        }
    }

    private static String quoted(String path) {
        return "unknown field \"" + path + "\"";
    }
}

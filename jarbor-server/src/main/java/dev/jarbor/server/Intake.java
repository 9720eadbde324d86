package dev.jarbor.server;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.registry.Shape;
import dev.jarbor.server.webhook.ObjectIntake;
import java.util.ArrayList;
import java.util.List;

/** The decoding step: turns what a request carries into an object as it is stored, checked in structure and defaulted. */
final class Intake implements ObjectIntake {
    private final Schemas schemas;

    /** @param schemas the types of what subresources bring */
    Intake(Schemas schemas) {
        this.schemas = schemas;
    }

    /** Reads {@code body} as an object of the call's resource. */
    ObjectValue read(Call call, Value body) {
        return read(call, body, ObjectValue.EMPTY);
    }

    /**
     * The same for an object that is to take the place of another one.
     *
     * @param present the other one, as it is kept
     */
    ObjectValue read(Call call, Value body, ObjectValue present) {
        ServedResource resource = call.resource();
        ObjectValue known = resource.isShownAsStored() ? present : ObjectValue.EMPTY;
        return resource.strategy()
                .withDefaults(resource.toStored(
                        check(call, resource.definition().groupVersionKind(), resource.shape(), body, known)));
    }

    /** Reads {@code body} as an object of another kind, such as the body of a subresource. */
    ObjectValue readAs(Call call, GroupVersionKind kind, Value body) {
        return check(call, kind, Shape.of(schemas, kind), body, ObjectValue.EMPTY);
    }

    /** Takes in an object of {@code resource} that admission has changed; what the type does not have is dropped. */
    @Override
    public ObjectValue taken(ServedResource resource, ObjectValue object) {
        ObjectValue checked = taken(resource.definition().groupVersionKind(), resource.shape(), object);
        return resource.strategy().withDefaults(resource.toStored(checked));
    }

    @Override
    public ObjectValue taken(GroupVersionKind kind, ObjectValue object) {
        return taken(kind, Shape.of(schemas, kind), object);
    }

    private static ObjectValue taken(GroupVersionKind kind, Shape shape, ObjectValue object) {
        ObjectValue checked = shape.check(object).object();
        return withLeanMetadata(checked).with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    private static ObjectValue check(Call call, GroupVersionKind kind, Shape shape, Value body, ObjectValue known) {
        String apiVersion = kind.apiVersion();
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
        Shape.Checked checked = shape.check(object, known);
        report(call, kind, checked.findings());
        return withLeanMetadata(checked.object()).with("apiVersion", apiVersion).with("kind", kind.kind());
    }

    /** Metadata has no empty fields: the reference leaves every one of them out when it writes an object. */
    private static ObjectValue withLeanMetadata(ObjectValue object) {
        if (!(object.valueOrNull("metadata") instanceof ObjectValue metadata)) {
            return object;
        }
        ObjectValue lean = metadata;
        for (int i = 0; i < metadata.size(); i++) {
            // An empty list of managed fields says that nobody is to own anything any more.
            if (isEmpty(metadata.value(i)) && !metadata.name(i).equals("managedFields")) {
                lean = lean.without(metadata.name(i));
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

    private static void report(Call call, GroupVersionKind kind, List<String> unknown) {
        Call.Unknown met = call.unknownFields();
        if (unknown.isEmpty() && call.duplicates().isEmpty()) {
            return;
        }
        var findings = new ArrayList<String>(unknown);
        // Custom resources are only known field by field when their text has been read.
        findings.addAll(call.resource().custom().isCustom() ? 0 : unknown.size(), call.duplicates());
        switch (met) {
            case IGNORE -> {}
            case WARN -> findings.forEach(call.warnings()::add);
            case STRICT -> {
                if (!findings.isEmpty()) {
                    throw ApiException.badRequest(
                            Shape.undecodable(kind) + "strict decoding error: " + String.join(", ", findings));
                }
            }
        }
    }
}

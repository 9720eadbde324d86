package dev.jarbor.server.customresources;

import dev.jarbor.api.Fields;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How CustomResourceDefinitions themselves behave. */
public final class DefinitionStrategy implements Strategy {
    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return object.update("spec", DefinitionStrategy::specDefaults);
    }

    private static ObjectValue specDefaults(ObjectValue spec) {
        ObjectValue names = spec.object("names");
        String kind = names.string("kind");
        if (names.string("singular").isEmpty() && !kind.isEmpty()) {
            names = names.with("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.string("listKind").isEmpty() && !kind.isEmpty()) {
            names = names.with("listKind", kind + "List");
        }
        ObjectValue conversion = spec.object("conversion");
        if (conversion.string("strategy").isEmpty()) {
            conversion = conversion.with("strategy", "None");
        }
        ObjectValue service =
                conversion.object("webhook").object("clientConfig").object("service");
        if (!service.isEmpty() && !service.has("port")) {
            conversion = conversion.update(
                    "webhook",
                    webhook -> webhook.update(
                            "clientConfig",
                            client -> client.update("service", addressed -> addressed.with("port", 443))));
        }
        ObjectValue whole = names.isEmpty() ? spec : spec.with("names", names);
        return whole.with("conversion", conversion);
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        ObjectValue status = ObjectValue.builder()
                .put("conditions", ListValue.EMPTY)
                .put("acceptedNames", ObjectValue.EMPTY.with("plural", "").with("kind", ""))
                .put("storedVersions", ListValue.EMPTY)
                .build();
        return withStorageVersion(object.with("status", status));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return withStorageVersion(after);
    }

    /** Whatever is stored from now on is stored in the present storage version too. */
    private static ObjectValue withStorageVersion(ObjectValue object) {
        var stored =
                new ArrayList<>(object.object("status").list("storedVersions").strings());
        for (Definition.Version version : new Definition(object).versions()) {
            if (version.storage() && !stored.contains(version.name())) {
                stored.add(version.name());
            }
        }
        return object.update("status", status -> status.with("storedVersions", ListValue.ofStrings(stored)));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var definition = new Definition(object);
        var errors = new ArrayList<>(DefinitionChecks.check(definition));
        errors.addAll(Approval.check(definition));
        return errors;
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return DefinitionChecks.checkUpdate(new Definition(before), new Definition(after));
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return DefinitionChecks.checkStatus(new Definition(after));
    }

    /** A deleted definition waits until its objects are gone. */
    @Override
    public ObjectValue onDeletionMark(ObjectValue object) {
        List<String> present = object.object("metadata").list("finalizers").strings();
        var finalizers = new ArrayList<>(present);
        if (!finalizers.contains(Definition.CLEANUP)) {
            finalizers.add(Definition.CLEANUP);
        }
        ObjectValue status = Conditions.with(
                object.object("status"),
                "Terminating",
                "True",
                "InstanceDeletionPending",
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
                Fields.instant(object.object("metadata").valueOrNull("deletionTimestamp")));
        return object.update("metadata", metadata -> metadata.with("finalizers", ListValue.ofStrings(finalizers)))
                .with("status", status);
    }
}

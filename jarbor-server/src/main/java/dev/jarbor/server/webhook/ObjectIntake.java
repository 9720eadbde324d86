package dev.jarbor.server.webhook;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.ServedResource;

/** Takes in an object that a webhook has changed, as if a client had sent it. */
public interface ObjectIntake {
    /** An object of the resource, in its version, as it is stored: checked in structure, with defaults. */
    ObjectValue taken(ServedResource resource, ObjectValue object);

    /** An object that belongs to a subresource, checked in structure. */
    ObjectValue taken(GroupVersionKind kind, ObjectValue object);
}

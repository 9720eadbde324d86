package dev.jarbor.api;

import dev.jarbor.api.value.ObjectValue;

/** A whole object of a kind that the code at hand does not know by type. */
public record GenericObject(ObjectValue value) implements KubeObject {}

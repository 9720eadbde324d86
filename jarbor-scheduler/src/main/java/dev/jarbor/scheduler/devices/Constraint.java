package dev.jarbor.scheduler.devices;

import dev.jarbor.api.resource.v1.DeviceAttribute;
import dev.jarbor.api.resource.v1.DeviceConstraint;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must hold between the devices of a claim: that an attribute is the same for all of them, or another for each. Owned by
 * one search, which takes back in the opposite order what it has added.
 */
final class Constraint {
    private final List<String> requests;
    private final String attribute;
    private final boolean distinct;
    private final List<ObjectValue> values = new ArrayList<>();

    private Constraint(List<String> requests, String attribute, boolean distinct) {
        this.requests = requests;
        this.attribute = attribute;
        this.distinct = distinct;
    }

    static Constraint of(DeviceConstraint constraint) {
        if (constraint.hasMatchAttribute()) {
            return new Constraint(constraint.requests(), constraint.matchAttribute(), false);
        }
        if (constraint.hasDistinctAttribute()) {
            return new Constraint(constraint.requests(), constraint.distinctAttribute(), true);
        }
        throw new IllegalArgumentException("empty constraint (unsupported constraint type?)");
    }

    /** Counts {@code device} in; false, and nothing is counted, where it does not go with those that are. */
    boolean add(Request request, Candidate device) {
        if (!request.isNamedBy(requests)) {
            return true;
        }
        Optional<ObjectValue> value = device.attribute(attribute).map(DeviceAttribute::value);
        if (value.isEmpty() || !fits(value.get())) {
            return false;
        }
        values.add(value.get());
        return true;
    }

    private boolean fits(ObjectValue value) {
        return distinct
                ? !values.contains(value)
                : values.isEmpty() || values.getFirst().equals(value);
    }

    void removeLast(Request request) {
        if (request.isNamedBy(requests)) {
            values.removeLast();
        }
    }
}

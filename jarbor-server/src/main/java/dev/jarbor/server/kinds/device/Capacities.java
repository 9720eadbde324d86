package dev.jarbor.server.kinds.device;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Items;
import java.util.List;

/**
 * How much a device has of something, and in which portions several claims may share it.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/5075-dra-consumable-capacity">KEP-5075</a>
 */
final class Capacities {
    private static final int MOST_VALUES = 10;

    private Capacities() {}

    /** @param shared whether several claims may be given the device at once */
    static void check(Value value, boolean shared, FieldPath at, Checks checks) {
        ObjectValue capacity = value instanceof ObjectValue given ? given : ObjectValue.EMPTY;
        if (!capacity.has("requestPolicy")) {
            return;
        }
        FieldPath here = at.child("requestPolicy");
        if (!shared) {
            checks.forbidden(here, "allowMultipleAllocations must be true");
            return;
        }
        ObjectValue policy = capacity.object("requestPolicy");
        Quantity most = Quantity.read(capacity.valueOrNull("value"));
        boolean values = !policy.list("validValues").isEmpty();
        if (values && policy.has("validRange")) {
            checks.forbidden(
                    here,
                    "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the"
                            + " same time");
        } else if (values || policy.has("validRange")) {
            String field = values ? "validValues" : "validRange";
            if (!policy.has("default")) {
                checks.required(here.child("default"), "required when " + field + " is defined");
            } else if (values) {
                values(policy, most, here.child(field), checks);
            } else {
                range(policy, most, here.child(field), checks);
            }
        }
    }

    private static void values(ObjectValue policy, Quantity most, FieldPath at, Checks checks) {
        List<Quantity> values =
                policy.list("validValues").items().stream().map(Quantity::read).toList();
        Quantity usual = amount(policy, "default");
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i - 1).compareTo(values.get(i)) > 0) {
                checks.invalid(at.index(i), values.get(i).toString(), "values must be sorted in ascending order");
            }
        }
        if (Items.fit(values.size(), MOST_VALUES, at, checks)) {
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i).compareTo(most) > 0) {
                    checks.invalid(
                            at.index(i), values.get(i).toString(), "option is larger than capacity value: " + most);
                }
            }
            Items.unique(
                    policy.list("validValues"),
                    value -> Long.toString(Quantity.read(value).longValue()),
                    at,
                    checks);
        }
        if (values.stream().noneMatch(value -> value.compareTo(usual) == 0)) {
            checks.invalid(at, usual.toString(), "default value is not valid according to the requestPolicy");
        }
    }

    private static Quantity amount(ObjectValue owner, String field) {
        return Quantity.read(owner.valueOrNull(field));
    }

    private static void range(ObjectValue policy, Quantity most, FieldPath at, Checks checks) {
        ObjectValue range = policy.object("validRange");
        Quantity usual = amount(policy, "default");
        if (!range.has("min")) {
            checks.required(at.child("min"), "required when validRange is defined");
            return;
        }
        Quantity low = amount(range, "min");
        if (low.compareTo(most) > 0) {
            checks.invalid(at.child("min"), low.toString(), "min is larger than capacity value: " + most);
        }
        if (usual.compareTo(low) < 0) {
            checks.invalid(at.child("default"), usual.toString(), "default is less than min: " + low);
        }
        if (range.has("max")) {
            Quantity high = amount(range, "max");
            if (low.compareTo(high) > 0) {
                checks.invalid(at.child("max"), low.toString(), "min is larger than max: " + high);
            }
            if (high.compareTo(most) > 0) {
                checks.invalid(at.child("max"), high.toString(), "max is larger than capacity value: " + most);
            }
            if (usual.compareTo(high) > 0) {
                checks.invalid(at.child("default"), usual.toString(), "default is more than max: " + high);
            }
        }
        if (range.has("step")) {
            step(range, low, usual, most, at.child("step"), checks);
        }
    }

    private static void step(
            ObjectValue range, Quantity low, Quantity usual, Quantity most, FieldPath at, Checks checks) {
        Quantity step = amount(range, "step");
        if (step.signum() <= 0) {
            checks.invalid(at, step.toString(), Checks.NOT_POSITIVE);
            return;
        }
        Quantity first = low.add(step);
        if (first.compareTo(most) > 0) {
            checks.invalid(at, step.toString(), "one step " + first + " is larger than capacity value: " + most);
        }
        multiple(usual, low, step, at, checks);
        if (range.has("max")) {
            multiple(amount(range, "max"), low, step, at, checks);
        }
    }

    private static void multiple(Quantity value, Quantity low, Quantity step, FieldPath at, Checks checks) {
        long size = Math.max(1, step.longValue());
        if ((value.longValue() - low.longValue()) % size != 0) {
            checks.invalid(
                    at, value.toString(), "value is not a multiple of a given step (" + step + ") from (" + low + ")");
        }
    }
}

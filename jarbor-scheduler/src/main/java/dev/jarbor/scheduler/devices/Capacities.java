package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.resource.v1.CapacityRequestPolicy;
import dev.jarbor.api.resource.v1.CapacityRequestPolicyRange;
import dev.jarbor.api.resource.v1.DeviceCapacity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much of a device's capacities a request takes, by the policy of each.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#consumable-capacity">Consumable
 *     capacity</a>
 */
final class Capacities {
    private Capacities() {}

    /** What {@code request} takes of {@code device}; empty where the device cannot give that, whoever else uses it. */
    static Optional<Map<String, Quantity>> taken(Request request, Candidate device) {
        Map<String, DeviceCapacity> there = device.device().capacity();
        if (!there.keySet().containsAll(request.capacity().keySet())) {
            return Optional.empty();
        }
        var taken = new TreeMap<String, Quantity>();
        for (Map.Entry<String, DeviceCapacity> capacity : there.entrySet()) {
            Quantity wanted = request.capacity().get(capacity.getKey());
            Quantity amount = wanted == null ? usual(capacity.getValue()) : rounded(wanted, capacity.getValue());
            if (violates(amount, capacity.getValue().requestPolicy())
                    || amount.compareTo(capacity.getValue().value_()) > 0) {
                return Optional.empty();
            }
            taken.put(capacity.getKey(), amount);
        }
        return Optional.of(taken);
    }

    /** Whether {@code device} still has {@code wanted} beside what of it is {@code used}. */
    static boolean fits(Map<String, Quantity> wanted, Map<String, Quantity> used, Candidate device) {
        Map<String, DeviceCapacity> there = device.device().capacity();
        return wanted.entrySet().stream().allMatch(one -> {
            Quantity sum = one.getValue().add(used.getOrDefault(one.getKey(), Quantity.ZERO));
            DeviceCapacity capacity = there.get(one.getKey());
            return capacity != null && sum.compareTo(capacity.value_()) <= 0;
        });
    }

    static Map<String, Quantity> sum(Map<String, Quantity> one, Map<String, Quantity> other) {
        if (other.isEmpty()) {
            return one;
        }
        var sum = new TreeMap<>(one);
        other.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
        return sum;
    }

    static Map<String, Quantity> difference(Map<String, Quantity> one, Map<String, Quantity> other) {
        if (other.isEmpty()) {
            return one;
        }
        var left = new TreeMap<>(one);
        other.forEach((name, amount) -> left.merge(name, amount.negate(), Quantity::add));
        return left;
    }

    private static Quantity usual(DeviceCapacity capacity) {
        return capacity.requestPolicy().hasDefault() ? capacity.requestPolicy().default_() : capacity.value_();
    }

    private static Quantity rounded(Quantity wanted, DeviceCapacity capacity) {
        CapacityRequestPolicy policy = capacity.requestPolicy();
        if (policy.hasValidRange()) {
            return stepped(wanted, policy.validRange());
        }
        return policy.validValues().stream()
                .filter(valid -> wanted.compareTo(valid) <= 0)
                .findFirst()
                .orElse(wanted);
    }

    /** Up to the next step above the least. */
    private static Quantity stepped(Quantity wanted, CapacityRequestPolicyRange range) {
        if (wanted.compareTo(range.min()) < 0) {
            return range.min();
        }
        if (!range.hasStep()) {
            return wanted;
        }
        BigDecimal step = range.step().amount();
        BigDecimal steps = wanted.amount().subtract(range.min().amount()).divide(step, 0, RoundingMode.CEILING);
        return Quantity.of(range.min().amount().add(step.multiply(steps)), Quantity.Format.BINARY_SI);
    }

    private static boolean violates(Quantity amount, CapacityRequestPolicy policy) {
        if (policy.hasDefault() && amount.compareTo(policy.default_()) == 0) {
            return false;
        }
        if (policy.hasValidRange()) {
            return policy.validRange().hasMax()
                    && amount.compareTo(policy.validRange().max()) > 0;
        }
        return policy.hasValidValues()
                && policy.validValues().stream().noneMatch(valid -> amount.compareTo(valid) == 0);
    }
}

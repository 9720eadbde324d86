package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.ResourceNames;
import java.util.List;
import java.util.Set;

/**
 * Requests and limits: names that may stand there, amounts that make sense, and no request above its limit.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/">Resource Management for
 *     Pods and Containers</a>
 */
public final class Requirements {
    /** Whose names of resources are allowed. */
    private interface NameRule {
        void check(String name, FieldPath at, Checks checks);
    }

    private Requirements() {}

    /** What a pod uses beside its containers, which is checked as limits of one. */
    public static void overhead(ObjectValue amounts, FieldPath at, Checks checks) {
        check(ObjectValue.of("limits", amounts), ResourceNames::ofContainer, Set.of(), Leniency.TEMPLATE, at, checks);
    }

    /** @param claims the names of the pod's claims for devices, in order */
    static void ofContainer(ObjectValue resources, Set<String> claims, Leniency leniency, FieldPath at, Checks checks) {
        check(resources, ResourceNames::ofContainer, claims, leniency, at, checks);
    }

    static void ofPod(ObjectValue resources, Set<String> claims, Leniency leniency, FieldPath at, Checks checks) {
        check(resources, Requirements::podName, claims, leniency, at, checks);
    }

    private static void podName(String name, FieldPath at, Checks checks) {
        if (ResourceNames.any(name, at, checks)
                && !name.equals("cpu")
                && !name.equals("memory")
                && !ResourceNames.isHugePages(name)) {
            checks.notSupported(at, name, List.of("cpu", "hugepages-", "memory"));
        }
    }

    private static void check(
            ObjectValue resources, NameRule names, Set<String> claims, Leniency leniency, FieldPath at, Checks checks) {
        if (resources.isEmpty()) {
            return;
        }
        ObjectValue limits = resources.object("limits");
        ObjectValue requests = resources.object("requests");
        for (int i = 0; i < limits.size(); i++) {
            FieldPath here = at.child("limits").key(limits.name(i));
            names.check(limits.name(i), here, checks);
            amount(limits.name(i), limits.value(i), leniency, here, checks);
        }
        for (int i = 0; i < requests.size(); i++) {
            String name = requests.name(i);
            FieldPath here = at.child("requests").key(name);
            names.check(name, here, checks);
            ResourceNames.amount(name, requests.value(i), here, checks);
            limited(name, requests.value(i), limits, at, checks);
            pages(name, requests.value(i), leniency, here, checks);
        }
        boolean computes = hasAny(limits, false) || hasAny(requests, false);
        if (!computes && (hasAny(limits, true) || hasAny(requests, true))) {
            checks.forbidden(at, "HugePages require cpu or memory");
        }
        DeviceClaims.used(resources.list("claims"), claims, at.child("claims"), checks);
    }

    private static void amount(String name, Value amount, Leniency leniency, FieldPath at, Checks checks) {
        ResourceNames.amount(name, amount, at, checks);
        pages(name, amount, leniency, at, checks);
    }

    private static void pages(String name, Value amount, Leniency leniency, FieldPath at, Checks checks) {
        if (!ResourceNames.isHugePages(name) || leniency.partialPages()) {
            return;
        }
        Quantity quantity = Quantity.read(amount);
        if (!ResourceNames.isDivisible(name, quantity)) {
            checks.invalid(at, quantity.toString(), quantity + " is not positive integer multiple of " + name);
        }
    }

    private static void limited(String name, Value amount, ObjectValue limits, FieldPath at, Checks checks) {
        boolean overcommit = ResourceNames.mayOvercommit(name);
        if (!limits.has(name)) {
            if (!overcommit) {
                checks.required(at.child("limits"), "Limit must be set for non overcommitable resources");
            }
            return;
        }
        Quantity request = Quantity.read(amount);
        Quantity limit = Quantity.read(limits.valueOrNull(name));
        int order = request.compareTo(limit);
        if (order != 0 && !overcommit) {
            checks.invalid(at.child("requests"), request.toString(), "must be equal to " + name + " limit of " + limit);
        } else if (order > 0) {
            checks.invalid(
                    at.child("requests"),
                    request.toString(),
                    "must be less than or equal to " + name + " limit of " + limit);
        }
    }

    private static boolean hasAny(ObjectValue amounts, boolean hugePages) {
        for (int i = 0; i < amounts.size(); i++) {
            String name = amounts.name(i);
            boolean found = hugePages ? ResourceNames.isHugePages(name) : name.equals("cpu") || name.equals("memory");
            if (found) {
                return true;
            }
        }
        return false;
    }
}

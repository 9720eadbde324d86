package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a node's report on a pod must look like, and what of an older report it may not contradict. */
final class PodStatus {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final Set<String> KNOWN_CONDITIONS = Set.of("PodScheduled", "Ready", "Initialized");
    private static final String NOT_NEGATIVE = "must be a non-negative integer";

    private PodStatus() {}

    /** Keeps what an old reporter does not know: the class of service, and which generation it looked at. */
    static ObjectValue completed(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("status");
        ObjectValue status = after.object("status");
        if (status.string("qosClass").isEmpty() && old.has("qosClass")) {
            status = status.with("qosClass", old.valueOrNull("qosClass"));
        }
        if (status.integer("observedGeneration") == 0 && old.has("observedGeneration")) {
            status = status.with("observedGeneration", old.valueOrNull("observedGeneration"));
        }
        status = conditions(old.list("conditions"), status);
        return after.with("status", status);
    }

    private static ObjectValue conditions(ListValue old, ObjectValue status) {
        Map<String, List<Value>> generations = new HashMap<>();
        for (ObjectValue condition : old.objects()) {
            generations
                    .computeIfAbsent(condition.string("type"), type -> new ArrayList<>())
                    .add(condition.valueOrNull("observedGeneration"));
        }
        boolean changed = false;
        var conditions = new ArrayList<Value>();
        for (ObjectValue condition : status.list("conditions").objects()) {
            List<Value> known = generations.getOrDefault(condition.string("type"), List.of());
            Value generation = known.isEmpty() ? NullValue.NULL : known.removeFirst();
            boolean open = condition.integer("observedGeneration") == 0;
            boolean keeps = open && generation instanceof IntegerValue;
            changed |= keeps;
            conditions.add(keeps ? condition.with("observedGeneration", generation) : condition);
        }
        return changed ? status.with("conditions", ListValue.of(conditions)) : status;
    }

    static void check(ObjectValue before, ObjectValue after, Checks checks) {
        ObjectValue old = before.object("status");
        ObjectValue status = after.object("status");
        ObjectValue spec = before.object("spec");
        conditions(status.list("conditions").objects(), checks);
        nominated(old, status, spec, checks);
        if (status.integer("observedGeneration") < 0) {
            checks.invalid(STATUS.child("observedGeneration"), status.integer("observedGeneration"), NOT_NEGATIVE);
        }
        if (!status.string("qosClass").equals(old.string("qosClass"))) {
            checks.invalid(STATUS.child("qosClass"), status.string("qosClass"), Checks.IMMUTABLE);
        }
        ContainerStatuses.transitions(old, status, spec, STATUS, checks);
        claims(status, after.object("spec"), checks);
        addresses(old, status, "podIPs", checks);
        hostAddresses(old, status, checks);
        ContainerStatuses.users(status, spec, STATUS, checks);
        ContainerStatuses.devices(status, spec, STATUS, checks);
    }

    private static void conditions(List<ObjectValue> conditions, Checks checks) {
        for (int i = 0; i < conditions.size(); i++) {
            ObjectValue condition = conditions.get(i);
            FieldPath at = STATUS.child("conditions").index(i);
            if (condition.integer("observedGeneration") < 0) {
                checks.invalid(at.child("observedGeneration"), condition.integer("observedGeneration"), NOT_NEGATIVE);
            }
            if (!KNOWN_CONDITIONS.contains(condition.string("type"))) {
                checks.qualifiedName(condition.string("type"), at.child("Type"));
            }
        }
    }

    private static void nominated(ObjectValue old, ObjectValue status, ObjectValue spec, Checks checks) {
        String node = status.string("nominatedNodeName");
        if (node.isEmpty() || node.equals(old.string("nominatedNodeName"))) {
            return;
        }
        FieldPath at = STATUS.child("nominatedNodeName");
        checks.problems(at, node, Names.dnsSubdomain(node));
        if (!spec.string("nodeName").isEmpty()) {
            checks.forbidden(at, "may not be set on pods that are already bound to a node");
        }
    }

    private static void claims(ObjectValue status, ObjectValue spec, Checks checks) {
        var known = new HashSet<String>();
        spec.list("resourceClaims").objects().forEach(claim -> known.add(claim.string("name")));
        List<ObjectValue> claims = status.list("resourceClaimStatuses").objects();
        var seen = new HashSet<String>();
        for (int i = 0; i < claims.size(); i++) {
            FieldPath at = STATUS.child("resourceClaimStatuses").index(i);
            String name = claims.get(i).string("name");
            if (!known.contains(name)) {
                checks.invalid(at.child("name"), name, "must match the name of an entry in `spec.resourceClaims`");
            }
            if (!seen.add(name)) {
                checks.duplicate(at.child("name"), name);
            }
            if (claims.get(i).has("resourceClaimName")) {
                checks.dnsSubdomain(claims.get(i).string("resourceClaimName"), at.child("resourceClaimName"));
            }
        }
        if (status.has("extendedResourceClaimStatus")) {
            extended(
                    status.object("extendedResourceClaimStatus"),
                    spec,
                    STATUS.child("extendedResourceClaimStatus"),
                    checks);
        }
    }

    /** The claim that the scheduler made for extended resources of the pod's containers. */
    private static void extended(ObjectValue claim, ObjectValue spec, FieldPath at, Checks checks) {
        Map<String, ObjectValue> containers = new HashMap<>();
        for (String list : List.of("initContainers", "containers")) {
            spec.list(list).objects().forEach(container -> containers.put(container.string("name"), container));
        }
        List<ObjectValue> mappings = claim.list("requestMappings").objects();
        if (mappings.isEmpty()) {
            checks.required(at.child("requestMappings"), "at least one request mapping is required");
        }
        var seen = new HashSet<List<String>>();
        for (int i = 0; i < mappings.size(); i++) {
            FieldPath here = at.child("requestMappings").index(i);
            String container = mappings.get(i).string("containerName");
            String resource = mappings.get(i).string("resourceName");
            String request = mappings.get(i).string("requestName");
            ObjectValue found = containers.get(container);
            if (found == null) {
                checks.invalid(
                        here.child("containerName"),
                        container,
                        "must match the name of an entry in spec.initContainers.name or spec.containers.name");
            } else if (!found.object("resources").object("requests").has(resource)) {
                checks.invalid(
                        here.child("resourceName"),
                        resource,
                        "must match the extended resource name of an entry in spec.initContainers.resources.requests"
                                + " or spec.containers.resources.requests");
            }
            checks.dnsLabel(request, at.child("requestName"));
            if (!seen.add(List.of(container, resource, request))) {
                checks.duplicate(here.child("containerName"), container);
                checks.duplicate(here.child("resourceName"), resource);
                checks.duplicate(here.child("requestName"), request);
            }
        }
        if (claim.string("resourceClaimName").isEmpty()) {
            checks.required(at.child("resourceClaimName"));
        } else {
            checks.dnsSubdomain(claim.string("resourceClaimName"), at.child("resourceClaimName"));
        }
    }

    private static void hostAddresses(ObjectValue old, ObjectValue status, Checks checks) {
        List<ObjectValue> addresses = status.list("hostIPs").objects();
        if (addresses.isEmpty()) {
            return;
        }
        String first = addresses.getFirst().string("ip");
        if (!status.string("hostIP").equals(first)) {
            checks.invalid(STATUS.child("hostIPs").index(0).child("ip"), first, "must be equal to `hostIP`");
        }
        addresses(old, status, "hostIPs", checks);
    }

    /** At most one address of each family; those that were there may be as odd as they are. */
    private static void addresses(ObjectValue old, ObjectValue status, String field, Checks checks) {
        List<ObjectValue> addresses = status.list(field).objects();
        List<String> known = old.list(field).objects().stream()
                .map(address -> address.string("ip"))
                .toList();
        int fours = 0;
        for (int i = 0; i < addresses.size(); i++) {
            String ip = addresses.get(i).string("ip");
            if (!known.contains(ip)) {
                IpAddress.check(ip, STATUS.child(field).index(i), checks);
            }
            Optional<IpAddress> address = IpAddress.parse(ip);
            fours += address.isPresent() && address.get().isFour() ? 1 : 0;
        }
        boolean both = addresses.size() == 2 && fours == 1;
        if (addresses.size() > 1 && !both) {
            checks.invalid(
                    STATUS.child(field), status.list(field), "may specify no more than one IP for each IP family");
        }
    }
}

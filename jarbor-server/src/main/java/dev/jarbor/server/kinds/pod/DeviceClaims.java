package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Claims for devices: those that a pod brings along, and which of them a container uses.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
final class DeviceClaims {
    private static final List<String> SHAPE = List.of("Name", "ResourceClaimName", "ResourceClaimTemplateName");

    private DeviceClaims() {}

    static void check(ObjectValue spec, ObjectValue metadata, FieldPath at, Checks checks) {
        List<ObjectValue> claims = spec.list("resourceClaims").objects();
        boolean mirrored = metadata.object("annotations").has(PodAnnotations.MIRROR);
        var names = new HashSet<String>();
        for (int i = 0; i < claims.size(); i++) {
            if (mirrored) {
                checks.forbidden(FieldPath.of(""), "static pods do not support resource claims");
            } else {
                check(claims.get(i), names, at.index(i), checks);
            }
        }
    }

    private static void check(ObjectValue claim, Set<String> names, FieldPath at, Checks checks) {
        String name = claim.string("name");
        if (name.isEmpty()) {
            checks.required(at.child("name"));
        } else if (names.add(name)) {
            checks.dnsLabel(name, at.child("name"));
        } else {
            checks.duplicate(at.child("name"), name);
        }
        boolean direct = claim.has("resourceClaimName");
        boolean template = claim.has("resourceClaimTemplateName");
        if (direct && template) {
            checks.add(Internal.invalid(
                    at,
                    claim,
                    SHAPE,
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"));
        }
        if (!direct && !template) {
            checks.add(Internal.invalid(
                    at, claim, SHAPE, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
        }
        if (direct) {
            checks.dnsSubdomain(claim.string("resourceClaimName"), at.child("resourceClaimName"));
        }
        if (template) {
            checks.dnsSubdomain(claim.string("resourceClaimTemplateName"), at.child("resourceClaimTemplateName"));
        }
    }

    /** The claims that a container uses must be the pod's, and each used once. */
    static void used(ListValue claims, Set<String> known, FieldPath at, Checks checks) {
        var used = new HashSet<String>();
        List<ObjectValue> all = claims.objects();
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i).string("name");
            if (name.isEmpty()) {
                checks.required(at.index(i));
                continue;
            }
            used(name, all.get(i).string("request"), used, at.index(i), checks);
            if (!known.contains(name)) {
                checks.add(Internal.notFound(
                        at.index(i),
                        name,
                        "must be one of the names in pod.spec.resourceClaims"
                                + (known.isEmpty() ? " which is empty" : ": " + String.join(", ", known))));
            }
        }
    }

    private static void used(String name, String request, Set<String> used, FieldPath at, Checks checks) {
        if (used.contains(name)) {
            checks.duplicate(at, name);
            return;
        }
        String key = request.isEmpty() ? name : name + "/" + request;
        if (!request.isEmpty()) {
            checks.dnsLabel(request, at.child("request"));
        }
        if (used.contains(key)) {
            checks.duplicate(at, key);
        } else if (request.isEmpty()) {
            used.stream().filter(other -> other.startsWith(name + "/")).forEach(other -> checks.duplicate(at, name));
        }
        used.add(key);
    }
}

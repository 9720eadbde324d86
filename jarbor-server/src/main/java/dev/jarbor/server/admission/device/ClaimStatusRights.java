package dev.jarbor.server.admission.device;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Forbidden;
import dev.jarbor.server.auth.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may write the status of a claim may not write all of it: what is allocated and for whom takes the right to {@code
 * resourceclaims/binding}, what a driver says of its devices that to {@code resourceclaims/driver}, with a verb that says
 * whether the writer is on the node of the devices.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/hardening-guide/dynamic-resource-allocation/">Hardening
 *     guide: Dynamic Resource Allocation</a>
 */
public final class ClaimStatusRights implements Admission {
    private static final String GROUP = "resource.k8s.io";
    private static final String CLAIMS = "resourceclaims";
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

    private final Authorizer authorizer;

    public ClaimStatusRights(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public void validate(Review review) {
        boolean writes = review.operation() == Operation.UPDATE
                && review.resource().is(GROUP, CLAIMS)
                && review.subresource().equals("status");
        if (!writes) {
            return;
        }
        ObjectValue before = review.before().object("status");
        ObjectValue after = review.object().object("status");
        var errors = new ArrayList<FieldError>();
        binding(review, before, after).ifPresent(errors::add);
        errors.addAll(devices(review, before, after));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    review.resource().groupKind(),
                    review.object().object("metadata").string("name"),
                    errors);
        }
    }

    private Optional<FieldError> binding(Review review, ObjectValue before, ObjectValue after) {
        boolean same = before.object("allocation").equals(after.object("allocation"))
                && before.list("reservedFor").equals(after.list("reservedFor"));
        if (same) {
            return Optional.empty();
        }
        return refusal(review, "binding", review.verb(), "", "")
                .map(why -> FieldError.forbidden(
                        STATUS,
                        "changing status.allocation or status.reservedFor requires"
                                + " resource=\"resourceclaims/binding\", verb=\"" + review.verb() + "\" permission: "
                                + why));
    }

    private List<FieldError> devices(Review review, ObjectValue before, ObjectValue after) {
        List<String> verbs = new ArrayList<>();
        if (isOnNode(review.user(), node(after.object("allocation")))) {
            verbs.add("associated-node:" + review.verb());
        }
        verbs.add("arbitrary-node:" + review.verb());
        var errors = new ArrayList<FieldError>();
        for (String driver : changed(before.list("devices"), after.list("devices"))) {
            refusal(review, verbs, driver)
                    .ifPresent(why -> errors.add(FieldError.forbidden(
                            STATUS.child("devices"),
                            "changing status.devices requires resource=\"resourceclaims/driver\", verb=\"["
                                    + String.join(" ", verbs) + "]\" permission: " + why)));
        }
        return errors;
    }

    /** What the first of {@code verbs} is refused with; empty where one of them is allowed. */
    private Optional<String> refusal(Review review, List<String> verbs, String driver) {
        Optional<String> first = Optional.empty();
        for (String verb : verbs) {
            Optional<String> refused =
                    refusal(review, "driver", verb, review.key().namespace(), driver);
            if (refused.isEmpty()) {
                return refused;
            }
            first = first.isEmpty() ? refused : first;
        }
        return first;
    }

    private Optional<String> refusal(Review review, String subresource, String verb, String namespace, String name) {
        var asked = new Attributes(
                review.user(),
                verb,
                GROUP,
                review.resource().kind().version(),
                CLAIMS,
                subresource,
                namespace,
                name,
                "");
        Authorizer.Decision decision = authorizer.decide(asked);
        if (decision.allowed()) {
            return Optional.empty();
        }
        String why = decision.error().isEmpty() || decision.reason().isEmpty()
                ? decision.error() + decision.reason()
                : decision.error() + ": " + decision.reason();
        return Optional.of(String.valueOf(Forbidden.refusal(asked, why).getMessage()));
    }

    /** The drivers of devices that came, went or are told of otherwise, in order. */
    private static SortedSet<String> changed(ListValue before, ListValue after) {
        Map<Device, ObjectValue> known = new HashMap<>();
        before.objects().forEach(device -> known.put(Device.of(device), device));
        var drivers = new TreeSet<String>();
        for (ObjectValue device : after.objects()) {
            if (!known.getOrDefault(Device.of(device), ObjectValue.EMPTY).equals(device)) {
                drivers.add(device.string("driver"));
            }
            known.remove(Device.of(device));
        }
        known.keySet().forEach(device -> drivers.add(device.driver()));
        return drivers;
    }

    private record Device(String driver, String pool, String device, String share) {
        static Device of(ObjectValue status) {
            return new Device(
                    status.string("driver"), status.string("pool"), status.string("device"), status.string("shareID"));
        }
    }

    /** The one node that an allocation is for; "" where it is for several, or nobody can tell by its selector. */
    private static String node(ObjectValue allocation) {
        List<ObjectValue> terms =
                allocation.object("nodeSelector").list("nodeSelectorTerms").objects();
        if (terms.size() != 1 || !terms.getFirst().list("matchExpressions").isEmpty()) {
            return "";
        }
        List<ObjectValue> fields = terms.getFirst().list("matchFields").objects();
        if (fields.size() != 1) {
            return "";
        }
        ObjectValue field = fields.getFirst();
        List<String> values = field.list("values").strings();
        boolean one = field.string("key").equals("metadata.name")
                && field.string("operator").equals("In")
                && values.size() == 1;
        return one ? values.getFirst() : "";
    }

    private static boolean isOnNode(User user, String node) {
        List<String> nodes = user.extra().getOrDefault(NODE_NAME, List.of());
        return !node.isEmpty()
                && user.isServiceAccount()
                && nodes.equals(List.of(node))
                && Names.dnsSubdomain(node).isEmpty();
    }
}

package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Applied configurations without owners: how mutating admission policies change objects.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/">MutatingAdmissionPolicy</a>
 */
public final class Configurations {
    private Configurations() {}

    /** {@code live} with everything that {@code configuration} says; nothing goes. */
    public static ObjectValue merged(ObjectValue live, ObjectValue configuration, Shape shape) {
        return Merge.of(live, configuration, shape);
    }

    /**
     * The paths of lists and objects in {@code configuration} that are one value, so that saying a part of them would
     * drop the rest.
     */
    public static List<String> atomicParts(ObjectValue configuration, Shape shape) {
        var found = new ArrayList<String>();
        collect("", configuration, shape, found);
        return found;
    }

    private static void collect(String path, Value value, Shape shape, List<String> found) {
        switch (shape.as(value)) {
            case Shape.Fields object
            when value instanceof ObjectValue said -> {
                if (object.atomic()) {
                    found.add(path);
                }
                for (int i = 0; i < said.size(); i++) {
                    Shape inner = object.field(said.name(i));
                    if (inner != null) {
                        collect(path + "." + said.name(i), said.value(i), inner, found);
                    }
                }
            }
            case Shape.Items list
            when value instanceof ListValue said -> {
                if (list.listing() == Shape.Listing.ATOMIC) {
                    found.add(path);
                }
                for (int i = 0; i < said.size(); i++) {
                    collect(path + "[" + i + "]", said.get(i), list.item(), found);
                }
            }
            default -> {}
        }
    }
}

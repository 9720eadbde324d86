package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** All containers of a pod, in the order in which the standards look at them. */
final class Containers {
    private Containers() {}

    static List<ObjectValue> of(ObjectValue spec) {
        var all = new ArrayList<ObjectValue>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            all.addAll(spec.list(list).objects());
        }
        return all;
    }

    /** The names of the containers that are {@code bad}. */
    static List<String> names(ObjectValue spec, Predicate<ObjectValue> bad) {
        return of(spec).stream()
                .filter(bad)
                .map(container -> container.string("name"))
                .toList();
    }

    static ObjectValue security(ObjectValue container) {
        return container.object("securityContext");
    }

    /** {@code pod and containers "a", "b"}: those of both whose security context is {@code bad}. */
    static String setters(ObjectValue spec, Predicate<ObjectValue> bad) {
        var setters = new ArrayList<String>();
        if (bad.test(security(spec))) {
            setters.add("pod");
        }
        List<String> containers = names(spec, container -> bad.test(security(container)));
        if (!containers.isEmpty()) {
            setters.add(Check.named("container", containers));
        }
        return String.join(" and ", setters);
    }
}

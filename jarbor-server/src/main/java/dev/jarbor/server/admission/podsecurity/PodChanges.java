package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.HashMap;
import java.util.List;

/** Which updates of a pod matter to the standards; most of its spec cannot change anyway. */
final class PodChanges {
    private static final String SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";

    private PodChanges() {}

    static boolean areSignificant(ObjectValue before, ObjectValue after) {
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectValue> old = before.object("spec").list(list).objects();
            List<ObjectValue> containers = after.object("spec").list(list).objects();
            if (old.size() != containers.size()) {
                return true;
            }
            for (int i = 0; i < containers.size(); i++) {
                if (isSignificant(before, after, old.get(i), containers.get(i))) {
                    return true;
                }
            }
        }
        var known = new HashMap<String, ObjectValue>();
        before.object("spec")
                .list("ephemeralContainers")
                .objects()
                .forEach(container -> known.put(container.string("name"), container));
        return after.object("spec").list("ephemeralContainers").objects().stream()
                .anyMatch(container -> {
                    ObjectValue old = known.get(container.string("name"));
                    return old == null || isSignificant(before, after, old, container);
                });
    }

    private static boolean isSignificant(
            ObjectValue before, ObjectValue after, ObjectValue old, ObjectValue container) {
        String annotation = SECCOMP + container.string("name");
        return !old.string("image").equals(container.string("image"))
                || !annotation(before, annotation).equals(annotation(after, annotation));
    }

    private static String annotation(ObjectValue pod, String name) {
        return pod.object("metadata").object("annotations").string(name);
    }
}

package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The three lists of a pod's containers: those that run, those that run before them, and those put in to look at it. */
final class Containers {
    private static final List<String> LISTS = List.of("initContainers", "containers", "ephemeralContainers");

    /** Fields that say what a container does for its pod, which one that only looks at it must not, in Go's order. */
    private static final List<String> NOT_EPHEMERAL = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private static final String INIT_ONLY = "may not be set for init containers without restartPolicy=Always";

    private Containers() {}

    /** Whether an init container keeps running beside the others. */
    static boolean isSidecar(ObjectValue container) {
        return container.string("restartPolicy").equals("Always");
    }

    /** All containers of the pod with their paths, init containers first. */
    static void each(ObjectValue spec, FieldPath at, BiConsumer<ObjectValue, FieldPath> visitor) {
        for (String list : LISTS) {
            List<ObjectValue> containers = spec.list(list).objects();
            for (int i = 0; i < containers.size(); i++) {
                visitor.accept(containers.get(i), at.child(list).index(i));
            }
        }
    }

    static boolean any(ObjectValue spec, Predicate<ObjectValue> predicate) {
        for (String list : LISTS) {
            for (ObjectValue container : spec.list(list).objects()) {
                if (predicate.test(container)) {
                    return true;
                }
            }
        }
        return false;
    }

    static void check(PodSpecs.Context context, FieldPath at, Checks checks) {
        regular(context, at.child("containers"), checks);
        init(context, at.child("initContainers"), checks);
        ephemeral(context, at.child("ephemeralContainers"), checks);
    }

    private static void regular(PodSpecs.Context context, FieldPath at, Checks checks) {
        List<ObjectValue> containers = context.spec().list("containers").objects();
        if (containers.isEmpty()) {
            checks.required(at);
            return;
        }
        var names = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            ObjectValue container = containers.get(i);
            FieldPath here = at.index(i);
            ContainerChecks.check(container, context, here, checks);
            if (!names.add(container.string("name"))) {
                checks.duplicate(here.child("name"), container.string("name"));
            }
            Probes.check(container, context.spec(), here, checks);
            Restarts.check(container, here, checks);
        }
        var taken = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            hostPorts(containers.get(i), taken, at.index(i), checks);
        }
    }

    private static void init(PodSpecs.Context context, FieldPath at, Checks checks) {
        List<ObjectValue> containers = context.spec().list("initContainers").objects();
        if (containers.isEmpty()) {
            return;
        }
        var names = names(context.spec().list("containers"));
        for (int i = 0; i < containers.size(); i++) {
            ObjectValue container = containers.get(i);
            FieldPath here = at.index(i);
            ContainerChecks.check(container, context, here, checks);
            Restarts.checkInit(container, here, checks);
            String name = container.string("name");
            if (names.contains(name)) {
                checks.duplicate(here.child("name"), name);
            } else if (!name.isEmpty()) {
                names.add(name);
            }
            // They run one after the other, so each is looked at alone; the path says the first, whichever it is.
            hostPorts(container, new HashSet<>(), at.index(0), checks);
            if (isSidecar(container)) {
                Probes.check(container, context.spec(), here, checks);
            } else {
                for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                    if (container.has(field)) {
                        checks.forbidden(here.child(field), INIT_ONLY);
                    }
                }
                if (!context.leniency().initRestartOnResize()) {
                    Restarts.noRestartOnResize(container, here.child("resizePolicy"), checks);
                }
            }
        }
    }

    private static void ephemeral(PodSpecs.Context context, FieldPath at, Checks checks) {
        List<ObjectValue> containers =
                context.spec().list("ephemeralContainers").objects();
        if (containers.isEmpty()) {
            return;
        }
        Set<String> others = names(context.spec().list("containers"));
        others.addAll(names(context.spec().list("initContainers")));
        var all = new HashSet<>(others);
        for (int i = 0; i < containers.size(); i++) {
            ObjectValue container = containers.get(i);
            FieldPath here = at.index(i);
            ContainerChecks.check(container, context, here, checks);
            ContainerChecks.trimmedImage(container, here, checks);
            if (!all.add(container.string("name"))) {
                checks.duplicate(here.child("name"), container.string("name"));
            }
            String target = container.string("targetContainerName");
            if (!target.isEmpty() && !others.contains(target)) {
                checks.add(FieldError.notFound(here.child("targetContainerName"), Value.of(target)));
            }
            restricted(container, here, checks);
        }
    }

    private static void restricted(ObjectValue container, FieldPath at, Checks checks) {
        for (String field : NOT_EPHEMERAL) {
            // Resources are always there, if only as an empty object.
            boolean empty = field.equals("resources") && container.object(field).isEmpty();
            if (container.has(field) && !empty) {
                checks.forbidden(at.child(field), "cannot be set for an Ephemeral Container");
            }
        }
        List<ObjectValue> mounts = container.list("volumeMounts").objects();
        for (int i = 0; i < mounts.size(); i++) {
            for (String field : List.of("subPath", "subPathExpr")) {
                if (!mounts.get(i).string(field).isEmpty()) {
                    checks.forbidden(
                            at.child("volumeMounts").index(i).child(field), "cannot be set for an Ephemeral Container");
                }
            }
        }
    }

    private static Set<String> names(ListValue containers) {
        var names = new HashSet<String>();
        for (ObjectValue container : containers.objects()) {
            names.add(container.string("name"));
        }
        return names;
    }

    /** No two containers of a pod may want the same port of the node. */
    private static void hostPorts(ObjectValue container, Set<String> taken, FieldPath at, Checks checks) {
        List<ObjectValue> ports = container.list("ports").objects();
        for (int i = 0; i < ports.size(); i++) {
            long port = ports.get(i).integer("hostPort");
            if (port == 0) {
                continue;
            }
            String wanted = ports.get(i).string("protocol") + "/" + ports.get(i).string("hostIP") + "/" + port;
            if (!taken.add(wanted)) {
                checks.duplicate(at.child("ports").index(i).child("hostPort"), wanted);
            }
        }
    }
}

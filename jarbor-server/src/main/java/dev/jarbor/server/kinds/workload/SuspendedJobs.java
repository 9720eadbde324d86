package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import java.util.ArrayList;
import java.util.List;

/**
 * What may change in the template of a job that waits.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-scheduling-directives">Mutable
 *     Scheduling Directives</a>
 */
final class SuspendedJobs {
    private SuspendedJobs() {}

    /** While a job is suspended and has no pods, it may be told where its pods go and what they need. */
    static void template(ObjectValue before, ObjectValue spec, Checks checks) {
        ObjectValue old = before.object("spec");
        if (Same.at(old, spec, "template")) {
            return;
        }
        ObjectValue status = before.object("status");
        boolean idle = old.bool("suspend")
                && status.integer("active") == 0
                && status.list("conditions").objects().stream()
                        .anyMatch(condition -> condition.string("type").equals("Suspended")
                                && condition.string("status").equals("True"));
        if (!idle) {
            checks.invalid(Owners.TEMPLATE, spec.valueOrNull("template"), Checks.IMMUTABLE);
            return;
        }
        ObjectValue was = old.object("template").object("spec");
        ObjectValue is = spec.object("template").object("spec");
        if (!Same.of(directed(was, is), is)) {
            checks.invalid(Owners.SPEC.child("template.spec"), is, Checks.IMMUTABLE);
        }
    }

    /** {@code was} with what may change taken from {@code is}. */
    private static ObjectValue directed(ObjectValue was, ObjectValue is) {
        ObjectValue directed = was;
        for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
            directed = Edits.keep(is, directed, field);
        }
        ObjectValue affinity = Edits.keep(is.object("affinity"), was.object("affinity"), "nodeAffinity");
        directed = affinity.isEmpty() && !is.has("affinity")
                ? directed.without("affinity")
                : directed.with("affinity", affinity);
        return resources(resources(directed, is, "containers"), is, "initContainers");
    }

    private static ObjectValue resources(ObjectValue was, ObjectValue is, String list) {
        ListValue before = was.list(list);
        ListValue after = is.list(list);
        if (before.isEmpty() || before.size() != after.size()) {
            return was;
        }
        var containers = new ArrayList<Value>();
        for (int i = 0; i < before.size(); i++) {
            ObjectValue container = before.objects().get(i);
            ObjectValue other = after.objects().get(i);
            boolean same = container.string("name").equals(other.string("name"));
            containers.add(same ? Edits.keep(other, container, "resources") : container);
        }
        return was.with(list, ListValue.of(containers));
    }
}

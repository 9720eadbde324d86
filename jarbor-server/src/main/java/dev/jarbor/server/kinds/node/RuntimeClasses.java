package dev.jarbor.server.kinds.node;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.Requirements;
import dev.jarbor.server.kinds.pod.Tolerations;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.NodeLabels;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * RuntimeClasses: how containers are run, what that costs, and on which nodes it can be had.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/runtime-class/">Runtime Class</a>
 */
public final class RuntimeClasses implements Strategy {
    private static final FieldPath SCHEDULING = FieldPath.of("scheduling");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        checks.dnsLabel(object.string("handler"), FieldPath.of("handler"));
        Requirements.overhead(object.object("overhead").object("podFixed"), FieldPath.of("overhead"), checks);
        ObjectValue scheduling = object.object("scheduling");
        checks.labels(scheduling.object("nodeSelector"), SCHEDULING.child("nodeSelector"));
        Tolerations.check(scheduling.list("tolerations").objects(), SCHEDULING.child("tolerations"), checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.immutable(before, after, "handler", FieldPath.NONE);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        ObjectValue selector = object.object("scheduling").object("nodeSelector");
        NodeLabels.warnOfKeys(selector, SCHEDULING.child("nodeSelector"), warnings);
        return warnings;
    }
}

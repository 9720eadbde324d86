package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.admission.Purpose;
import java.util.List;

/** A MutatingAdmissionPolicy, compiled. */
record MutatingPolicy(Policy common, List<Mutation> mutations) {
    /**
     * One change.
     *
     * @param applied whether the expression makes an applied configuration; else it makes a JSON patch
     */
    record Mutation(boolean applied, Expression expression) {}

    static MutatingPolicy of(ObjectValue policy) {
        Policy common = Policy.of(policy);
        return new MutatingPolicy(
                common,
                common.spec().list("mutations").objects().stream()
                        .map(mutation -> mutation(mutation, common))
                        .toList());
    }

    private static Mutation mutation(ObjectValue mutation, Policy common) {
        boolean applied = mutation.string("patchType").equals("ApplyConfiguration");
        ObjectValue patch = mutation.object(applied ? "applyConfiguration" : "jsonPatch");
        Purpose purpose = applied ? Purpose.APPLY_CONFIGURATION : Purpose.JSON_PATCH;
        return new Mutation(applied, common.expressions().compile(patch.string("expression"), purpose));
    }

    /** Whether it wants to see what later policies and webhooks make of an object. */
    boolean reinvoked() {
        return common.spec().string("reinvocationPolicy").equals("IfNeeded");
    }
}

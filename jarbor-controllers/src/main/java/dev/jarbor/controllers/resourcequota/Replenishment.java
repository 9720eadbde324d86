package dev.jarbor.controllers.resourcequota;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.core.v1.ResourceQuota;
import dev.jarbor.api.quota.Evaluator;
import dev.jarbor.api.quota.Evaluators;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.client.Change;
import java.time.Instant;
import java.util.List;

/** Which changes give something back to a quota; what takes from it, the server has charged already. */
final class Replenishment {
    private Replenishment() {}

    /** Whether after {@code change} less is used than before. */
    static boolean frees(String resource, Change<GenericObject> change, Instant now) {
        Evaluator evaluator = Evaluators.of(resource);
        return switch (change) {
            case Change.Added<GenericObject> added -> false;
            case Change.Deleted<GenericObject> deleted -> true;
            case Change.Updated<GenericObject>(GenericObject before, GenericObject after) -> {
                Usage used = evaluator.usage(before.value(), now);
                yield !used.above(evaluator.usage(after.value(), now))
                        .withoutZeros()
                        .isEmpty();
            }
        };
    }

    /** Whether {@code quota} bounds anything that objects of {@code resource} use. */
    static boolean concerns(ResourceQuota quota, String resource) {
        List<String> hard =
                Usage.read(quota.value().object("spec").object("hard")).names();
        return !Evaluators.of(resource).tracked(hard).isEmpty();
    }
}

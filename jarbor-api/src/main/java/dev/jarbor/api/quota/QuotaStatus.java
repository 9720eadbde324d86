package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Counts anew what is used of a quota. */
public final class QuotaStatus {
    private QuotaStatus() {}

    /**
     * The status that {@code quota} should have: its bounds, and what is used of them. What cannot be counted, because
     * nobody serves it, keeps the number it had.
     *
     * @param objects gives the objects of a resource ({@code pods}, {@code deployments.apps}) in the quota's namespace; empty
     *     where nobody serves the resource
     */
    public static ObjectValue of(
            ObjectValue quota, Function<String, Optional<List<ObjectValue>>> objects, Instant now) {
        ObjectValue spec = quota.object("spec");
        Usage hard = Usage.read(spec.object("hard"));
        Usage used = Usage.read(quota.object("status").object("used")).only(hard.names());
        for (String resource : Evaluators.resources(hard.names())) {
            Optional<List<ObjectValue>> there = objects.apply(resource);
            if (there.isEmpty()) {
                continue;
            }
            Evaluator evaluator = Evaluators.of(resource);
            List<String> tracked = evaluator.tracked(hard.names());
            Usage sum = Usage.NONE;
            for (String name : tracked) {
                sum = sum.plus(Usage.of(name, 0));
            }
            for (ObjectValue object : there.get()) {
                if (evaluator.covers(spec, hard.names(), object)) {
                    sum = sum.plus(evaluator.usage(object, now).only(tracked));
                }
            }
            for (String name : sum.names()) {
                used = used.with(name, sum.of(name));
            }
        }
        return ObjectValue.EMPTY.with("hard", spec.object("hard")).with("used", used.value());
    }
}

package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * Leases.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/leases/">Leases</a>
 */
final class Leases implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    /** The candidate of the oldest version leads. */
    static final String OLDEST = "OldestEmulationVersion";

    private static final List<String> STRATEGIES = List.of(OLDEST);

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        checks.positive(spec, "leaseDurationSeconds", SPEC);
        checks.notNegative(spec, "leaseTransitions", SPEC);
        String strategy = spec.string("strategy");
        if (spec.has("strategy")) {
            strategy(strategy, SPEC.child("strategy").child("strategy"), checks);
        }
        if (strategy.isEmpty() && !spec.string("preferredHolder").isEmpty()) {
            checks.forbidden(SPEC.child("preferredHolder"), "may only be specified if `strategy` is defined");
        }
        return checks.errors();
    }

    /** The path says {@code strategy} twice, as the reference's does. */
    static void strategy(String strategy, FieldPath at, Checks checks) {
        if (strategy.indexOf('/') >= 0) {
            checks.qualifiedName(strategy, at);
        } else if (!STRATEGIES.contains(strategy)) {
            checks.notSupported(at, strategy, STRATEGIES);
        }
    }
}

package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.SemanticVersion;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * LeaseCandidates: who would hold a lease, and which version they are.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/coordinated-leader-election/">Coordinated
 *     Leader Election</a>
 */
final class LeaseCandidates implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String NO_VERSION = "must be a valid semantic version";

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        checks.required(spec, "leaseName", SPEC);
        Optional<SemanticVersion> emulated = version(spec, "emulationVersion", checks);
        Optional<SemanticVersion> binary = Optional.empty();
        if (checks.required(spec, "binaryVersion", SPEC)) {
            binary = version(spec, "binaryVersion", checks);
        }
        boolean both = !spec.string("binaryVersion").isEmpty()
                && !spec.string("emulationVersion").isEmpty();
        if (both && binary.orElse(SemanticVersion.ZERO).compareTo(emulated.orElse(SemanticVersion.ZERO)) < 0) {
            checks.invalid(
                    SPEC.child("binaryVersion"),
                    spec.string("binaryVersion"),
                    "must be greater than or equal to `emulationVersion`");
        }
        String strategy = spec.string("strategy");
        if (checks.required(spec, "strategy", SPEC)) {
            boolean none = emulated.orElse(SemanticVersion.ZERO).compareTo(SemanticVersion.ZERO) == 0;
            if (strategy.equals(Leases.OLDEST) && none) {
                checks.required(
                        SPEC.child("emulationVersion"), "must be specified when `strategy` is '" + Leases.OLDEST + "'");
            }
            Leases.strategy(strategy, SPEC.child("strategy").child("strategy"), checks);
        }
        return checks.errors();
    }

    private static Optional<SemanticVersion> version(ObjectValue spec, String field, Checks checks) {
        String text = spec.string(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<SemanticVersion> version = SemanticVersion.parse(text);
        if (version.isEmpty()) {
            checks.invalid(SPEC.child(field), text, NO_VERSION);
        }
        return version;
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.immutable(before.object("spec"), after.object("spec"), "leaseName", SPEC);
        var errors = new ArrayList<>(validate(after));
        errors.addAll(checks.errors());
        return errors;
    }
}

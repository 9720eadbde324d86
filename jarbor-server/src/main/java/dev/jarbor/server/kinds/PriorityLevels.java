package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.flow.BootstrapFlows;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;

/**
 * The rules of PriorityLevelConfigurations.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/priority-level-configuration-v1/">PriorityLevelConfiguration
 *     v1</a>
 */
final class PriorityLevels {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MOST_QUEUES = 10_000_000;
    private static final int MOST_ENTROPY = 60;

    private PriorityLevels() {}

    static Strategy levels() {
        return Simple.defaulting(object -> Edits.inside(object, "spec", PriorityLevels::filled))
                .checking(PriorityLevels::check);
    }

    private static ObjectValue filled(ObjectValue spec) {
        ObjectValue limited = Edits.inside(spec, "limited", limits -> {
            ObjectValue shares = Edits.absent(limits, "nominalConcurrencyShares", 30);
            return Edits.inside(
                    Edits.absent(shares, "lendablePercent", 0),
                    "limitResponse",
                    response -> Edits.inside(response, "queuing", PriorityLevels::queuing));
        });
        return Edits.inside(
                limited,
                "exempt",
                exempt -> Edits.absent(Edits.absent(exempt, "nominalConcurrencyShares", 0), "lendablePercent", 0));
    }

    private static ObjectValue queuing(ObjectValue queuing) {
        ObjectValue queues = Edits.positive(queuing, "queues", 64);
        return Edits.positive(Edits.positive(queues, "handSize", 8), "queueLengthLimit", 50);
    }

    private static void check(ObjectValue object, Checks checks) {
        String name = object.object("metadata").string("name");
        ObjectValue spec = object.object("spec");
        checkFixed(name, spec, checks);
        String type = spec.string("type");
        if (name.equals("exempt") != type.equals("Exempt")) {
            checks.add(FieldError.invalid(
                    SPEC.child("type"), type, "type must be 'Exempt' if and only if `name` is 'exempt'"));
        }
        switch (type) {
            case "Exempt" -> {
                forbidden(spec, "limited", SPEC, "must be nil if the type is not Limited", checks);
                checkShares(spec.object("exempt"), SPEC.child("exempt"), checks);
            }
            case "Limited" -> {
                forbidden(spec, "exempt", SPEC, "must be nil if the type is Limited", checks);
                if (spec.has("limited")) {
                    checkLimits(spec.object("limited"), SPEC.child("limited"), checks);
                } else {
                    checks.add(FieldError.required(SPEC.child("limited"), "must not be empty when type is Limited"));
                }
            }
            default -> checks.oneOf(spec, "type", SPEC, "Exempt", "Limited");
        }
    }

    private static void checkFixed(String name, ObjectValue spec, Checks checks) {
        boolean exempt = name.equals("exempt");
        BootstrapFlows.fixedSpec("PriorityLevelConfiguration", name)
                .filter(fixed -> exempt ? !fixed.without("exempt").equals(spec.without("exempt")) : !fixed.equals(spec))
                .ifPresent(fixed -> checks.add(FieldError.invalid(
                        SPEC,
                        spec,
                        exempt
                                ? "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"
                                : "spec of '" + name + "' must equal the fixed value")));
    }

    private static void checkShares(ObjectValue limits, FieldPath here, Checks checks) {
        long shares = limits.integer("nominalConcurrencyShares");
        if (shares < 0) {
            checks.add(FieldError.invalid(
                    here.child("nominalConcurrencyShares"), shares, "must be a non-negative integer"));
        }
        long percent = limits.integer("lendablePercent");
        if (percent < 0 || percent > 100) {
            checks.add(
                    FieldError.invalid(here.child("lendablePercent"), percent, "must be between 0 and 100, inclusive"));
        }
    }

    private static void checkLimits(ObjectValue limits, FieldPath here, Checks checks) {
        checkShares(limits, here, checks);
        if (limits.integer("borrowingLimitPercent") < 0) {
            checks.add(FieldError.invalid(
                    here.child("borrowingLimitPercent"),
                    limits.integer("borrowingLimitPercent"),
                    "if specified, must be a non-negative integer"));
        }
        ObjectValue response = limits.object("limitResponse");
        FieldPath path = here.child("limitResponse");
        switch (response.string("type")) {
            case "Reject" ->
                forbidden(
                        response, "queuing", path, "must be nil if limited.limitResponse.type is not Limited", checks);
            case "Queue" -> {
                if (response.has("queuing")) {
                    checkQueuing(response.object("queuing"), path.child("queuing"), checks);
                } else {
                    checks.add(FieldError.required(
                            path.child("queuing"), "must not be empty if limited.limitResponse.type is Limited"));
                }
            }
            default -> checks.oneOf(response, "type", path, "Queue", "Reject");
        }
    }

    private static void checkQueuing(ObjectValue queuing, FieldPath here, Checks checks) {
        long queues = queuing.integer("queues");
        long hand = queuing.integer("handSize");
        if (queuing.integer("queueLengthLimit") <= 0) {
            checks.add(FieldError.invalid(
                    here.child("queueLengthLimit"), queuing.integer("queueLengthLimit"), "must be positive"));
        }
        if (queues <= 0) {
            checks.add(FieldError.invalid(here.child("queues"), queues, "must be positive"));
        } else if (queues > MOST_QUEUES) {
            checks.add(FieldError.invalid(here.child("queues"), queues, "must not be greater than " + MOST_QUEUES));
        }
        if (hand <= 0) {
            checks.add(FieldError.invalid(here.child("handSize"), hand, "must be positive"));
        } else if (hand > queues) {
            checks.add(FieldError.invalid(
                    here.child("handSize"), hand, "should not be greater than queues (" + queues + ")"));
        } else if (entropy(queues, hand) > MOST_ENTROPY) {
            checks.add(FieldError.invalid(
                    here.child("handSize"),
                    hand,
                    "required entropy bits of deckSize " + queues + " and handSize " + hand
                            + " should not be greater than " + MOST_ENTROPY));
        }
    }

    /** How many bits a hash needs to deal every hand. */
    private static double entropy(long queues, long hand) {
        double bits = 0;
        for (long i = 0; i < hand && bits <= MOST_ENTROPY; i++) {
            bits += Math.log((double) (queues - i)) / Math.log(2);
        }
        return Math.ceil(bits);
    }

    private static void forbidden(ObjectValue object, String field, FieldPath path, String why, Checks checks) {
        if (object.has(field)) {
            checks.add(FieldError.forbidden(path.child(field), why));
        }
    }
}

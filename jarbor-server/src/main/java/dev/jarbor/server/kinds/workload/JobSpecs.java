package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodTemplates;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.List;
import java.util.regex.Pattern;

/** What a Job's spec must look like, in a Job and in a CronJob's template of one. */
final class JobSpecs {
    private static final int MOST_INDEXES = 100_000;
    private static final int MOST_OF_MANY = 10_000;
    private static final int LONGEST_MANAGER = 63;
    private static final String PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
    private static final Pattern PATHS = Pattern.compile(PATH);
    private static final String INDEXED_ONLY = "requires indexed completion mode";

    private JobSpecs() {}

    static boolean isIndexed(ObjectValue spec) {
        return spec.string("completionMode").equals("Indexed");
    }

    static void check(ObjectValue spec, Leniency leniency, FieldPath at, Checks checks) {
        for (String field : List.of(
                "parallelism",
                "completions",
                "activeDeadlineSeconds",
                "backoffLimit",
                "ttlSecondsAfterFinished",
                "backoffLimitPerIndex",
                "maxFailedIndexes")) {
            checks.notNegative(spec, field, at);
        }
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            checks.required(at.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        }
        manager(spec, at.child("managedBy"), checks);
        mode(spec, at, checks);
        if (spec.has("podFailurePolicy")) {
            FailurePolicies.check(spec, at.child("podFailurePolicy"), checks);
        }
        if (spec.has("successPolicy")) {
            if (isIndexed(spec)) {
                SuccessPolicies.check(spec, at.child("successPolicy"), checks);
            } else {
                checks.add(Internal.invalid(
                        at.child("successPolicy"), spec.object("successPolicy"), List.of("Rules"), INDEXED_ONLY));
            }
        }
        replacement(spec, at.child("podReplacementPolicy"), checks);
        PodTemplates.check(spec.object("template"), leniency, at.child("template"), checks);
        restarts(spec, at.child("template").child("spec").child("restartPolicy"), checks);
    }

    /** Whoever else takes care of the job: a path below a domain. */
    private static void manager(ObjectValue spec, FieldPath at, Checks checks) {
        if (!spec.has("managedBy")) {
            return;
        }
        String manager = spec.string("managedBy");
        int slash = manager.indexOf('/');
        if (manager.isEmpty()) {
            checks.required(at);
        } else if (slash <= 0 || slash == manager.length() - 1) {
            checks.invalid(at, manager, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            String host = manager.substring(0, slash);
            checks.problems(at, host, Names.dnsSubdomain(host));
            String path = manager.substring(slash + 1);
            if (!PATHS.matcher(path).matches()) {
                checks.invalid(at, path, "Invalid path (regex used for validation is '" + PATH + "')");
            }
        }
        if (manager.length() > LONGEST_MANAGER) {
            checks.add(FieldError.tooLong(at, LONGEST_MANAGER));
        }
    }

    private static void mode(ObjectValue spec, FieldPath at, Checks checks) {
        String mode = spec.string("completionMode");
        boolean plain = !spec.has("completionMode") || mode.equals("NonIndexed");
        if (!plain && !mode.equals("Indexed")) {
            checks.notSupported(at.child("completionMode"), mode, List.of("NonIndexed", "Indexed"));
        }
        if (isIndexed(spec)) {
            indexed(spec, at, checks);
        }
        for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
            if (plain && spec.has(field)) {
                checks.invalid(at.child(field), spec.integer(field), INDEXED_ONLY);
            }
        }
    }

    private static void indexed(ObjectValue spec, FieldPath at, Checks checks) {
        long completions = spec.integer("completions");
        long parallelism = spec.integer("parallelism");
        long failed = spec.integer("maxFailedIndexes");
        if (!spec.has("completions")) {
            checks.required(at.child("completions"), "when completion mode is Indexed");
        }
        if (parallelism > MOST_INDEXES) {
            checks.invalid(
                    at.child("parallelism"),
                    parallelism,
                    "must be less than or equal to " + MOST_INDEXES + " when completion mode is Indexed");
        }
        if (spec.has("completions") && failed > completions) {
            checks.invalid(at.child("maxFailedIndexes"), failed, "must be less than or equal to completions");
        }
        if (failed > MOST_INDEXES) {
            checks.invalid(at.child("maxFailedIndexes"), failed, "must be less than or equal to " + MOST_INDEXES);
        }
        if (completions <= MOST_INDEXES || !spec.has("backoffLimitPerIndex")) {
            return;
        }
        if (!spec.has("maxFailedIndexes")) {
            checks.required(
                    at.child("maxFailedIndexes"), "must be specified when completions is above " + MOST_INDEXES);
        }
        String words = "must be less than or equal to " + MOST_OF_MANY + " when completions are above " + MOST_INDEXES
                + " and used with backoff limit per index";
        if (parallelism > MOST_OF_MANY) {
            checks.invalid(at.child("parallelism"), parallelism, words);
        }
        if (failed > MOST_OF_MANY) {
            checks.invalid(at.child("maxFailedIndexes"), failed, words);
        }
    }

    private static void replacement(ObjectValue spec, FieldPath at, Checks checks) {
        if (!spec.has("podReplacementPolicy")) {
            return;
        }
        List<String> supported =
                spec.has("podFailurePolicy") ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed");
        if (!supported.contains(spec.string("podReplacementPolicy"))) {
            checks.notSupported(at, spec.string("podReplacementPolicy"), supported);
        }
    }

    /** A finished pod of a job is not started again as if it had never ended. */
    private static void restarts(ObjectValue spec, FieldPath at, Checks checks) {
        String policy = spec.object("template").object("spec").string("restartPolicy");
        switch (policy) {
            case "", "Always" -> checks.required(at, "valid values: \"OnFailure\", \"Never\"");
            case "OnFailure" -> {
                if (spec.has("podFailurePolicy")) {
                    checks.invalid(at, policy, "only \"Never\" is supported when podFailurePolicy is specified");
                }
            }
            case "Never" -> {}
            default -> checks.notSupported(at, policy, List.of("OnFailure", "Never"));
        }
    }
}

package dev.jarbor.server.admission;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;

/**
 * What admission counts, under the reference's names, labels and types.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
public final class AdmissionMetrics {
    /** Codes beyond this one are counted as this one. */
    private static final int HIGHEST_CODE = 600;

    private static final List<Double> SECONDS = List.of(0.005, 0.025, 0.1, 0.5, 1.0, 2.5);
    private static final List<Double> WEBHOOK_SECONDS = List.of(0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 25.0);
    private static final List<Double> CHECK_SECONDS = List.of(0.0000005, 0.001, 0.01, 0.1, 1.0);

    private final Histogram steps;
    private final Histogram plugins;
    private final Histogram webhooks;
    private final Counter webhookRequests;
    private final Counter webhookRejections;
    private final Counter webhookFailures;
    private final Counter conditionErrors;
    private final Counter conditionExclusions;
    private final Histogram conditionSeconds;
    private final Counter checks;
    private final Histogram checkSeconds;

    public AdmissionMetrics(MetricRegistry registry) {
        steps = registry.histogram(
                "apiserver_admission_step_admission_duration_seconds",
                "Seconds that changing or checking an object took, all plugins together.",
                SECONDS,
                "type",
                "operation",
                "rejected");
        plugins = registry.histogram(
                "apiserver_admission_controller_admission_duration_seconds",
                "Seconds that one plugin took to change or check an object.",
                SECONDS,
                "name",
                "type",
                "operation",
                "rejected");
        webhooks = registry.histogram(
                "apiserver_admission_webhook_admission_duration_seconds",
                "Seconds that one webhook took.",
                WEBHOOK_SECONDS,
                "name",
                "type",
                "operation",
                "rejected");
        webhookRequests = registry.counter(
                "apiserver_admission_webhook_request_total",
                "Calls of webhooks, by the code of the answer.",
                "name",
                "type",
                "operation",
                "code",
                "rejected");
        webhookRejections = registry.counter(
                "apiserver_admission_webhook_rejection_count",
                "Requests that webhooks, or that they could not be called, refused.",
                "name",
                "type",
                "operation",
                "error_type",
                "rejection_code");
        webhookFailures = registry.counter(
                "apiserver_admission_webhook_fail_open_count",
                "Webhooks that could not be called where that did not matter.",
                "name",
                "type");
        conditionErrors = conditions(registry, "evaluation_errors_total", "Match conditions that had no value.");
        conditionExclusions = conditions(registry, "exclusions_total", "Requests that match conditions passed over.");
        conditionSeconds = registry.histogram(
                "apiserver_admission_match_condition_evaluation_seconds",
                "Seconds that the match conditions of one webhook or policy took.",
                SECONDS,
                "name",
                "kind",
                "type",
                "operation");
        checks = registry.counter(
                "apiserver_validating_admission_policy_check_total",
                "Expressions of policies that did not hold or had no value, by what followed.",
                "policy",
                "policy_binding",
                "error_type",
                "enforcement_action");
        checkSeconds = registry.histogram(
                "apiserver_validating_admission_policy_check_duration_seconds",
                "Seconds that such an expression took.",
                CHECK_SECONDS,
                "policy",
                "policy_binding",
                "error_type",
                "enforcement_action");
    }

    private static Counter conditions(MetricRegistry registry, String name, String help) {
        return registry.counter(
                "apiserver_admission_match_condition_" + name, help, "name", "kind", "type", "operation");
    }

    /**
     * Where all of admission is counted.
     *
     * @param type {@code admit} or {@code validate}
     */
    public Histogram.Line step(String type, Operation operation, boolean rejected) {
        return steps.line(type, operation.name(), Boolean.toString(rejected));
    }

    /** The same for one plugin. */
    public Histogram.Line plugin(String name, String type, Operation operation, boolean rejected) {
        return plugins.line(name, type, operation.name(), Boolean.toString(rejected));
    }

    /** @param type {@code admit} or {@code validating} */
    public void webhook(String name, String type, Operation operation, int code, boolean rejected, Duration took) {
        String refused = Boolean.toString(rejected);
        webhookRequests.increment(name, type, operation.name(), code(code), refused);
        webhooks.observe(seconds(took), name, type, operation.name(), refused);
    }

    /** @param error {@code no_error}, {@code calling_webhook_error} or {@code apiserver_internal_error} */
    public void rejection(String name, String type, Operation operation, String error, int code) {
        webhookRejections.increment(name, type, operation.name(), error, code(code));
    }

    public void failedOpen(String name, String type) {
        webhookFailures.increment(name, type);
    }

    /**
     * What came of the match conditions of one webhook or policy.
     *
     * @param kind {@code webhook} or {@code policy}
     */
    public void conditions(
            String name, String kind, String type, Operation operation, boolean hold, boolean failed, Duration took) {
        if (failed) {
            conditionErrors.increment(name, kind, type, operation.name());
        } else if (!hold) {
            conditionExclusions.increment(name, kind, type, operation.name());
        }
        conditionSeconds.observe(seconds(took), name, kind, type, operation.name());
    }

    /**
     * An expression of a ValidatingAdmissionPolicy that did not hold or had no value.
     *
     * @param error {@code no_error}, {@code compile_error}, {@code invalid_error} or {@code out_of_budget}
     * @param action {@code allow}, {@code deny}, {@code audit} or {@code warn}
     */
    public void check(String policy, String binding, String error, String action, Duration took) {
        checks.increment(policy, binding, error, action);
        checkSeconds.observe(seconds(took), policy, binding, error, action);
    }

    private static String code(int code) {
        return Integer.toString(Math.min(code, HIGHEST_CODE));
    }

    private static double seconds(Duration took) {
        return took.toNanos() / 1e9;
    }
}

package dev.jarbor.server.admission.policy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * ValidatingAdmissionPolicy: expressions that objects have to satisfy, as the bindings of their policy say where.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/">Validating Admission
 *     Policy</a>
 */
public final class ValidatingPolicies implements Admission {
    private static final String POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io";
    private static final String BINDINGS = "validatingadmissionpolicybindings.admissionregistration.k8s.io";
    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";
    private static final int LONGEST_ANNOTATION = 10 * 1024;

    private final Selection selection;
    private final Runtime runtime;
    private final AdmissionMetrics metrics;
    private final Cache<ObjectValue, ValidatingPolicy> compiled = new Cache<>(ValidatingPolicy::of);

    public ValidatingPolicies(Registry registry, Authorizer authorizer, Runtime runtime, AdmissionMetrics metrics) {
        this.selection = new Selection(registry, authorizer);
        this.runtime = runtime;
        this.metrics = metrics;
    }

    @Override
    public void validate(Review review) {
        if (Bindings.isExempt(review)) {
            return;
        }
        var denials = new ArrayList<Denial>();
        Bindings.inForce(review.now(), POLICIES, BINDINGS)
                .forEach((policy, bindings) -> apply(compiled.get(policy), bindings, review, denials));
        if (!denials.isEmpty()) {
            Denial first = denials.getFirst();
            throw Refusals.of(review, first.message(), first.reason());
        }
    }

    /** @param reason of the refusal, "" for Invalid */
    private record Denial(String message, String reason) {}

    private void apply(ValidatingPolicy policy, List<ObjectValue> bindings, Review review, List<Denial> denials) {
        Policy common = policy.common();
        var published = new TreeMap<String, Set<String>>();
        Selection.Faults faults = (binding, why) -> {
            if (!common.failsOpen()) {
                denials.add(new Denial(title(common, binding) + " denied request: " + why, ""));
            }
        };
        for (Selection.Invocation invocation : selection.of(common, bindings, review, faults)) {
            Map<String, Object> view = selection.view(common, invocation, review);
            MatchOutcome conditions = MatchOutcome.of(common, view, review, "validate", runtime, metrics);
            List<Decision> decisions = policy.decide(view, conditions, runtime);
            act(decisions, policy, invocation.binding(), review, denials, published);
        }
        published.forEach(
                (key, values) -> review.annotations().add(common.name() + "/" + key, String.join(", ", values)));
    }

    private static String title(Policy policy, Optional<ObjectValue> binding) {
        return "ValidatingAdmissionPolicy '" + policy.name() + "'"
                + binding.map(bound -> " with binding '" + Bindings.name(bound) + "'")
                        .orElse("");
    }

    private void act(
            List<Decision> decisions,
            ValidatingPolicy policy,
            ObjectValue binding,
            Review review,
            List<Denial> denials,
            Map<String, Set<String>> published) {
        String bound = title(policy.common(), Optional.of(binding));
        ListValue actions = binding.object("spec").list("validationActions");
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Denied denied -> {
                    for (String action : actions.strings()) {
                        count(policy, binding, denied.check(), action.toLowerCase(Locale.ROOT));
                        switch (action) {
                            case "Deny" ->
                                denials.add(
                                        new Denial(bound + " denied request: " + denied.message(), denied.reason()));
                            case "Warn" ->
                                review.warnings().add("Validation failed for " + bound + ": " + denied.message());
                            case "Audit" -> audit(policy, binding, denied, actions, review);
                            default -> {}
                        }
                    }
                }
                case Decision.Passed(Decision.Check check) -> count(policy, binding, check, "allow");
                case Decision.Unfit(String message) ->
                    denials.add(new Denial(bound + " denied request: " + message, ""));
                case Decision.Annotation(String key, String value) ->
                    published
                            .computeIfAbsent(key, name -> new TreeSet<>())
                            .add(value.length() > LONGEST_ANNOTATION ? value.substring(0, LONGEST_ANNOTATION) : value);
            }
        }
    }

    private void count(ValidatingPolicy policy, ObjectValue binding, Decision.Check check, String action) {
        metrics.check(policy.common().name(), Bindings.name(binding), check.error(), action, check.took());
    }

    private static void audit(
            ValidatingPolicy policy, ObjectValue binding, Decision.Denied denied, ListValue actions, Review review) {
        ObjectValue failure = ObjectValue.EMPTY
                .with("message", denied.message())
                .with("policy", policy.common().name())
                .with("binding", Bindings.name(binding))
                .with("expressionIndex", denied.index())
                .with("validationActions", actions);
        review.annotations().add(FAILURE, Json.text(ListValue.of(failure)));
    }
}

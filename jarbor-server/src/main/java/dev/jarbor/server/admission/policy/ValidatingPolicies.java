package dev.jarbor.server.admission.policy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.RequestMatcher;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
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

    private final RequestMatcher matcher;
    private final Params params;
    private final Authorizer authorizer;
    private final Cache<ObjectValue, ValidatingPolicy> compiled = new Cache<>(ValidatingPolicy::of);

    public ValidatingPolicies(Registry registry, Authorizer authorizer) {
        this.matcher = new RequestMatcher(registry);
        this.params = new Params(registry);
        this.authorizer = authorizer;
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
        Optional<ServedResource> matched = policy.common().constraints().match(matcher, review);
        if (matched.isEmpty()) {
            return;
        }
        String title = "ValidatingAdmissionPolicy '" + policy.common().name() + "'";
        Optional<ServedResource> paramResource;
        try {
            paramResource = params.resource(policy.common().spec());
        } catch (Params.Misconfigured e) {
            misconfigured(policy, title, "failed to configure policy: " + e.getMessage(), denials);
            return;
        }
        var published = new TreeMap<String, Set<String>>();
        for (ObjectValue binding : bindings) {
            ObjectValue spec = binding.object("spec");
            if (Policy.Constraints.of(spec.object("matchResources")).match(matcher, review).isEmpty()) {
                continue;
            }
            String bound = title + " with binding '" + Bindings.name(binding) + "'";
            try {
                for (ObjectValue param : params.find(paramResource, spec, review)) {
                    List<Decision> decisions = policy.decide(view(review, matched.get(), policy, param));
                    act(decisions, policy, binding, bound, review, denials, published);
                }
            } catch (Params.Misconfigured e) {
                misconfigured(policy, bound, "failed to configure binding: " + e.getMessage(), denials);
            }
        }
        published.forEach((key, values) ->
                review.annotations().add(policy.common().name() + "/" + key, String.join(", ", values)));
    }

    private static void misconfigured(ValidatingPolicy policy, String who, String why, List<Denial> denials) {
        if (!policy.common().failsOpen()) {
            denials.add(new Denial(who + " denied request: " + why, ""));
        }
    }

    private Map<String, Object> view(
            Review review, ServedResource resource, ValidatingPolicy policy, ObjectValue param) {
        boolean versioned = review.isOfResourceKind();
        Map<String, Object> view = RequestView.of(
                review,
                resource,
                versioned && !review.object().isEmpty() ? resource.shown(review.object()) : review.object(),
                versioned && !review.before().isEmpty() ? resource.shown(review.before()) : review.before(),
                authorizer);
        if (policy.common().spec().has("paramKind")) {
            view.put("params", RequestView.view(param));
        }
        return view;
    }

    private static void act(
            List<Decision> decisions,
            ValidatingPolicy policy,
            ObjectValue binding,
            String bound,
            Review review,
            List<Denial> denials,
            Map<String, Set<String>> published) {
        ListValue actions = binding.object("spec").list("validationActions");
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Denied denied -> {
                    for (String action : actions.strings()) {
                        switch (action) {
                            case "Deny" ->
                                denials.add(new Denial(
                                        bound + " denied request: " + denied.message(), denied.reason()));
                            case "Warn" ->
                                review.warnings().add("Validation failed for " + bound + ": " + denied.message());
                            case "Audit" -> audit(policy, binding, denied, actions, review);
                            default -> {}
                        }
                    }
                }
                case Decision.Unfit(String message) ->
                    denials.add(new Denial(bound + " denied request: " + message, ""));
                case Decision.Annotation(String key, String value) ->
                    published
                            .computeIfAbsent(key, name -> new TreeSet<>())
                            .add(value.length() > LONGEST_ANNOTATION ? value.substring(0, LONGEST_ANNOTATION) : value);
            }
        }
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

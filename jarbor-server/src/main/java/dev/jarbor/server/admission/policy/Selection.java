package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.RequestMatcher;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what a policy is to be evaluated with for a request: which bindings, which params. */
final class Selection {
    private final RequestMatcher matcher;
    private final Params params;
    private final Authorizer authorizer;

    Selection(Registry registry, Authorizer authorizer) {
        this.matcher = new RequestMatcher(registry);
        this.params = new Params(registry);
        this.authorizer = authorizer;
    }

    /** Hears what is wrong with how a policy is set up. */
    interface Faults {
        /** @param binding empty where it is the policy itself */
        void add(Optional<ObjectValue> binding, String why);
    }

    /**
     * One evaluation of a policy.
     *
     * @param resource in the version in which the policy names it
     * @param param empty where there is none
     */
    record Invocation(ObjectValue binding, ServedResource resource, ObjectValue param) {
        /** Tells it apart from the others of its policy. */
        String key() {
            ObjectValue metadata = param.object("metadata");
            return Bindings.name(binding) + "/" + metadata.string("namespace") + "/" + metadata.string("name");
        }
    }

    List<Invocation> of(Policy policy, List<ObjectValue> bindings, Review review, Faults faults) {
        Optional<ServedResource> matched = policy.constraints().match(matcher, review);
        if (matched.isEmpty()) {
            return List.of();
        }
        Optional<ServedResource> kind;
        try {
            kind = params.resource(policy.spec());
        } catch (Params.Misconfigured e) {
            faults.add(Optional.empty(), "failed to configure policy: " + e.getMessage());
            return List.of();
        }
        var invocations = new ArrayList<Invocation>();
        for (ObjectValue binding : bindings) {
            ObjectValue spec = binding.object("spec");
            if (Policy.Constraints.of(spec.object("matchResources"))
                    .match(matcher, review)
                    .isEmpty()) {
                continue;
            }
            try {
                for (ObjectValue param : params.find(kind, spec, review)) {
                    invocations.add(new Invocation(binding, matched.get(), param));
                }
            } catch (Params.Misconfigured e) {
                faults.add(Optional.of(binding), "failed to configure binding: " + e.getMessage());
            }
        }
        return invocations;
    }

    /** What the expressions of the policy see. */
    Map<String, Object> view(Policy policy, Invocation invocation, Review review) {
        Map<String, Object> view = RequestView.of(
                review,
                invocation.resource,
                shown(invocation.resource, review, review.object()),
                shown(invocation.resource, review, review.before()),
                authorizer);
        if (policy.spec().has("paramKind")) {
            view.put("params", RequestView.view(invocation.param));
        }
        return view;
    }

    /** An object of the review in the policy's version. */
    static ObjectValue shown(ServedResource resource, Review review, ObjectValue object) {
        return object.isEmpty() || !review.isOfResourceKind() ? object : resource.shown(object);
    }
}

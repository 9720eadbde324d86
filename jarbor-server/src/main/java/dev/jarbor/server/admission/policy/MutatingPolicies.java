package dev.jarbor.server.admission.policy;

import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Reinvocation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.webhook.ObjectIntake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * MutatingAdmissionPolicy: expressions that change objects on their way in, one policy after the other, each seeing what
 * the ones before it did.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/">Mutating Admission
 *     Policy</a>
 */
public final class MutatingPolicies implements Admission {
    private static final String STEP = "MutatingAdmissionPolicy";
    private static final String POLICIES = "mutatingadmissionpolicies.admissionregistration.k8s.io";
    private static final String BINDINGS = "mutatingadmissionpolicybindings.admissionregistration.k8s.io";

    private final Selection selection;
    private final ObjectIntake intake;
    private final Function<ServedResource, Shape> shapes;
    private final Runtime runtime;
    private final AdmissionMetrics metrics;
    private final Cache<ObjectValue, MutatingPolicy> compiled = new Cache<>(MutatingPolicy::of);

    /** @param shapes how apply merges the objects of a resource */
    public MutatingPolicies(
            Registry registry,
            Authorizer authorizer,
            ObjectIntake intake,
            Function<ServedResource, Shape> shapes,
            Runtime runtime,
            AdmissionMetrics metrics) {
        this.selection = new Selection(registry, authorizer);
        this.intake = intake;
        this.shapes = shapes;
        this.runtime = runtime;
        this.metrics = metrics;
    }

    /** @param reason of the refusal; "" for Forbidden */
    private record Fault(String message, String reason) {}

    @Override
    public ObjectValue mutate(Review review) {
        if (Bindings.isExempt(review) || review.object().isEmpty()) {
            return review.object();
        }
        Map<ObjectValue, List<ObjectValue>> inForce = Bindings.inForce(review.now(), POLICIES, BINDINGS);
        if (inForce.isEmpty()) {
            return review.object();
        }
        Reinvocation rounds = review.reinvocation();
        Reinvocation.Memory memory = rounds.memory(STEP);
        if (rounds.isSecond() && memory.isChanged(review.object())) {
            memory.changed();
        }
        var faults = new ArrayList<Fault>();
        Review current = review;
        for (Map.Entry<ObjectValue, List<ObjectValue>> entry : inForce.entrySet()) {
            current = run(compiled.get(entry.getKey()), entry.getValue(), current, memory, faults);
        }
        memory.left(current.object());
        if (!faults.isEmpty()) {
            throw refusal(review, faults);
        }
        return current.object();
    }

    private Review run(
            MutatingPolicy policy,
            List<ObjectValue> bindings,
            Review review,
            Reinvocation.Memory memory,
            List<Fault> faults) {
        Policy common = policy.common();
        Selection.Faults misconfigured = (binding, why) -> fault(
                common,
                binding.map(bound -> "policy '" + common.name() + "' with binding '" + Bindings.name(bound) + "'")
                        .orElse("policy \"" + common.name() + "\""),
                why,
                "",
                faults);
        Review current = review;
        for (Selection.Invocation invocation : selection.of(common, bindings, review, misconfigured)) {
            String key = common.name() + "/" + invocation.key();
            if (review.reinvocation().isSecond() && !memory.isDue(key)) {
                continue;
            }
            String bound = "policy '" + common.name() + "' with binding '" + Bindings.name(invocation.binding()) + "'";
            MatchOutcome outcome = MatchOutcome.of(
                    common, selection.view(common, invocation, current), current, "admit", runtime, metrics);
            if (!outcome.fault().isEmpty()) {
                fault(common, bound, outcome.fault(), "Invalid", faults);
                continue;
            }
            if (!outcome.matches()) {
                continue;
            }
            ObjectValue changed = mutated(policy, invocation, current, bound, faults);
            if (!changed.equals(current.object())) {
                current = current.withObject(changed);
                memory.changed();
                review.reinvocation().request();
            }
            if (policy.reinvoked()) {
                memory.called(key);
            }
        }
        return current;
    }

    private static void fault(Policy policy, String who, String why, String reason, List<Fault> faults) {
        if (!policy.failsOpen()) {
            faults.add(new Fault(who + " denied request: " + why, reason));
        }
    }

    /** The object after all changes of the policy; a change that fails is left out. */
    private ObjectValue mutated(
            MutatingPolicy policy, Selection.Invocation invocation, Review review, String bound, List<Fault> faults) {
        Review current = review;
        for (MutatingPolicy.Mutation mutation : policy.mutations()) {
            try {
                current = current.withObject(mutated(policy, mutation, invocation, current));
            } catch (Mutations.Impossible | Evaluation.OutOfBudget e) {
                fault(policy.common(), bound, String.valueOf(e.getMessage()), "Invalid", faults);
            }
        }
        return current.object();
    }

    private ObjectValue mutated(
            MutatingPolicy policy, MutatingPolicy.Mutation mutation, Selection.Invocation invocation, Review review) {
        var evaluation = new Evaluation(
                selection.view(policy.common(), invocation, review),
                policy.common().expressions().variables(),
                Evaluation.BUDGET);
        return switch (evaluation.evaluate(mutation.expression())) {
            case Evaluation.Result.Failed(String why) -> throw new Mutations.Impossible(why);
            case Evaluation.Result.Is(Object made) -> {
                ServedResource resource = invocation.resource();
                ObjectValue shown = Selection.shown(resource, review, review.object());
                ObjectValue changed = mutation.applied()
                        ? Mutations.applied(made, shown, shapes.apply(resource))
                        : Mutations.patched(made, shown);
                if (changed.equals(shown)) {
                    yield review.object();
                }
                yield review.isOfResourceKind()
                        ? intake.taken(resource, changed)
                        : intake.taken(review.kind(), changed);
            }
        };
    }

    private static ApiException refusal(Review review, List<Fault> faults) {
        ApiStatus forbidden = ApiException.forbidden(
                        review.resource().groupResource(), Refusals.name(review), "admission request denied by policy")
                .status();
        Fault first = faults.getFirst();
        return new ApiException(new ApiStatus(
                false,
                forbidden.code(),
                first.reason().isEmpty() ? forbidden.reason() : first.reason(),
                first.message(),
                forbidden
                        .details()
                        .withCauses(faults.stream()
                                .map(fault -> new Cause("", fault.message(), ""))
                                .toList())));
    }
}

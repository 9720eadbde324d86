package dev.jarbor.server.admission.quota;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.quota.Evaluator;
import dev.jarbor.api.quota.Evaluators;
import dev.jarbor.api.quota.Scope;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Charges what is created, or grows, to the quotas of its namespace, and refuses what they no longer hold.
 *
 * <p>The invariant: {@code status.used} of a quota is at least what the objects that it covers use, at every revision.
 * The charge is a write of the quota in the transaction that writes the object, on the condition that the quota is still
 * as it was when the charge was reckoned; two writers who reckoned with the same quota cannot both commit. Only the quota
 * controller lowers {@code used}, from a count that is also conditional on the quota's revision.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource Quotas</a>
 */
public final class ResourceQuotas implements Admission {
    private static final String QUOTAS = "resourcequotas";

    private final Runtime runtime;
    private final List<Limited> limited;

    /**
     * @param configuration a ResourceQuotaConfiguration of apiserver.config.k8s.io/v1: {@code limitedResources} that may
     *     only be used where a quota covers them
     */
    public ResourceQuotas(Runtime runtime, ObjectValue configuration) {
        this.runtime = runtime;
        this.limited = configuration.list("limitedResources").objects().stream()
                .map(Limited::read)
                .toList();
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        boolean any = !limited.isEmpty() || !review.now().all(QUOTAS).isEmpty();
        if (!any || !review.resource().namespaced()) {
            return List.of();
        }
        String resource = review.resource().groupResource().toString();
        List<ObjectValue> quotas =
                List.copyOf(review.now().in(QUOTAS, review.key().namespace()).values());
        if (Evaluators.isIgnored(resource) || (quotas.isEmpty() && limited.isEmpty())) {
            return List.of();
        }
        Evaluator evaluator = Evaluators.of(resource);
        return concerns(review, evaluator) ? charge(review, resource, evaluator, quotas) : List.of();
    }

    private static boolean concerns(Review review, Evaluator evaluator) {
        boolean resizes =
                review.resource().is("", "pods") && review.subresource().equals("resize");
        return switch (review.operation()) {
            case CREATE -> review.subresource().isEmpty();
            case UPDATE -> resizes || (review.subresource().isEmpty() && evaluator.countsUpdates());
            case DELETE, CONNECT -> false;
        };
    }

    private List<Transaction.Write> charge(
            Review review, String resource, Evaluator evaluator, List<ObjectValue> quotas) {
        ObjectValue object = review.object();
        Instant now = runtime.now();
        var covering = new ArrayList<ObjectValue>();
        var bounded = new TreeSet<String>();
        for (ObjectValue quota : quotas) {
            List<String> hard = hard(quota).names();
            if (evaluator.covers(quota.object("spec"), hard, object)) {
                List<String> names = evaluator.tracked(hard);
                requireSaid(review, evaluator, quota, names);
                covering.add(quota);
                bounded.addAll(names);
            }
        }
        Usage usage = evaluator.usage(object, now);
        if (!usage.negative().isEmpty()) {
            throw Refusal.forbidden(
                    review, "quota usage is negative for resource(s): " + String.join(",", usage.negative()));
        }
        Usage grown =
                review.operation() == Operation.UPDATE ? usage.above(evaluator.usage(review.before(), now)) : usage;
        if (grown.withoutZeros().isEmpty()) {
            return List.of();
        }
        requireCovered(review, resource, evaluator, quotas, usage, bounded);
        var writes = new ArrayList<Transaction.Write>();
        for (ObjectValue quota : covering) {
            boolean before = review.operation() == Operation.UPDATE
                    && evaluator.covers(quota.object("spec"), hard(quota).names(), review.before());
            charged(review, quota, before ? grown : usage).ifPresent(writes::add);
        }
        return writes;
    }

    private static Usage hard(ObjectValue quota) {
        return Usage.read(quota.object("status").object("hard"));
    }

    private static void requireSaid(Review review, Evaluator evaluator, ObjectValue quota, List<String> names) {
        String name = quota.object("metadata").string("name");
        String missing = evaluator.missing(names, review.object());
        if (!missing.isEmpty()) {
            throw Refusal.forbidden(review, "failed quota: " + name + ": " + missing);
        }
        if (!Set.copyOf(quota.object("status").object("used").names()).containsAll(names)) {
            throw Refusal.forbidden(
                    review,
                    "status unknown for quota: " + name + ", resources: "
                            + String.join(",", names.stream().sorted().toList()));
        }
    }

    /** What may only be used under a quota must be under one, and in the scopes that are limited so. */
    private void requireCovered(
            Review review,
            String resource,
            Evaluator evaluator,
            List<ObjectValue> quotas,
            Usage usage,
            Set<String> bounded) {
        var free = new TreeSet<String>();
        limited.stream()
                .filter(limit -> limit.resource().equals(resource))
                .forEach(limit -> free.addAll(limit.of(usage)));
        free.removeAll(bounded);
        if (!free.isEmpty()) {
            throw Refusal.forbidden(review, "insufficient quota to consume: " + String.join(",", free));
        }
        var scopes = new TreeSet<String>();
        quotas.stream()
                .flatMap(quota -> Scope.ofQuota(quota.object("spec")).stream())
                .filter(scope -> evaluator.isWithin(scope, review.object()))
                .forEach(scope -> scopes.add(scope.name()));
        List<Scope> open = limited.stream()
                .flatMap(limit -> limit.scopes().stream())
                .filter(scope -> evaluator.isWithin(scope, review.object()) && !scopes.contains(scope.name()))
                .toList();
        if (!open.isEmpty()) {
            // The reference gives this no reason and so answers 500.
            throw ApiException.unknown("insufficient quota to match these scopes: ["
                    + String.join(" ", open.stream().map(Scope::toString).toList()) + "]");
        }
    }

    private static Optional<Transaction.Write> charged(Review review, ObjectValue quota, Usage usage) {
        Usage hard = hard(quota);
        Usage requested = usage.only(hard.names()).withoutZeros();
        if (requested.isEmpty()) {
            return Optional.empty();
        }
        ObjectValue status = quota.object("status");
        Usage used = Usage.read(status.object("used"));
        Usage after = used.plus(requested);
        List<String> exceeded = after.above(requested.names(), hard);
        ObjectValue metadata = quota.object("metadata");
        if (!exceeded.isEmpty()) {
            throw Refusal.forbidden(
                    review,
                    "exceeded quota: " + metadata.string("name") + ", requested: " + requested.only(exceeded)
                            + ", used: " + used.only(exceeded) + ", limited: " + hard.only(exceeded));
        }
        return Optional.of(new Transaction.Put(
                QUOTAS,
                new ObjectKey(metadata.string("namespace"), metadata.string("name")),
                quota.with("status", status.with("used", after.value())),
                Long.parseLong(metadata.string("resourceVersion"))));
    }
}

package dev.jarbor.server;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * {@code pods/eviction}: a deletion that asks the pod's disruption budget first.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/">API-initiated Eviction</a>
 */
final class Evictions implements SubresourceHandler {
    private static final GroupVersionKind KIND = new GroupVersionKind("policy", "v1", "Eviction");
    private static final int MOST_ATTEMPTS = 32;

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final Deletes deletes;
    private final Admission admission;

    Evictions(Store store, Runtime runtime, Intake intake, Deletes deletes, Admission admission) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.deletes = deletes;
        this.admission = admission;
    }

    @Override
    public Answer handle(Call call) {
        ObjectValue asked =
                intake.readAs(call, KIND, inPresentVersion(call.request().body()));
        Review review = call.review(Operation.CREATE, call.key(), ObjectValue.EMPTY, asked, store.snapshot());
        ObjectValue eviction = admission.mutate(review);
        String named = Metadata.of(eviction).string("name");
        if (!named.isEmpty() && !named.equals(call.name())) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        admission.validate(review.withObject(eviction));
        ObjectValue options =
                eviction.object("deleteOptions").without("apiVersion").without("kind");
        boolean dryRun = call.dryRun() || options.list("dryRun").strings().contains("All");
        evict(call, options, dryRun);
        return new Answer(
                201,
                ApiStatus.success(Details.NONE).value().with("code", 201),
                call.warnings().texts());
    }

    /** Older clients speak of {@code policy/v1beta1}, which the reference still takes here and which looks the same. */
    private static Value inPresentVersion(Value body) {
        return body instanceof ObjectValue eviction
                        && eviction.string("apiVersion").equals("policy/v1beta1")
                ? eviction.with("apiVersion", KIND.apiVersion())
                : body;
    }

    private void evict(Call call, ObjectValue options, boolean dryRun) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Snapshot now = store.snapshot();
            ObjectValue pod = now.get("pods", call.key())
                    .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), call.name()));
            Optional<ObjectValue> budget = DisruptionBudgets.isFree(pod) ? Optional.empty() : budget(now, pod);
            boolean spared = budget.isPresent() && DisruptionBudgets.sparesUnhealthy(budget.get(), pod);
            if (budget.isPresent() && !spared && !charge(call, budget.get(), dryRun)) {
                continue;
            }
            // What was not charged because of the pod's state is evicted in that state only.
            boolean bound = spared || (DisruptionBudgets.isFree(pod) && !DisruptionBudgets.isOver(pod));
            boolean ours = bound && !isBound(options);
            Optional<ObjectValue> told = dryRun ? Optional.of(pod) : tell(call, pod, options, ours);
            if (told.isPresent() && delete(call, following(told.get(), pod, options, ours), ours)) {
                return;
            }
            if (spared) {
                throw DisruptionBudgets.beingProcessed(
                        Metadata.key(budget.get()).name());
            }
        }
        throw ApiException.timeout("couldn't update PodDisruptionBudget due to conflicts", 10);
    }

    private static Optional<ObjectValue> budget(Snapshot now, ObjectValue pod) {
        List<ObjectValue> budgets = DisruptionBudgets.of(now, pod);
        if (budgets.size() > 1) {
            throw ApiException.unknown(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        return budgets.stream().findFirst();
    }

    /** Takes one disruption from the budget; answers whether it was still as it was when that was decided. */
    private boolean charge(Call call, ObjectValue budget, boolean dryRun) {
        ObjectValue charged = DisruptionBudgets.charged(budget, call.name(), runtime.now());
        var write = new Transaction.Put(
                DisruptionBudgets.STORAGE, Metadata.key(budget), charged, Metadata.revision(budget));
        return dryRun || call.commit(store, List.of(write)) instanceof Commit.Done;
    }

    private static boolean isBound(ObjectValue options) {
        return !version(options).isEmpty();
    }

    private static String version(ObjectValue options) {
        return options.object("preconditions").string("resourceVersion");
    }

    /**
     * Says of the pod that it is to go, and why: for whoever counts failures, that is none.
     *
     * @param ours whether it may only go in the state in which it was found
     * @return the pod as it is then; empty where it has changed and may not have
     */
    private Optional<ObjectValue> tell(Call call, ObjectValue pod, ObjectValue options, boolean ours) {
        String uid = options.object("preconditions").string("uid");
        boolean other = !uid.isEmpty() && !uid.equals(Metadata.of(pod).string("uid"));
        if (other || (isBound(options) && !version(options).equals(Metadata.resourceVersion(pod)))) {
            // It is not the one that is meant: its deletion will be refused.
            return Optional.of(pod);
        }
        ObjectValue latest = pod;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            ObjectValue told = DisruptionBudgets.target(latest, runtime.now());
            if (told.equals(latest)) {
                return Optional.of(latest);
            }
            var write = new Transaction.Put("pods", call.key(), told, Metadata.revision(latest));
            if (call.commit(store, List.of(write)) instanceof Commit.Done done) {
                return Optional.of(done.objects().getFirst());
            }
            if (ours || isBound(options)) {
                return ours ? Optional.empty() : Optional.of(pod);
            }
            latest = store.snapshot()
                    .get("pods", call.key())
                    .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), call.name()));
        }
        throw ApiException.timeout("couldn't update the pod due to conflicts", 10);
    }

    /** The options by which {@code told} is deleted: bound to the version that telling has made, where they are bound at all. */
    private static ObjectValue following(ObjectValue told, ObjectValue pod, ObjectValue options, boolean ours) {
        return ours || version(options).equals(Metadata.resourceVersion(pod))
                ? options.update(
                        "preconditions",
                        preconditions -> preconditions.with("resourceVersion", Metadata.resourceVersion(told)))
                : options;
    }

    /** @param ours whether a conflict is about a precondition of ours, not of the client's: then the answer is false */
    private boolean delete(Call call, ObjectValue options, boolean ours) {
        var request = new ApiRequest(
                Verb.DELETE,
                call.request().path().withSubresource(""),
                call.query(),
                options,
                call.request().patchType());
        try {
            deletes.evict(call.with(request));
            return true;
        } catch (ApiException refused) {
            if (ours && refused.isConflict()) {
                return false;
            }
            throw refused;
        }
    }
}

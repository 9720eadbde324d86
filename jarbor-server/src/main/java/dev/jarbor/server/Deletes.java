package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Query;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Deletions of one object and of collections: what {@link Deletion} decides is committed here. */
final class Deletes {
    private static final int MOST_ATTEMPTS = 32;
    private static final GroupVersionKind OPTIONS = new GroupVersionKind("", "v1", "DeleteOptions");

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final Admission admission;
    private final Writes writes;

    Deletes(Store store, Runtime runtime, Intake intake, Admission admission, Writes writes) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.admission = admission;
        this.writes = writes;
    }

    /** Whether nothing keeps a deleted object any longer: no finalizer, no grace period, nothing of the kind's own. */
    static boolean isDone(ServedResource resource, ObjectValue object) {
        ObjectValue metadata = Metadata.of(object);
        return metadata.has("deletionTimestamp")
                && metadata.list("finalizers").isEmpty()
                && metadata.integer("deletionGracePeriodSeconds") == 0
                && !resource.strategy().holdsDeletion(object);
    }

    /** An object after a delete request, and whether it is gone. */
    private record Result(ObjectValue object, boolean gone) {}

    Answer delete(Call call) {
        ObjectValue options = options(call);
        Deletion deletion = Deletion.read(options);
        if (call.resource().is("batch", "jobs") && deletion.propagation().isEmpty()) {
            call.warnings()
                    .add(
                            "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to"
                                    + " remove them or set propagationPolicy=Orphan to suppress this warning");
        }
        Result result = delete(call, call.key(), deletion, options, true);
        ServedResource resource = call.resource();
        if (result.gone() && !resource.facts().answersDeleted()) {
            Details details = Details.of(resource.groupResource(), call.name())
                    .withUid(Metadata.of(result.object()).string("uid"));
            return new Answer(
                    200, ApiStatus.success(details).value(), call.warnings().texts());
        }
        boolean accepted = !result.gone() && options.has("orphanDependents") && !options.bool("orphanDependents");
        return new Answer(
                accepted ? 202 : 200,
                resource.read(result.object()),
                call.warnings().texts());
    }

    /** Deletes the pod that an eviction, which admission has seen itself, is about. */
    void evict(Call call) {
        ObjectValue options = options(call);
        delete(call, call.key(), Deletion.read(options), options, false);
    }

    Answer deleteCollection(Call call) {
        ObjectValue options = options(call);
        Deletion deletion = Deletion.read(options);
        Selection selection = Selection.of(call);
        Snapshot now = store.snapshot();
        var items = new ArrayList<Value>();
        for (Map.Entry<ObjectKey, ObjectValue> entry : objects(call, now).entrySet()) {
            if (selection.matches(entry.getKey(), call.resource().loaded(entry.getValue()))) {
                try {
                    Result result = delete(call, entry.getKey(), deletion, options, true);
                    items.add(call.resource().read(result.object()));
                } catch (ApiException refused) {
                    if (!refused.isNotFound()) {
                        throw refused;
                    }
                }
            }
        }
        return new Answer(
                200,
                Reads.list(call.resource(), store.snapshot(), items, "", -1),
                call.warnings().texts());
    }

    private static SortedMap<ObjectKey, ObjectValue> objects(Call call, Snapshot now) {
        String storage = call.resource().storage();
        return call.namespace().isEmpty() ? now.all(storage) : now.in(storage, call.namespace());
    }

    private Result delete(Call call, ObjectKey key, Deletion deletion, ObjectValue options, boolean reviewed) {
        ServedResource resource = call.resource();
        boolean dryRun = isDryRun(call, options);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Snapshot now = store.snapshot();
            ObjectValue object = now.get(resource.storage(), key)
                    .orElseThrow(() -> ApiException.notFound(resource.groupResource(), key.name()));
            Deletion.Outcome outcome = deletion.of(resource, object, runtime.now());
            if (outcome instanceof Deletion.Outcome.Unchanged) {
                return new Result(object, false);
            }
            if (reviewed) {
                Review review = call.reviewDelete(key, resource.loaded(object), options, now, dryRun);
                admission.admit(review);
            }
            long revision = Metadata.revision(object);
            var planned = new ArrayList<Transaction.Write>();
            Result result;
            switch (outcome) {
                case Deletion.Outcome.Unchanged ignored -> result = new Result(object, false);
                case Deletion.Outcome.Gone ignored -> {
                    planned.add(new Transaction.Delete(resource.storage(), key, revision));
                    planned.addAll(writes.allocator(resource).onDelete(object, now));
                    result = new Result(object, true);
                }
                case Deletion.Outcome.Marked(ObjectValue marked) -> {
                    planned.add(new Transaction.Put(resource.storage(), key, marked, revision));
                    result = new Result(marked, false);
                }
            }
            if (dryRun) {
                return result;
            }
            if (call.commit(store, planned) instanceof Commit.Done done) {
                return new Result(done.objects().getFirst(), result.gone());
            }
        }
        throw ApiException.serverTimeout(resource.groupResource(), "delete", 1);
    }

    /** The body's options; without a body, those of the query. */
    private ObjectValue options(Call call) {
        ObjectValue body = call.request().body() instanceof ObjectValue object ? object : ObjectValue.EMPTY;
        if (!body.isEmpty()) {
            String version = body.string("apiVersion");
            // Every group has a DeleteOptions of its own name; they are all the one of meta/v1.
            ObjectValue own = version.isEmpty() ? body : body.with("apiVersion", "v1");
            return intake.readAs(call, OPTIONS, own);
        }
        Query query = call.query();
        ObjectValue options = ObjectValue.EMPTY;
        if (query.has("gracePeriodSeconds")) {
            options = options.with("gracePeriodSeconds", Revisions.number(query, "gracePeriodSeconds"));
        }
        if (query.has("orphanDependents")) {
            options = options.with("orphanDependents", query.bool("orphanDependents"));
        }
        return query.has("propagationPolicy")
                ? options.with("propagationPolicy", query.string("propagationPolicy"))
                : options;
    }

    private static boolean isDryRun(Call call, ObjectValue options) {
        List<String> asked = options.list("dryRun").strings();
        return call.dryRun() || asked.contains("All");
    }
}

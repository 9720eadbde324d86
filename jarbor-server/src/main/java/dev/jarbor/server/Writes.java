package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Allocator;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creations and updates. Each is decided on one snapshot (admission, defaults, validation, allocation) and then committed
 * on the condition that what it was decided on still holds; where it does not, it is decided again.
 */
final class Writes {
    /** How often a decision is made anew before the client is told to try again. */
    private static final int MOST_ATTEMPTS = 32;

    /** How often only what is given and charged is reckoned anew; each time somebody else has got something. */
    private static final int MOST_CHARGES = 512;

    /** How many generated names are tried. */
    private static final int MOST_NAMES = 8;

    private static final String NAMESPACES = "namespaces";
    private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final FieldOwners owners;
    private final Authorization authorization;
    private final Admission admission;
    private final Map<String, Allocator> allocators;

    Writes(
            Store store,
            Runtime runtime,
            Intake intake,
            FieldOwners owners,
            Authorization authorization,
            Admission admission,
            Map<String, Allocator> allocators) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.owners = owners;
        this.authorization = authorization;
        this.admission = admission;
        this.allocators = Map.copyOf(allocators);
    }

    /** What an update wants the object to be, given what it is; in the stored version, with defaults. */
    interface Desired {
        ObjectValue from(ObjectValue current);
    }

    Answer create(Call call) {
        ObjectValue asked = Metadata.placed(
                call, call.resource(), intake.read(call, call.request().body()));
        return create(call, owners.created(call, asked));
    }

    /** Creates {@code draft}, which says already who owns what of it. */
    Answer create(Call call, ObjectValue draft) {
        ServedResource resource = call.resource();
        boolean dryRun = call.dryRun();
        ObjectValue asked = Metadata.unborn(draft);
        int names = 0;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Snapshot now = store.snapshot();
            Review review = call.review(Operation.CREATE, Metadata.key(asked), ObjectValue.EMPTY, asked, now);
            ObjectValue admitted = admitted(resource, review);
            boolean generated = Metadata.of(admitted).string("name").isEmpty();
            Review decided = decideCreation(call, review, admitted);
            if (dryRun) {
                return answer(call, 201, given(decided).object());
            }
            ObjectKey key = Metadata.key(decided.object());
            var required = new ArrayList<Transaction.Write>();
            requireNamespace(resource, key, now).ifPresent(required::add);
            requireDefinition(call, now).ifPresent(required::add);
            switch (commitCreation(call, decided, required)) {
                case Commit.Done done -> {
                    return answer(call, 201, resource.loaded(done.objects().getFirst()));
                }
                case Commit.Conflict conflict -> {
                    if (conflict.write().key().equals(key)
                            && conflict.write().resource().equals(resource.storage())) {
                        if (!generated) {
                            throw ApiException.alreadyExists(resource.groupResource(), key.name());
                        }
                        if (++names == MOST_NAMES) {
                            throw ApiException.generatedNameTaken(resource.groupResource(), key.name());
                        }
                    }
                }
            }
        }
        throw ApiException.serverTimeout(resource.groupResource(), "create", 1);
    }

    private Review decideCreation(Call call, Review review, ObjectValue admitted) {
        ServedResource resource = call.resource();
        ObjectValue object = born(resource, admitted);
        var errors = new ArrayList<>(MetadataRules.check(resource, object));
        errors.addAll(resource.strategy().validate(object));
        refuse(resource, Metadata.key(object).name(), errors);
        Review decided = review.withObject(object);
        admission.validate(decided);
        resource.strategy().warnings(object).forEach(call.warnings()::add);
        return decided;
    }

    /** The new object with what it is given, and what is charged for it, in the state that the review is about. */
    private Allocator.Allocated given(Review decided) {
        return allocator(decided).onCreate(decided.object(), decided.now()).with(admission.charge(decided));
    }

    /**
     * Where only what is given or charged has moved on, that alone is reckoned anew: others who create at the same time
     * charge the same quotas, and nobody's webhooks need to be asked again for that.
     */
    private Commit commitCreation(Call call, Review decided, List<Transaction.Write> required) {
        ServedResource resource = decided.resource();
        Review review = decided;
        for (int attempt = 1; ; attempt++) {
            Allocator.Allocated given = given(review);
            var writes = new ArrayList<Transaction.Write>();
            writes.add(new Transaction.Put(
                    resource.storage(),
                    Metadata.key(given.object()),
                    resource.kept(given.object()),
                    Transaction.ABSENT));
            writes.addAll(given.writes());
            writes.addAll(required);
            Commit outcome = call.commit(store, writes);
            if (outcome instanceof Commit.Done) {
                given.count().run();
            }
            boolean again = outcome instanceof Commit.Conflict conflict
                    && given.writes().contains(conflict.write());
            if (!again || attempt == MOST_CHARGES) {
                return outcome;
            }
            review = review.at(store.snapshot());
        }
    }

    /** Admission changes what was asked for; only then does the server add what it alone decides. */
    private ObjectValue born(ServedResource resource, ObjectValue admitted) {
        ObjectValue named = Metadata.named(Metadata.born(admitted, resource, runtime), runtime);
        boolean stateless = resource.hasStatus() && !resource.strategy().isBornWithStatus();
        ObjectValue object = stateless ? named.with("status", firstStatus(resource)) : named;
        return resource.strategy().withDefaults(resource.strategy().beforeCreate(object));
    }

    /** Nobody has looked at the object yet: the numbers that its kind always has are 0. */
    private static ObjectValue firstStatus(ServedResource resource) {
        return resource.custom().isCustom()
                ? ObjectValue.EMPTY
                : resource.toStored(resource.shape()
                                .check(ObjectValue.of("status", ObjectValue.EMPTY))
                                .object())
                        .object("status");
    }

    private ObjectValue admitted(ServedResource resource, Review review) {
        ObjectValue mutated = FieldOwners.guarded(review, admission.mutate(review));
        return mutated.equals(review.object()) || !review.isOfResourceKind()
                ? mutated
                : resource.strategy().withDefaults(mutated);
    }

    /** A PUT of the whole object or of a part of it. */
    Answer update(Call call, UpdateScope scope) {
        Optional<ObjectValue> present = find(call);
        ObjectValue asked = intake.read(call, call.request().body(), present.orElse(ObjectValue.EMPTY));
        String name = Metadata.of(asked).string("name");
        if (!name.isEmpty() && !name.equals(call.name())) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + call.name() + ")");
        }
        ObjectValue placed = call.resource().namespaced() ? Metadata.placed(call, call.resource(), asked) : asked;
        boolean mayCreate =
                scope.equals(UpdateScope.MAIN) && call.resource().facts().createOnUpdate();
        if (mayCreate && present.isEmpty()) {
            return createByUpdate(call, asked);
        }
        if (Metadata.resourceVersion(asked).isEmpty()
                && !call.resource().facts().unconditionalUpdate()) {
            throw ApiException.invalid(
                    call.resource().groupKind(),
                    call.name(),
                    List.of(FieldError.invalid(
                            FieldPath.of("metadata", "resourceVersion"), 0, "must be specified for an update")));
        }
        return change(call, scope, current -> owners.updated(call, current, placed));
    }

    private Answer createByUpdate(Call call, ObjectValue asked) {
        authorization.requireCreation(call.user(), call.request());
        ObjectValue body = call.resource()
                .shown(asked)
                .update(
                        "metadata",
                        metadata -> metadata.with("name", call.name())
                                .without("resourceVersion")
                                .without("uid"));
        var request = new ApiRequest(
                Verb.CREATE,
                call.request().path().withName(""),
                call.query(),
                body,
                call.request().patchType());
        return create(call.with(request));
    }

    /** The call's object as it is kept now. */
    Optional<ObjectValue> find(Call call) {
        return store.snapshot().get(call.resource().storage(), call.key());
    }

    /** Changes the call's object to what is desired, within {@code scope}. */
    Answer change(Call call, UpdateScope scope, Desired desired) {
        ServedResource resource = call.resource();
        ObjectKey key = call.key();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Snapshot now = store.snapshot();
            ObjectValue stored = now.get(resource.storage(), key)
                    .orElseThrow(() -> ApiException.notFound(resource.groupResource(), key.name()));
            ObjectValue current = resource.loaded(stored);
            ObjectValue asked = desired.from(current);
            boolean conditional = isConditional(resource, current, asked);
            Changed changed = decideChange(call, scope, current, asked, now);
            ObjectValue after = changed.object();
            if (Metadata.sameButTimes(stored, changed.kept())) {
                return answer(call, 200, current);
            }
            if (call.dryRun()) {
                plan(current, changed);
                return answer(call, 200, after);
            }
            if (commitChange(call, current, changed) instanceof Commit.Done done) {
                return answer(call, 200, resource.loaded(done.objects().getFirst()));
            }
            if (conditional) {
                throw ApiException.conflict(resource.groupResource(), key.name());
            }
        }
        throw ApiException.serverTimeout(resource.groupResource(), "update", 1);
    }

    /** Whether the update holds for one state of the object only; refuses it when that state is gone. */
    private static boolean isConditional(ServedResource resource, ObjectValue current, ObjectValue asked) {
        ObjectValue metadata = Metadata.of(asked);
        String uid = metadata.string("uid");
        String name = Metadata.key(current).name();
        if (!uid.isEmpty() && !uid.equals(Metadata.of(current).string("uid"))) {
            throw ApiException.conflict(
                    resource.groupResource(),
                    name,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Metadata.of(current).string("uid"));
        }
        String version = metadata.string("resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            return false;
        }
        if (!version.equals(Metadata.resourceVersion(current))) {
            throw ApiException.conflict(resource.groupResource(), name);
        }
        return true;
    }

    /** An object as it is to be, how that is kept in the store, and the review in which admission found it good. */
    private record Changed(ObjectValue object, ObjectValue kept, Review review) {}

    /** Like {@link #commitCreation}: a conflict that comes back is about the object itself. */
    private Commit commitChange(Call call, ObjectValue current, Changed decided) {
        Changed changed = decided;
        for (int attempt = 1; ; attempt++) {
            Allocator.Allocated planned = plan(current, changed);
            Commit outcome = call.commit(store, planned.writes());
            if (outcome instanceof Commit.Done) {
                planned.count().run();
            }
            boolean again = outcome instanceof Commit.Conflict conflict
                    && !conflict.write().equals(planned.writes().getFirst());
            if (!again) {
                return outcome;
            }
            if (attempt == MOST_CHARGES) {
                throw ApiException.serverTimeout(changed.review().resource().groupResource(), "update", 1);
            }
            changed = new Changed(
                    changed.object(), changed.kept(), changed.review().at(store.snapshot()));
        }
    }

    private Changed decideChange(Call call, UpdateScope scope, ObjectValue current, ObjectValue asked, Snapshot now) {
        ServedResource resource = call.resource();
        Review review = call.review(Operation.UPDATE, call.key(), scope.reviewed(current), scope.reviewed(asked), now);
        ObjectValue admitted = scope.withReviewed(asked, admitted(resource, review));
        ObjectValue merged = scope.merge(resource, current, Metadata.kept(current, admitted));
        ObjectValue owned = Metadata.owned(admitted, merged);
        // A status, and what is noted in annotations along with it, is no new wish.
        ObjectValue after = scope.equals(UpdateScope.STATUS) ? owned : Metadata.counted(resource, current, owned);
        refuse(resource, call.name(), scope.validate(resource, current, after, call.warnings()::add));
        Review last = review.withObject(scope.reviewed(after));
        admission.validate(last);
        if (scope.equals(UpdateScope.MAIN)) {
            resource.strategy().updateWarnings(current, after).forEach(call.warnings()::add);
        }
        return new Changed(after, resource.kept(after), last);
    }

    /** The writes of an update; an object that only waited for its last finalizer goes instead. */
    private Allocator.Allocated plan(ObjectValue current, Changed changed) {
        ServedResource resource = changed.review().resource();
        Snapshot now = changed.review().now();
        ObjectKey key = Metadata.key(current);
        var writes = new ArrayList<Transaction.Write>();
        long revision = Metadata.revision(current);
        if (Deletes.isDone(resource, changed.object())) {
            writes.add(new Transaction.Delete(resource.storage(), key, revision));
            writes.addAll(allocator(resource).onDelete(current, now));
            return new Allocator.Allocated(current, writes);
        }
        Allocator.Allocated decided = allocator(changed.review()).onUpdate(current, changed.object(), now);
        // Only built-in kinds are given anything, and they are kept as they are worked on.
        ObjectValue whole = resource.custom().isCustom() ? changed.kept() : decided.object();
        writes.add(new Transaction.Put(resource.storage(), key, whole, revision));
        writes.addAll(decided.writes());
        writes.addAll(admission.charge(changed.review()));
        return new Allocator.Allocated(whole, writes, decided.count());
    }

    private Allocator allocator(Review review) {
        Allocator allocator = allocator(review.resource());
        return review.asked().dryRun() ? allocator.onTrial() : allocator;
    }

    Allocator allocator(ServedResource resource) {
        return allocators.getOrDefault(resource.storage(), Allocator.NONE);
    }

    /** The namespace must still be as it was when it was found fit to take new objects. */
    private static Optional<Transaction.Write> requireNamespace(ServedResource resource, ObjectKey key, Snapshot now) {
        if (!resource.namespaced()) {
            return Optional.empty();
        }
        ObjectKey namespace = ObjectKey.cluster(key.namespace());
        return now.get(NAMESPACES, namespace)
                .map(found -> new Transaction.Require(NAMESPACES, namespace, Metadata.revision(found)));
    }

    /** A custom resource needs a definition that is there to stay. */
    private static Optional<Transaction.Write> requireDefinition(Call call, Snapshot now) {
        ServedResource resource = call.resource();
        if (!resource.custom().isCustom()) {
            return Optional.empty();
        }
        ObjectKey definition = ObjectKey.cluster(resource.custom().definition());
        ObjectValue found = now.get(DEFINITIONS, definition).orElseThrow(ApiException::unknownResource);
        if (Metadata.isDeleting(found)) {
            throw CustomRequests.terminating(call);
        }
        return Optional.of(new Transaction.Require(DEFINITIONS, definition, Metadata.revision(found)));
    }

    private static Answer answer(Call call, int code, ObjectValue object) {
        return new Answer(code, call.resource().shown(object), call.warnings().texts());
    }

    private static void refuse(ServedResource resource, String name, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(resource.groupKind(), name, errors);
        }
    }
}

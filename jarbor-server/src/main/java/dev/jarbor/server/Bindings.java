package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;

/** {@code pods/binding}: how a scheduler puts a pod on a node, once and for all. */
final class Bindings implements SubresourceHandler {
    private static final GroupVersionKind KIND = new GroupVersionKind("", "v1", "Binding");
    private static final GroupResource PODS = new GroupResource("", "pods/binding");
    private static final int MOST_ATTEMPTS = 32;

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final Admission admission;

    Bindings(Store store, Runtime runtime, Intake intake, Admission admission) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.admission = admission;
    }

    @Override
    public Answer handle(Call call) {
        ObjectValue asked = intake.readAs(call, KIND, call.request().body());
        String name = call.name().isEmpty() ? Metadata.of(asked).string("name") : call.name();
        var key = new ObjectKey(call.namespace(), name);
        Review review = call.review(Operation.CREATE, key, ObjectValue.EMPTY, asked, store.snapshot());
        ObjectValue binding = admission.mutate(review);
        ObjectValue target = binding.object("target");
        validate(name, target);
        admission.validate(review.withObject(binding));
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            ObjectValue pod = store.snapshot()
                    .get("pods", key)
                    .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), name));
            ObjectValue bound = bound(pod, binding, target.string("name"));
            var write = new Transaction.Put("pods", key, bound, Metadata.revision(pod));
            if (call.dryRun() || call.commit(store, List.of(write)) instanceof Commit.Done) {
                return new Answer(
                        201,
                        ApiStatus.success(Details.NONE).value().with("code", 201),
                        call.warnings().texts());
            }
        }
        throw ApiException.serverTimeout(PODS, "create", 1);
    }

    private static void validate(String name, ObjectValue target) {
        var errors = new ArrayList<FieldError>();
        String kind = target.string("kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            errors.add(FieldError.notSupported(FieldPath.of("target", "kind"), kind, List.of("Node", "<empty>")));
        }
        if (target.string("name").isEmpty()) {
            errors.add(FieldError.required(FieldPath.of("target", "name"), ""));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("", "Binding"), name, errors);
        }
    }

    private ObjectValue bound(ObjectValue pod, ObjectValue binding, String node) {
        String name = Metadata.of(pod).string("name");
        ObjectValue spec = pod.object("spec");
        String uid = Metadata.of(binding).string("uid");
        if (!uid.isEmpty() && !uid.equals(Metadata.of(pod).string("uid"))) {
            throw ApiException.conflict(
                    PODS,
                    name,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Metadata.of(pod).string("uid"));
        }
        if (Metadata.isDeleting(pod)) {
            throw ApiException.conflict(PODS, name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        if (!spec.string("nodeName").isEmpty()) {
            throw ApiException.conflict(
                    PODS, name, "pod " + name + " is already assigned to node \"" + spec.string("nodeName") + "\"");
        }
        if (!spec.list("schedulingGates").isEmpty()) {
            throw ApiException.conflict(PODS, name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
        ObjectValue scheduled = ObjectValue.builder()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", Fields.ofInstant(runtime.now()))
                .build();
        ObjectValue annotated = with(pod, "annotations", Metadata.of(binding).object("annotations"));
        return with(annotated, "labels", Metadata.of(binding).object("labels"))
                .with("spec", spec.with("nodeName", node))
                .update("status", status -> status.with("conditions", replaced(status.list("conditions"), scheduled)));
    }

    /** The pod with what the binding says in this part of the metadata; the binding has the last word. */
    private static ObjectValue with(ObjectValue pod, String field, ObjectValue said) {
        if (said.isEmpty()) {
            return pod;
        }
        ObjectValue merged = Metadata.of(pod).object(field);
        for (int i = 0; i < said.size(); i++) {
            merged = merged.with(said.name(i), said.value(i));
        }
        Value all = merged;
        return pod.update("metadata", metadata -> metadata.with(field, all));
    }

    private static ListValue replaced(ListValue conditions, ObjectValue condition) {
        var kept = new ArrayList<Value>();
        for (ObjectValue other : conditions.objects()) {
            if (!other.string("type").equals(condition.string("type"))) {
                kept.add(other);
            }
        }
        kept.add(condition);
        return ListValue.of(kept);
    }
}

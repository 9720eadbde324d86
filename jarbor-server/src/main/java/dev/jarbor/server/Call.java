package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.admission.Warnings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.List;

/**
 * One request on its way through the pipeline: who asks what of which resource.
 *
 * @param agent the program that asks, as it calls itself
 * @param duplicates what strict validation of fields holds against the text of the body: names given twice
 * @param warnings collects what the client's user should know
 * @param annotations collects what admission has to say for the audit log
 * @param fence what must hold for it to be committed
 */
record Call(
        User user,
        ApiRequest request,
        ServedResource resource,
        String agent,
        List<String> duplicates,
        Warnings warnings,
        AuditAnnotations annotations,
        Fence fence) {
    private static final ObjectValue CREATE_OPTIONS = options("CreateOptions");
    private static final ObjectValue UPDATE_OPTIONS = options("UpdateOptions");

    /** How fields that a type does not have are met. */
    enum Unknown {
        IGNORE,
        WARN,
        STRICT
    }

    Call {
        duplicates = List.copyOf(duplicates);
    }

    static Call of(User user, ApiRequest request, ServedResource resource, String agent, List<String> duplicates) {
        return of(user, request, resource, agent, duplicates, AuditAnnotations.UNREAD);
    }

    static Call of(
            User user,
            ApiRequest request,
            ServedResource resource,
            String agent,
            List<String> duplicates,
            AuditAnnotations annotations) {
        return new Call(user, request, resource, agent, duplicates, new Warnings(), annotations, Fence.NONE);
    }

    /** Another request on behalf of this one: what there is to tell comes together. */
    Call with(ApiRequest other) {
        return new Call(user, other, resource, agent, duplicates, warnings, annotations, fence);
    }

    Call with(Fence other) {
        return new Call(user, request, resource, agent, duplicates, warnings, annotations, other);
    }

    /** Commits what this call comes to, as long as its fence holds. */
    Commit commit(Store store, List<Transaction.Write> writes) {
        return fence.commit(store, writes);
    }

    /** What admission looks at when this call does {@code operation} to the object at {@code key}. */
    Review review(Operation operation, ObjectKey key, ObjectValue before, ObjectValue object, Snapshot now) {
        ObjectValue options = operation == Operation.CONNECT ? ObjectValue.EMPTY : writeOptions(operation);
        return new Review(asked(operation, subresource(), key, options, dryRun()), before, object, now);
    }

    /** What admission looks at when this call deletes {@code object}, alone or with others. */
    Review reviewDelete(ObjectKey key, ObjectValue object, ObjectValue options, Snapshot now, boolean dryRun) {
        ObjectValue said = options.with("kind", "DeleteOptions").with("apiVersion", "meta.k8s.io/v1");
        ObjectValue all = dryRun ? said.with("dryRun", ListValue.ofStrings(List.of("All"))) : said;
        return new Review(asked(Operation.DELETE, "", key, all, dryRun), object, ObjectValue.EMPTY, now);
    }

    private Review.Asked asked(
            Operation operation, String subresource, ObjectKey key, ObjectValue options, boolean dryRun) {
        return new Review.Asked(
                user,
                request.verb().word(),
                operation,
                resource,
                subresource,
                key,
                options,
                dryRun,
                warnings,
                annotations);
    }

    /** The request's options as the object that the reference makes of them. */
    private ObjectValue writeOptions(Operation operation) {
        ObjectValue options = operation == Operation.CREATE ? CREATE_OPTIONS : UPDATE_OPTIONS;
        if (dryRun()) {
            options = options.with("dryRun", ListValue.ofStrings(List.of("All")));
        }
        for (String name : List.of("fieldManager", "fieldValidation")) {
            if (!query().string(name).isEmpty()) {
                options = options.with(name, query().string(name));
            }
        }
        return options;
    }

    private static ObjectValue options(String kind) {
        return ObjectValue.EMPTY.with("kind", kind).with("apiVersion", "meta.k8s.io/v1");
    }

    /** Who comes to own the fields that this call writes: whom it names, else its program. */
    String manager() {
        String named = query().string("fieldManager");
        return named.isEmpty() ? WriteOptions.manager(agent) : named;
    }

    Verb verb() {
        return request.verb();
    }

    Query query() {
        return request.query();
    }

    String name() {
        return request.path().name();
    }

    String namespace() {
        return request.path().namespace();
    }

    String subresource() {
        return request.path().subresource();
    }

    ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }

    /** Whether everything is to happen but the writing. */
    boolean dryRun() {
        return switch (query().string("dryRun")) {
            case "" -> false;
            case "All" -> true;
            default ->
                throw ApiException.invalid(
                        new GroupKind("meta.k8s.io", optionsKind()),
                        "",
                        List.of(FieldError.notSupported(
                                FieldPath.of("dryRun"), query().string("dryRun"), List.of("All"))));
        };
    }

    Unknown unknownFields() {
        return switch (query().string("fieldValidation")) {
            case "Ignore" -> Unknown.IGNORE;
            case "", "Warn" -> Unknown.WARN;
            case "Strict" -> Unknown.STRICT;
            default ->
                throw ApiException.invalid(
                        new GroupKind("meta.k8s.io", optionsKind()),
                        "",
                        List.of(FieldError.notSupported(
                                FieldPath.of("fieldValidation"),
                                query().string("fieldValidation"),
                                List.of("", "Ignore", "Strict", "Warn"))));
        };
    }

    private String optionsKind() {
        return switch (verb()) {
            case CREATE -> "CreateOptions";
            case UPDATE -> "UpdateOptions";
            case PATCH -> "PatchOptions";
            case DELETE, DELETECOLLECTION -> "DeleteOptions";
            case GET -> "GetOptions";
            case LIST, WATCH -> "ListOptions";
        };
    }
}

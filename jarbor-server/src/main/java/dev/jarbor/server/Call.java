package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.Warnings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;

/**
 * One request on its way through the pipeline: who asks what of which resource.
 *
 * @param warnings collects what the client's user should know
 */
record Call(User user, ApiRequest request, ServedResource resource, Warnings warnings) {
    /** How fields that a type does not have are met. */
    enum Unknown {
        IGNORE,
        WARN,
        STRICT
    }

    static Call of(User user, ApiRequest request, ServedResource resource) {
        return new Call(user, request, resource, new Warnings());
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

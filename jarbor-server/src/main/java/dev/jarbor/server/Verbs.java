package dev.jarbor.server;

import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.registry.ServedResource;
import java.util.Optional;

/** Whether a resource can what is asked of it at all: 404 where there is nothing to ask, 405 where the verb is not known. */
final class Verbs {
    private Verbs() {}

    /** @throws ApiException where it can not */
    static void check(Call call) {
        ServedResource resource = call.resource();
        Optional<SubresourceDefinition> subresource = call.subresource().isEmpty()
                ? Optional.empty()
                : Optional.of(resource.definition()
                        .subresource(call.subresource())
                        .orElseThrow(ApiException::unknownResource));
        boolean known = subresource
                .map(found -> found.verbs().contains(call.verb().word()))
                .orElseGet(
                        () -> resource.definition().verbs().contains(call.verb().word()));
        // A custom resource whose definition is being deleted hides some verbs, but has them.
        if (!known && (!resource.custom().isCustom() || subresource.isPresent())) {
            throw ApiException.methodNotSupported(
                    resource.groupResource(), call.verb().word());
        }
        boolean nameless = switch (call.verb()) {
            case LIST, WATCH, DELETECOLLECTION, CREATE -> true;
            case GET, UPDATE, PATCH, DELETE -> !call.name().isEmpty();
        };
        if (!nameless
                || (resource.namespaced()
                        && !call.name().isEmpty()
                        && call.namespace().isEmpty())) {
            throw ApiException.unknownResource();
        }
    }
}

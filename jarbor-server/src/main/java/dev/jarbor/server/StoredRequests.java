package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.runtime.Runtime;
import java.util.Map;
import java.util.Optional;

/** What is asked of resources that are stored, and of their subresources: each verb goes to the part that knows it. */
final class StoredRequests {
    private final Reads reads;
    private final Writes writes;
    private final Patches patches;
    private final Deletes deletes;
    private final Scales scales;
    private final Map<String, SubresourceHandler> special;
    private final Runtime runtime;

    /** @param special those who answer for a subresource alone, by {@code resource/subresource} or its bare name */
    StoredRequests(
            Reads reads,
            Writes writes,
            Patches patches,
            Deletes deletes,
            Scales scales,
            Map<String, SubresourceHandler> special,
            Runtime runtime) {
        this.reads = reads;
        this.writes = writes;
        this.patches = patches;
        this.deletes = deletes;
        this.scales = scales;
        this.special = special;
        this.runtime = runtime;
    }

    /** @throws ApiException when it is refused */
    Answer answer(Call call) {
        if (!call.subresource().isEmpty()) {
            return subresource(call);
        }
        return switch (call.verb()) {
            case GET -> reads.get(call);
            case LIST -> reads.list(call);
            case CREATE -> writes.create(call);
            case UPDATE -> writes.update(call, UpdateScope.MAIN);
            case PATCH -> patches.patch(call, UpdateScope.MAIN);
            case DELETE -> deletes.delete(call);
            case DELETECOLLECTION -> deletes.deleteCollection(call);
            case WATCH -> throw new IllegalArgumentException("a watch is started with watch(), not with handle()");
        };
    }

    private Answer subresource(Call call) {
        String plural = call.resource().kind().plural();
        if (call.resource().custom().isCustom()) {
            return customSubresource(call);
        }
        SubresourceHandler alone = special.get(plural + "/" + call.subresource());
        if (alone == null) {
            alone = special.get(call.subresource());
        }
        if (alone != null) {
            return alone.handle(call);
        }
        Optional<UpdateScope> scope = call.resource().is("certificates.k8s.io", "certificatesigningrequests")
                ? SigningRequestScopes.of(call.subresource(), runtime)
                : BuiltInScopes.of(plural, call.subresource());
        if (scope.isEmpty()) {
            throw ApiException.methodNotSupported(
                    new GroupResource(call.resource().kind().group(), plural + "/" + call.subresource()),
                    call.verb().word());
        }
        return part(call, scope.get());
    }

    private Answer customSubresource(Call call) {
        return call.subresource().equals("scale") ? scales.handle(call) : part(call, UpdateScope.STATUS);
    }

    private Answer part(Call call, UpdateScope scope) {
        return switch (call.verb()) {
            case GET -> reads.get(call);
            case UPDATE -> writes.update(call, scope);
            case PATCH -> patches.patch(call, scope);
            case LIST, WATCH, CREATE, DELETE, DELETECOLLECTION ->
                throw ApiException.methodNotSupported(
                        call.resource().groupResource(), call.verb().word());
        };
    }
}

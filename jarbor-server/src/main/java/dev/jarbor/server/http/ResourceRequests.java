package dev.jarbor.server.http;

import dev.jarbor.api.codec.Decoded;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.util.List;

/** Makes requests of the core out of HTTP requests for resources. */
final class ResourceRequests {
    private final RequestBodies bodies;

    ResourceRequests(RequestBodies bodies) {
        this.bodies = bodies;
    }

    /** @param findings what strict field validation holds against the body: names given twice */
    record Read(ApiRequest request, List<String> findings) {}

    /** @param kind of which an object to write must be */
    Read read(RequestTarget.Resource target, Verb verb, String kind, Exchange exchange) {
        RequestHead head = exchange.head();
        Query query = head.query();
        return switch (verb) {
            case GET, LIST, WATCH -> plain(ApiRequest.of(verb, target.path(), query, ObjectValue.EMPTY));
            case CREATE, UPDATE -> {
                Decoded body = bodies.object(head, exchange.body(), kind);
                yield new Read(ApiRequest.of(verb, target.path(), query, body.value()), body.duplicates());
            }
            case PATCH -> {
                PatchType type = RequestBodies.patchType(head);
                Decoded body = RequestBodies.patch(type, head, exchange.body());
                yield new Read(new ApiRequest(verb, target.path(), query, body.value(), type), body.duplicates());
            }
            case DELETE, DELETECOLLECTION -> {
                Value body = bodies.options(head, exchange.body()).value();
                ObjectValue options = body instanceof ObjectValue object ? object : ObjectValue.EMPTY;
                yield plain(ApiRequest.of(
                        verb,
                        target.path(),
                        withDryRun(query, options),
                        options.isEmpty() ? deleteOptions(query) : options));
            }
        };
    }

    private static Read plain(ApiRequest request) {
        return new Read(request, List.of());
    }

    /** The options of a delete without a body stand in the query. */
    private static ObjectValue deleteOptions(Query query) {
        var options = ObjectValue.builder();
        if (query.has("gracePeriodSeconds")) {
            options.put("gracePeriodSeconds", number("gracePeriodSeconds", query.string("gracePeriodSeconds")));
        }
        if (query.has("propagationPolicy")) {
            options.put("propagationPolicy", query.string("propagationPolicy"));
        }
        if (query.has("orphanDependents")) {
            options.put("orphanDependents", query.bool("orphanDependents"));
        }
        return options.build();
    }

    private static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw ApiException.badRequest(name + ": \"" + text + "\" is not a whole number");
        }
    }

    private static Query withDryRun(Query query, ObjectValue options) {
        List<Value> runs = options.list("dryRun").items();
        return runs.isEmpty() || query.has("dryRun") || !(runs.getFirst() instanceof StringValue(String run))
                ? query
                : query.with("dryRun", run);
    }
}

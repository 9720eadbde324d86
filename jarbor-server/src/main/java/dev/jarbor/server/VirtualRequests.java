package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.store.Store;
import java.util.List;

/** What is asked of resources that nobody stores: reviews, bindings, measurements, the status of components. */
final class VirtualRequests {
    private final Store store;
    private final Admission admission;
    private final SubresourceHandler bindings;
    private final ResourceMetrics measurements;
    private final Reviews reviews;

    VirtualRequests(
            Store store,
            Admission admission,
            SubresourceHandler bindings,
            ResourceMetrics measurements,
            Reviews reviews) {
        this.store = store;
        this.admission = admission;
        this.bindings = bindings;
        this.measurements = measurements;
        this.reviews = reviews;
    }

    /** @throws ApiException when it is refused */
    Answer answer(Call call) {
        if (call.resource().is("", "bindings") && call.verb() == Verb.CREATE) {
            return bindings.handle(call);
        }
        if (ResourceMetrics.serves(call.resource())) {
            return measurements.answer(call);
        }
        if (call.verb() == Verb.LIST) {
            // Only component statuses are listed without being stored; parts of one process have none of their own.
            return Answer.ok(Reads.list(call.resource(), store.snapshot(), List.of(), "", -1));
        }
        return reviews.answer(call.verb() == Verb.CREATE ? admitted(call) : call)
                .orElseThrow(() -> ApiException.methodNotSupported(
                        call.resource().groupResource(), call.verb().word()));
    }

    /** A review as admission wants it to be asked. */
    private Call admitted(Call call) {
        if (!(call.request().body() instanceof ObjectValue body)) {
            return call;
        }
        ObjectValue asked = call.resource().kind().stamp(body);
        ObjectValue admitted =
                admission.admit(call.review(Operation.CREATE, call.key(), ObjectValue.EMPTY, asked, store.snapshot()));
        ApiRequest request = call.request();
        return call.with(
                new ApiRequest(request.verb(), request.path(), request.query(), admitted, request.patchType()));
    }
}
